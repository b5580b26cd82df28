import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readdirSync, readFileSync, renameSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  type Answered,
  answer,
  breakOff,
  CUT,
  fetched,
  HASH,
  NEW,
  OLD,
  parts,
  place,
  serve,
  withoutProxy,
} from './file-server.js'

withoutProxy()

const DATE = 'Wed, 21 Oct 2015 07:28:00 GMT'
test.each<[string, Answered, Answered, (string | undefined)[]]>([
  ['the same date', { etag: null, modified: DATE }, {}, ['bytes=29999-']],
  ['another ETag', {}, { etag: '"2"' }, ['bytes=29999-', undefined]],
  [
    'another date',
    { etag: null, modified: DATE },
    { modified: DATE.replace('21', '22') },
    ['bytes=29999-', undefined],
  ],
  ['another size', {}, { content: NEW.subarray(1) }, ['bytes=29999-', undefined]],
  ['a size below the part', {}, { content: NEW.subarray(90_000) }, ['bytes=29999-', undefined]],
  ['another ETag and no ranges', {}, { etag: '"2"', ranges: false }, ['bytes=29999-']],
])('a part is continued only with the same file: %s', async (name, before, change, ranges) => {
  const { folder, target } = place()
  const server = await serve(() => {})
  const content = name.startsWith('the same') ? NEW : OLD
  await breakOff(server, target, folder, { ...before, content })
  const now: Answered = { ...before, content: NEW, ...change }
  server.handler = (request, response) => {
    const start = Number(/\d+/.exec(request.headers.range ?? '')?.[0] ?? 0)
    return start >= (now.content?.length ?? 0)
      ? response.writeHead(416).end()
      : answer(request, response, now)
  }
  await fetched(server, target)
  expect(server.ranges).toEqual(ranges)
  expect(readFileSync(target).equals(now.content as Buffer)).toBe(true)
  expect(readdirSync(folder)).toEqual(['f.bin'])
})

test('a range that begins elsewhere is not put into the part', async () => {
  const { folder, target } = place()
  const server = await serve(() => {})
  await breakOff(server, target, folder)
  server.handler = (request, response) => {
    if (request.headers.range === undefined) return answer(request, response)
    const headers = { etag: '"1"', 'content-range': 'bytes 30000-99999/100000' }
    return response.writeHead(206, headers).end(NEW.subarray(CUT))
  }
  await fetched(server, target, { sha256Prefix: HASH })
  expect(server.ranges).toEqual(['bytes=29999-', undefined])
})

test.each<[string, Answered]>([
  ['a weak ETag', { etag: 'W/"1"', modified: DATE }],
  ['neither ETag nor date', { etag: null }],
])('with %s, nothing is kept', async (_, how) => {
  const { folder, target } = place()
  const controller = new AbortController()
  const server = await serve((request, response) =>
    answer(request, response, { ...how, cut: CUT, folder, next: () => controller.abort() }),
  )
  await expect(fetched(server, target, { signal: controller.signal })).rejects.toMatchObject({
    code: 'ABORTED',
  })
  expect(readdirSync(folder)).toEqual([])
})

test('goes on with the longest part that can be continued, and clears all others away', async () => {
  const { folder, target } = place()
  const server = await serve(() => {})
  const part = await breakOff(server, target, folder)
  const others = ['.f.bin.none.part', '.f.bin.0123456789abcdef.part', '.f.bin.0123456789abcde0.part']
  const sizes = [90_000, 1000, 0]
  for (const [index, name] of others.entries())
    writeFileSync(join(folder, name), new Uint8Array(sizes[index] as number))
  const foreign = ['.f.bin.b.0123456789abcdef.part', '.f.bin.part', '.g.bin.0123456789abcdef.part']
  for (const name of foreign) writeFileSync(join(folder, name), '')
  expect(readdirSync(folder).sort()).toEqual([part, ...others, ...foreign].sort())
  await fetched(server, target, { sha256Prefix: HASH })
  expect(server.ranges).toEqual(['bytes=29999-'])
  expect(readdirSync(folder).sort()).toEqual([...foreign, 'f.bin'].sort())
})

test('of two parts of the same file, the longer one is kept', async () => {
  const { folder, target } = place()
  const first = new AbortController()
  const second = new AbortController()
  const calls: Promise<unknown>[] = []
  const start = (signal: AbortSignal): number =>
    calls.push(fetched(server, target, { signal }).catch(() => {}))
  const server = await serve((request, response, count) =>
    count === 1
      ? answer(request, response, { cut: 2 * CUT, folder, next: () => start(second.signal) })
      : answer(request, response, { cut: CUT, folder, next: () => first.abort() }),
  )
  start(first.signal)
  await calls[0]
  second.abort()
  await calls[1]
  expect(calls).toHaveLength(2)
  expect(parts(folder)).toEqual([
    { name: expect.stringMatching(/^\.f\.bin\.[0-9a-f]{16}\.part$/), size: 2 * CUT },
  ])
})

test('two calls at once write two parts, of which one goes on from what was there', async () => {
  const { folder, target } = place()
  const server = await serve(() => {})
  await breakOff(server, target, folder)
  const waiting: (() => void)[] = []
  server.handler = async (request, response, count) => {
    await new Promise<void>((go) => {
      waiting.push(go)
      if (count === 2) for (const each of waiting) each()
    })
    return answer(request, response)
  }
  await Promise.all([1, 2].map(() => fetched(server, target, { sha256Prefix: HASH })))
  expect(server.ranges.toSorted()).toEqual(['bytes=29999-', undefined])
  expect(readFileSync(target).equals(NEW)).toBe(true)
  expect(readdirSync(folder)).toEqual(['f.bin'])
})

test('goes on from the part of a process that was killed', async () => {
  const { folder, target } = place()
  const server = await serve((request, response, count) =>
    answer(request, response, count === 1 ? { cut: CUT, folder, next: () => child.kill('SIGKILL') } : {}),
  )
  const library = new URL('../../lib/files/index.ts', import.meta.url).href
  const script = `import { download } from '${library}'; await download('${server.url}', '${target}', { byHand: 'x' })`
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', script], {
    stdio: 'inherit',
  })
  expect(await once(child, 'exit')).toEqual([null, 'SIGKILL'])
  await fetched(server, target, { sha256Prefix: HASH })
  expect(server.ranges).toEqual([undefined, 'bytes=29999-'])
  expect(readdirSync(folder)).toEqual(['f.bin'])
})

const here = createHash('sha256').update(hostname()).digest('hex').slice(0, 8)
test.each([
  ['a living process', here, process.ppid, 0, false],
  ['this process', here, process.pid, Date.now() / 1000, false],
  ['an earlier process of this number', here, process.pid, 0, true],
  ['another machine', '00000000', process.pid, Date.now() / 1000 - 60, false],
  ['another machine long ago', '00000000', process.pid, Date.now() / 1000 - 7200, true],
])('a part claimed by %s', async (_, host, pid, written, isFree) => {
  const { folder, target } = place()
  const server = await serve(() => {})
  const name = await breakOff(server, target, folder)
  const claimed = name.replace(/part$/, `${host}-${pid}-0123456789ab.part`)
  renameSync(join(folder, name), join(folder, claimed))
  utimesSync(join(folder, claimed), written, written)
  await fetched(server, target, { sha256Prefix: HASH })
  expect(server.ranges).toEqual(isFree ? ['bytes=29999-'] : [undefined])
  expect(readdirSync(folder).sort()).toEqual(isFree ? ['f.bin'] : [claimed, 'f.bin'])
})

test('fetches a file of the longest name, and goes on with it', async () => {
  const { folder } = place()
  const names = ['1', '2'].map((end) => '\u4e2d'.repeat(80) + end)
  const [target = '', other = ''] = names.map((name) => join(folder, name))
  const server = await serve(() => {})
  const part = await breakOff(server, target, folder)
  await fetched(server, other)
  expect(readdirSync(folder).sort()).toEqual([part, names[1]])
  await fetched(server, target)
  expect(server.ranges).toEqual([undefined, 'bytes=29999-'])
  expect(readdirSync(folder).sort()).toEqual(names)
})
