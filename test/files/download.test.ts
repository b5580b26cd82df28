import { createHash } from 'node:crypto'
import fs, { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { download, sha256Of } from '../../lib/files/index.js'
import type { Progress } from '../../lib/progress/index.js'
import {
  answer,
  BY_HAND,
  CUT,
  fetched,
  HASH,
  type Handler,
  listening,
  NEW,
  OLD,
  parts,
  place,
  serve,
  withoutProxy,
} from './file-server.js'
import { smallDisk, whyNoMounts } from './temporary-folder.js'

const noMounts = whyNoMounts()
withoutProxy()

test('refuses wrong arguments before it touches disk or network', async () => {
  const { folder, target } = place()
  const server = await serve(answer as Handler)
  const inside = join(folder, 'new', 'f.bin')
  const cases: [unknown, unknown, unknown, RegExp][] = [
    ['ftp://127.0.0.1/a', inside, {}, /^Expected an http or https address without a password for url/],
    ['http://name:word@127.0.0.1/a', inside, {}, /without a password for url/],
    [7, inside, {}, /for url but received 7 of type number/],
    [server.url, '', {}, /^Expected a non-empty string for target/],
    [
      server.url,
      inside,
      { sha256Prefix: 'ABCDEF01' },
      /^Expected 8 to 64 hexadecimal digits in lower case for sha/,
    ],
    [server.url, inside, { sha256Prefix: '1234567' }, /for sha256Prefix but received "1234567"/],
    [server.url, inside, { verify: true }, /^Expected a function for verify/],
    [server.url, inside, { onProgress: 'x' }, /^Expected a function for onProgress/],
    [server.url, inside, { signal: {} }, /^Expected an AbortSignal for signal/],
    [server.url, inside, { stallMs: '5' }, /^Expected a number between 1 and 600000 for stallMs/],
    [server.url, inside, { byHand: '' }, /^Expected a non-empty string for byHand/],
    [server.url, inside, { hash: 'x' }, /^Unknown option hash in options/],
  ]
  for (const [url, path, options, message] of cases) {
    const call = download(url as string, path as string, { byHand: BY_HAND, ...(options as object) })
    await expect(call).rejects.toThrow(TypeError)
    await expect(call).rejects.toThrow(message)
  }
  await expect(fetched(server, target, { stallMs: 0 })).rejects.toThrow(RangeError)
  await expect(download(server.url, target, undefined as never)).rejects.toThrow('for byHand')
  const aborted = fetched(server, inside, { signal: AbortSignal.abort() })
  await expect(aborted).rejects.toMatchObject({ code: 'ABORTED' })
  expect(readdirSync(folder)).toEqual([])
  expect(server.ranges).toEqual([])
})

test('fetches a whole file over an older one, follows redirects, and tells how far it is', async () => {
  const { folder } = place()
  const target = join(folder, 'a', 'b', 'f.bin')
  let encoding: unknown
  const server = await serve((request, response) => {
    encoding = request.headers['accept-encoding']
    if (request.url === '/f.bin') return response.writeHead(302, { location: '/else' }).end()
    const half = { cut: 50_000, folder: join(folder, 'a', 'b') }
    return answer(request, response, { ...half, next: () => response.end(NEW.subarray(50_000)) })
  })
  for (const _ of [1, 2]) {
    const told: Progress[] = []
    await fetched(server, target, { onProgress: (progress) => told.push(progress) })
    expect(readFileSync(target).equals(NEW)).toBe(true)
    expect(readdirSync(join(folder, 'a', 'b'))).toEqual(['f.bin'])
    expect(told.length).toBeGreaterThan(1)
    expect(told.at(-1)).toEqual({ task: 'Fetching f.bin', done: 100_000, total: 100_000 })
    expect(told.filter(({ done, total }) => done === total)).toHaveLength(1)
    expect(told.map(({ done }) => done)).toEqual(told.map(({ done }) => done).sort((a, b) => a - b))
    writeFileSync(target, 'older')
  }
  expect(encoding).toBe('identity')
  expect(server.ranges).toEqual([undefined, undefined, undefined, undefined])
})

test('fetches an empty file, a small one, and one whose size the server does not tell', async () => {
  const { folder, target } = place()
  const server = await serve((request, response) => answer(request, response, { content: Buffer.alloc(0) }))
  await fetched(server, target)
  expect(readFileSync(target)).toHaveLength(0)
  const told: Progress[] = []
  const content = Buffer.from('small')
  server.handler = (request, response) => answer(request, response, { content })
  await fetched(server, target, { onProgress: (progress) => told.push(progress) })
  expect(told.splice(0)).toEqual([{ task: 'Fetching f.bin', done: 5, total: 5 }])
  server.handler = (_, response) => {
    response.write(NEW.subarray(0, 1000))
    response.end(NEW.subarray(1000))
  }
  await fetched(server, target, { onProgress: (progress) => told.push(progress) })
  expect(readFileSync(target).equals(NEW)).toBe(true)
  expect(told).toEqual([{ task: 'Fetching f.bin', done: 100_000, total: 100_000 }])
  expect(readdirSync(folder)).toEqual(['f.bin'])
})

test('compares the hash; a file that differs from it is not kept', async () => {
  const { folder, target } = place()
  const server = await serve(answer as Handler)
  server.handler = (request, response) => answer(request, response)
  await fetched(server, target, { sha256Prefix: HASH.slice(0, 8) })
  await fetched(server, target, { sha256Prefix: HASH })
  expect(await sha256Of(target)).toBe(HASH)
  await expect(sha256Of(folder)).rejects.toMatchObject({ code: 'FILE' })
  const stopped = sha256Of(target, AbortSignal.abort())
  await expect(stopped).rejects.toMatchObject({
    code: 'ABORTED',
    message: 'Reading f.bin was stopped by its signal',
  })
  server.handler = (request, response) => answer(request, response, { content: OLD })
  const other = createHash('sha256').update(OLD).digest('hex').slice(0, 8)
  await expect(fetched(server, target, { sha256Prefix: HASH.slice(0, 8) })).rejects.toMatchObject({
    code: 'DOWNLOAD',
    message:
      `Cannot fetch "${server.url}": its SHA-256 begins with ${other}, not with ${HASH.slice(0, 8)}, so that it ` +
      `differs from its published checksum. Nothing of it is kept: try again. ${BY_HAND}`,
  })
  expect(readFileSync(target).equals(NEW)).toBe(true)
  expect(readdirSync(folder)).toEqual(['f.bin'])
})

test('verify sees the whole file before it takes its place; what it throws is passed on and nothing kept', async () => {
  const { folder, target } = place()
  const server = await serve((request, response) => answer(request, response))
  const thrown = new Error('not the file wanted')
  const seen: boolean[] = []
  const refusing = async (path: string): Promise<void> => {
    seen.push(readFileSync(path).equals(NEW) && readdirSync(folder).length === 1 && path !== target)
    throw thrown
  }
  await expect(fetched(server, target, { verify: refusing })).rejects.toBe(thrown)
  expect(seen).toEqual([true])
  expect(readdirSync(folder)).toEqual([])
  await fetched(server, target, {
    verify: async (path) => void seen.push(statSync(path).size === NEW.length),
  })
  expect(seen).toEqual([true, true])
  expect(readdirSync(folder)).toEqual(['f.bin'])
})

test('what onProgress throws is passed on, and what came is kept', async () => {
  const { folder, target } = place()
  const server = await serve((request, response) =>
    answer(request, response, { cut: CUT, folder, next: () => {} }),
  )
  const thrown = new Error('no more')
  const onProgress = (): never => {
    throw thrown
  }
  await expect(fetched(server, target, { onProgress })).rejects.toBe(thrown)
  expect(parts(folder)).toEqual([
    { name: expect.stringMatching(/^\.f\.bin\.[0-9a-f]{16}\.part$/), size: expect.any(Number) },
  ])
})

test('names the disk where that refuses, and does not fetch a whole file again', async () => {
  const { folder, target } = place()
  writeFileSync(join(folder, 'file'), 'x')
  const server = await serve((request, response) => answer(request, response))
  await expect(fetched(server, join(folder, 'file', 'sub', 'f.bin'))).rejects.toMatchObject({
    code: 'FILE',
    message: expect.stringContaining('a part of the path is a file, not a folder'),
  })
  expect(server.ranges).toEqual([])
  mkdirSync(target)
  await expect(fetched(server, target)).rejects.toMatchObject({
    code: 'FILE',
    message: `Cannot save "${target}": it is a folder, not a file. Choose the path of a file.`,
  })
  rmSync(target, { recursive: true })
  await fetched(server, target, { sha256Prefix: HASH })
  expect(server.ranges).toEqual([undefined, 'bytes=99999-'])
})

test('a flush that fails is a fetch that failed', async () => {
  const { folder, target } = place()
  const server = await serve((request, response) => answer(request, response))
  const spy = vi.spyOn(fs, 'fsync')
  onTestFinished(() => spy.mockRestore())
  spy.mockImplementationOnce((_file, done) => done(Object.assign(new Error('EIO'), { code: 'EIO' })))
  await expect(fetched(server, target)).rejects.toMatchObject({
    code: 'FILE',
    message: `Cannot save "${target}": the disk reported an error. Check the disk, and save to another one.`,
  })
  expect(readdirSync(folder)).not.toContain('f.bin')
})

test.skipIf(noMounts)('a full disk fails the fetch and keeps what came', async () => {
  const folder = smallDisk('size=64k')
  const server = await serve((request, response) => answer(request, response))
  await expect(fetched(server, join(folder, 'f.bin'))).rejects.toMatchObject({
    code: 'FILE',
    message: expect.stringMatching(/^Cannot save ".*f\.bin": the disk is full\./),
  })
  expect(parts(folder)).toEqual([{ name: expect.any(String), size: expect.any(Number) }])
})

test('goes through the proxy of the environment, except to the hosts of NO_PROXY', async () => {
  const { target } = place()
  const server = await serve((request, response) => answer(request, response))
  const tunnels: (string | undefined)[] = []
  const proxy = createServer().on('connect', (request: IncomingMessage, client: Socket) => {
    tunnels.push(request.url)
    const upstream = connect(server.port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n')
      upstream.pipe(client).pipe(upstream)
    })
    for (const socket of [upstream, client]) socket.on('error', () => upstream.destroy())
    onTestFinished(() => void client.destroy())
  })
  vi.stubEnv('HTTP_PROXY', `http://127.0.0.1:${await listening(proxy)}`)
  await download('http://models.invalid/f.bin', target, { byHand: BY_HAND, sha256Prefix: HASH })
  expect(tunnels).toEqual(['models.invalid:80'])
  vi.stubEnv('NO_PROXY', 'example.org,127.0.0.1')
  await fetched(server, target)
  expect(tunnels).toHaveLength(1)
  expect(server.ranges).toHaveLength(2)
  vi.stubEnv('HTTP_PROXY', 'proxy')
  await expect(fetched(server, target)).rejects.toMatchObject({
    code: 'DOWNLOAD',
    message: expect.stringMatching(
      /: the proxy of HTTP_PROXY or HTTPS_PROXY is not of the form http:.*\. By hand/,
    ),
  })
})
