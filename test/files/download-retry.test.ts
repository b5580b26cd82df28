import { once } from 'node:events'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { beforeEach, expect, test, vi } from 'vitest'
import { download } from '../../lib/files/index.js'
import {
  answer,
  BY_HAND,
  breakOff,
  CUT,
  fetched,
  HASH,
  NEW,
  parts,
  place,
  serve,
  withoutProxy,
} from './file-server.js'

const pauses = vi.hoisted(() => ({ asked: [] as number[], lasts: 0, during: () => {} }))

// The pauses between two connections, without the waiting.
vi.mock('node:timers/promises', async (original) => {
  const real = await original<typeof import('node:timers/promises')>()
  const setTimeout: typeof real.setTimeout = (ms, value, options) => {
    pauses.asked.push(ms as number)
    pauses.during()
    return real.setTimeout(pauses.lasts, value, options)
  }
  return { ...real, setTimeout }
})

withoutProxy()

beforeEach(() => {
  Object.assign(pauses, { asked: [], lasts: 0, during: () => {} })
})

test('names the status of an answer that is not the file; only a busy server is asked three times', async () => {
  const { folder, target } = place()
  for (const [status, asked] of [
    [404, 1],
    [403, 1],
    [204, 1],
    [206, 1],
    [503, 3],
  ] as const) {
    const server = await serve((_, response) => response.writeHead(status).end())
    await expect(fetched(server, target)).rejects.toMatchObject({
      code: 'DOWNLOAD',
      message: `Cannot fetch "${server.url}": the server answered ${status}. ${BY_HAND}`,
    })
    expect(server.ranges).toHaveLength(asked)
  }
  expect(pauses.asked).toEqual([250, 500])
  const packed = await serve((_, response) =>
    response.writeHead(200, { 'content-encoding': 'gzip' }).end('x'),
  )
  await expect(fetched(packed, target)).rejects.toThrow(
    'the server sent it compressed (gzip), though asked not to. By',
  )
  expect(readdirSync(folder)).toEqual([])
  const server = await serve((request, response, count) =>
    count < 3 ? response.writeHead(500).end() : answer(request, response),
  )
  await fetched(server, target)
  expect(readFileSync(target).equals(NEW)).toBe(true)
})

test('fails at once where there is no connection', async () => {
  const { folder, target } = place()
  const closed = createServer().listen(0, '127.0.0.1')
  await once(closed, 'listening')
  const url = `http://127.0.0.1:${(closed.address() as AddressInfo).port}/f.bin`
  closed.close()
  await once(closed, 'close')
  await expect(download(url, target, { byHand: BY_HAND })).rejects.toMatchObject({
    code: 'DOWNLOAD',
    message: `Cannot fetch "${url}": no connection (ECONNREFUSED). ${BY_HAND}`,
  })
  const rude = await serve((_, response) => response.destroy())
  await expect(fetched(rude, target)).rejects.toThrow(/: no (?:answer|connection) \(.+\)\. By hand/)
  expect(rude.ranges).toHaveLength(1)
  expect(pauses.asked).toEqual([])
  expect(readdirSync(folder)).toEqual([])
})

test('a connection that is cut is followed by one that fetches the rest', async () => {
  const { folder, target } = place()
  const server = await serve((request, response, count) =>
    answer(request, response, count < 4 ? { cut: count * CUT, folder } : {}),
  )
  await fetched(server, target, { sha256Prefix: HASH })
  // The last byte that came is asked for again.
  expect(server.ranges).toEqual([undefined, 'bytes=29999-', 'bytes=59999-', 'bytes=89999-'])
  expect(pauses.asked).toEqual([250, 250, 250])
  expect(readdirSync(folder)).toEqual(['f.bin'])
})

test('gives up after five connections that bring nothing new; the next call goes on', async () => {
  const { folder, target } = place()
  writeFileSync(target, 'older')
  const server = await serve((request, response, count) =>
    count === 1 ? answer(request, response, { cut: CUT, folder }) : response.destroy(),
  )
  await expect(fetched(server, target)).rejects.toMatchObject({
    code: 'DOWNLOAD',
    message: expect.stringMatching(
      /: no (?:answer|connection) \(.+\); what came is kept, and the same call goes on from there\. By hand/,
    ),
  })
  expect(server.ranges).toEqual([undefined, ...Array(5).fill('bytes=29999-')])
  expect(pauses.asked).toEqual([250, 250, 500, 750, 1000])
  expect(parts(folder)).toEqual([
    { name: expect.stringMatching(/^\.f\.bin\.[0-9a-f]{16}\.part$/), size: CUT },
  ])
  expect(readFileSync(target, 'utf8')).toBe('older')
  server.handler = (request, response) => answer(request, response)
  await fetched(server, target, { sha256Prefix: HASH })
  expect(server.ranges.at(-1)).toBe('bytes=29999-')
  expect(readdirSync(folder)).toEqual(['f.bin'])
})

test('a server that gives less than was asked for is asked on', async () => {
  const { folder, target } = place()
  const server = await serve((request, response, count) => {
    if (count === 1) return answer(request, response, { cut: CUT, folder })
    const start = Number(/\d+/.exec(request.headers.range ?? ''))
    const end = Math.min(start + CUT, NEW.length)
    const headers = { etag: '"1"', 'content-range': `bytes ${start}-${end - 1}/${NEW.length}` }
    return response.writeHead(206, headers).end(NEW.subarray(start, end))
  })
  await fetched(server, target, { sha256Prefix: HASH })
  expect(server.ranges).toEqual([undefined, 'bytes=29999-', 'bytes=59998-', 'bytes=89997-'])
})

test('a server that knows no ranges serves as well, but not for ever', async () => {
  const { folder, target } = place()
  const server = await serve((request, response, count) =>
    answer(request, response, { ranges: false, ...(count < 3 && { cut: CUT * count, folder }) }),
  )
  await fetched(server, target, { sha256Prefix: HASH })
  expect(server.ranges).toHaveLength(3)
  rmSync(target)
  server.handler = (request, response) =>
    answer(request, response, { ranges: false, etag: null, cut: CUT, folder })
  await expect(fetched(server, target)).rejects.toMatchObject({
    code: 'DOWNLOAD',
    message: `Cannot fetch "${server.url}": the connection broke off after 30000 of 100000 bytes. ${BY_HAND}`,
  })
  expect(server.ranges).toHaveLength(9)
  expect(readdirSync(folder)).toEqual([])
})

test('a connection that trickles is waited for', async () => {
  const { target } = place()
  const server = await serve(async (_, response) => {
    for (let start = 0; start < NEW.length; start += 20_000) {
      response.write(NEW.subarray(start, start + 20_000))
      await new Promise((done) => setTimeout(done, 400))
    }
    response.end()
  })
  await fetched(server, target, { stallMs: 1500, sha256Prefix: HASH })
  expect(server.ranges).toHaveLength(1)
})

test('a connection that falls silent is given up', async () => {
  const { folder, target } = place()
  const server = await serve((request, response, count) => {
    if (count === 1) answer(request, response, { cut: CUT, folder, next: () => {} })
  })
  const kept = '; what came is kept, and the same call goes on from there'
  await expect(fetched(server, target, { stallMs: 500 })).rejects.toMatchObject({
    code: 'DOWNLOAD',
    message: `Cannot fetch "${server.url}": nothing came for 0.5 s${kept}. ${BY_HAND}`,
  })
  expect(server.ranges).toEqual([undefined, 'bytes=29999-'])
  expect(parts(folder)).toEqual([{ name: expect.any(String), size: CUT }])
})

test('a server that does not answer is given up, or left when the signal says so', async () => {
  const { folder, target } = place()
  const controller = new AbortController()
  const server = await serve(() => {})
  const message = `Cannot fetch "${server.url}": nothing came for 0.2 s. ${BY_HAND}`
  await expect(fetched(server, target, { stallMs: 200 })).rejects.toMatchObject({ code: 'DOWNLOAD', message })
  server.handler = () => controller.abort()
  await expect(fetched(server, target, { signal: controller.signal })).rejects.toMatchObject({
    code: 'ABORTED',
  })
  expect(server.ranges).toHaveLength(2)
  expect(pauses.asked).toEqual([])
  expect(readdirSync(folder)).toEqual([])
})

test('an abort keeps what came, also in a pause', async () => {
  const { folder, target } = place()
  const server = await serve(() => {})
  await breakOff(server, target, folder)
  const controller = new AbortController()
  Object.assign(pauses, { lasts: 1e9, during: () => controller.abort('enough') })
  server.handler = (request, response) => answer(request, response, { cut: 2 * CUT, folder })
  await expect(fetched(server, target, { signal: controller.signal })).rejects.toMatchObject({
    code: 'ABORTED',
    message: 'Fetching f.bin was stopped by its signal',
    cause: 'enough',
  })
  expect(server.ranges).toEqual(['bytes=29999-'])
  expect(parts(folder)).toEqual([{ name: expect.any(String), size: 2 * CUT }])
})
