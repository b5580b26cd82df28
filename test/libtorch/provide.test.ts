import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { placeOf } from '../../lib/libtorch/fetch/unpack.js'
import type { ProvideOptions } from '../../lib/libtorch/index.js'
import { answer as answerOf, CUT, parts, serve } from '../files/file-server.js'
import { below, library, standInFiles } from '../scripts/stand-in.js'
import { zipOf } from '../scripts/zip-writer.js'
import {
  archive,
  cached,
  cpuFiles,
  cudaFiles,
  filesIn,
  giving,
  provide,
  scene,
  servedAt,
  whole,
  withNothing,
} from './providing.js'

withNothing()

describe('wrong options', () => {
  test.each([
    [{ variant: 'gpu' }, "Expected one of 'cpu', 'cuda' for variant"],
    [{ from: '' }, 'Expected a non-empty string for from'],
    [{ signal: 1 }, 'Expected an AbortSignal for signal'],
    [{ url: 'x' }, 'Unknown option url in options'],
  ])('%o', async (options, message) => {
    await expect(provide(options as ProvideOptions)).rejects.toThrow(message)
    expect(cached()).toEqual([])
  })

  test.each(['ftp://a/b.zip', 'no address', 'http://me:secret@host/a.zip'])(
    'FACECLS_LIBTORCH_URL=%s is not shown',
    async (url) => {
      vi.stubEnv('FACECLS_LIBTORCH_URL', url)
      const message =
        'FACECLS_LIBTORCH_URL is no http or https address without a password. Correct it, or unset it.'
      await expect(provide()).rejects.toMatchObject({ code: 'DOWNLOAD', message })
    },
  )
})

describe('what is no LibTorch leaves nothing half-made', () => {
  test.each<[string, Buffer, RegExp]>([
    ['a truncated archive', archive.subarray(0, -30), /is not a whole zip archive.*Fetch it again/],
    [
      'another minor version',
      zipOf(below('libtorch', standInFiles('2.12.1'))),
      /holds LibTorch 2\.12\.1, no 2\.13\.0/,
    ],
    ['an archive of something else', zipOf({ 'readme.txt': 'hello' }), /holds no LibTorch 2\.13\.0/],
    ['a build for CUDA', zipOf(below('libtorch', cudaFiles)), /holds a build for cuda, not for cpu/],
    [
      'a library that was cut before it was packed',
      zipOf(below('libtorch', { ...cpuFiles, 'lib/libtorch.so': library('') })),
      /is damaged: lib\/libtorch\.so is cut.*By hand/,
    ],
    [
      'the same entry twice',
      zipOf(below('libtorch', { ...cpuFiles, 'lib/libc10.so.1': 'a' }), { deflate: false }),
      /in the way/,
    ],
  ])('%s', async (what, bytes, message) => {
    const content = what === 'the same entry twice' ? renamed(bytes, 'libc10.so.1', 'libtorch.so') : bytes
    await servedAt(giving(content))
    await expect(provide()).rejects.toThrow(message)
    expect(cached()).toEqual(['.downloads'])
    expect(filesIn(join(scene.cache, 'libtorch'))).toEqual([])
  })

  test('a fetch stopped by its signal, before and while it goes on', async () => {
    const controller = new AbortController()
    await servedAt((request, response) => {
      void answerOf(request, response, {
        content: archive,
        cut: CUT,
        folder: join(scene.cache, 'libtorch/.downloads'),
        next: () => controller.abort(),
      })
    })
    await expect(provide({ signal: controller.signal })).rejects.toMatchObject({ code: 'ABORTED' })
    expect(cached()).toEqual(['.downloads'])
    expect(parts(join(scene.cache, 'libtorch/.downloads'))).toHaveLength(1)
    await expect(provide({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ABORTED' })
  })

  test('a cache that cannot be written', async () => {
    const file = join(scene.cache, 'file')
    writeFileSync(file, '')
    vi.stubEnv('FACECLS_CACHE', join(file, 'cache'))
    await expect(provide()).rejects.toMatchObject({ code: 'FILE', message: expect.stringContaining(file) })
  })
})

/** Gives an entry the name of another, in its header and in the directory. */
function renamed(bytes: Buffer, from: string, to: string): Buffer {
  return Buffer.from(bytes.toString('latin1').replaceAll(from, to), 'latin1')
}

describe('the official archive', () => {
  test('is fetched once, and only what is needed of it is unpacked', async () => {
    const server = await serve(giving(archive))
    vi.stubEnv('FACECLS_LIBTORCH_URL', server.url)
    const tasks = new Set<string>()
    const first = await provide({ onProgress: ({ task }) => void tasks.add(task) })
    const root = join(scene.cache, 'libtorch/2.13.0-cpu/torch')
    expect(first).toMatchObject({ wasThere: false, libtorch: { root, version: '2.13.0', variant: 'cpu' } })
    expect(scene.said[0]).toBe(`Fetching ${server.url}`)
    expect([...tasks]).toEqual(['Fetching libtorch-cpu.zip', 'Unpacking LibTorch'])
    expect(cached()).toEqual(['.downloads', '2.13.0-cpu', 'checksums.json', 'chosen'])
    expect(filesIn(join(scene.cache, 'libtorch/2.13.0-cpu'))).toEqual(whole)
    expect(await provide()).toMatchObject({ wasThere: true, libtorch: { root } })
    expect(server.ranges).toHaveLength(1)
  })

  test('goes on where it broke off, in the next call', async () => {
    const server = await serve(giving(archive))
    vi.stubEnv('FACECLS_LIBTORCH_URL', server.url)
    const stop = new AbortController()
    server.handler = (request, response) =>
      answerOf(request, response, {
        content: archive,
        cut: CUT,
        folder: join(scene.cache, 'libtorch/.downloads'),
        next: () => stop.abort(),
      })
    await expect(provide({ signal: stop.signal })).rejects.toMatchObject({ code: 'ABORTED' })
    server.handler = giving(archive)
    expect(await provide()).toMatchObject({ wasThere: false })
    expect(server.ranges).toEqual([undefined, `bytes=${CUT - 1}-`])
  })

  test('has to agree with the first fetch', async () => {
    const server = await serve(giving(archive))
    vi.stubEnv('FACECLS_LIBTORCH_URL', server.url)
    const { libtorch } = await provide()
    const record = join(scene.cache, 'libtorch/checksums.json')
    const hash = createHash('sha256').update(archive).digest('hex')
    expect(JSON.parse(readFileSync(record, 'utf8'))).toEqual({ [server.url]: hash })

    truncateSync(join(libtorch.root, 'lib/libtorch_cpu.so'), 100)
    truncateSync(join(libtorch.root, 'lib/libc10.so'), 65)
    server.handler = giving(zipOf(below('libtorch', { ...cpuFiles, 'include/ATen/ATen.h': 'other' })))
    await expect(provide()).rejects.toMatchObject({
      code: 'DOWNLOAD',
      message: expect.stringMatching(/has the SHA-256 [0-9a-f]{64}, but it was .* when it was first fetched/),
    })
    expect(parts(join(scene.cache, 'libtorch/.downloads'))).toEqual([])
    server.handler = giving(archive)
    expect(await provide()).toMatchObject({ wasThere: false, libtorch: { root: libtorch.root } })
  })

  test('that was no LibTorch is not the first fetch', async () => {
    const server = await serve(giving(Buffer.from('<html>log in first</html>')))
    vi.stubEnv('FACECLS_LIBTORCH_URL', server.url)
    await expect(provide()).rejects.toThrow('is not a whole zip archive')
    server.handler = giving(archive)
    expect(await provide()).toMatchObject({ wasThere: false })
  })

  test('a damaged record is as good as none, and a killed fetch is cleared away', async () => {
    mkdirSync(join(scene.cache, 'libtorch/.downloads'), { recursive: true })
    mkdirSync(join(scene.cache, 'libtorch/.fetch-999999999'))
    writeFileSync(join(scene.cache, 'libtorch/checksums.json'), '{"')
    await servedAt(giving(archive))
    await provide()
    expect(cached()).toEqual(['.downloads', '2.13.0-cpu', 'checksums.json', 'chosen'])
  })

  test('an entry never leaves its folder', () => {
    expect(placeOf('libtorch/include/a/../../../../etc/passwd')).toBeNull()
    expect(placeOf('libtorch/lib/../libtorch.so')).toBeNull()
    expect(placeOf('nvidia/../../a.so', 'cuda')).toBeNull()
    expect(placeOf('/libtorch/lib/libtorch.so')).toBeNull()
    expect(placeOf('torch/include/a\0.h')).toBeNull()
    expect(placeOf('torch-2.13.0.dist-info/licenses/../../../etc/passwd')).toBeNull()
    expect(placeOf('torch-2.13.0.dist-info/RECORD')).toBeNull()
    expect(placeOf('torch-2.13.0.dist-info/licenses/LICENSE')).toBe('torch-2.13.0.dist-info/licenses/LICENSE')
    expect(placeOf('torch/lib/libtorch.so')).toBe('torch/lib/libtorch.so')
    expect(placeOf('nvidia/cu13/lib/libcublas.so.13')).toBeNull()
    expect(placeOf('nvidia/cu13/lib/libcublas.so.13', 'cuda')).toBe('nvidia/cu13/lib/libcublas.so.13')
  })
})
