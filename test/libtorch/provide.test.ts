import { createHash } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import type { RequestListener } from 'node:http'
import { join } from 'node:path'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { placeOf } from '../../lib/libtorch/fetch/unpack.js'
import { type ProvideOptions, provideLibTorch } from '../../lib/libtorch/index.js'
import { answer as answerOf, CUT, parts, serve, withoutProxy } from '../files/file-server.js'
import { temporaryFolder } from '../files/temporary-folder.js'
import { below, library, standInFiles, writeStandIn } from '../scripts/stand-in.js'
import { zipOf } from '../scripts/zip-writer.js'

const cpuFiles = standInFiles('2.13.0')
const cudaFiles = {
  ...cpuFiles,
  'lib/libtorch_cuda.so': library('cuda'),
  'lib/libcudart-1a2b3c4d.so.13': library('runtime'),
}
const archive = zipOf(below('libtorch', cpuFiles), { deflate: false })
const nowhere = 'http://127.0.0.1:9/libtorch.zip' // the discard port: nothing listens

let cache: string
let said: string[]

withoutProxy()
beforeEach(() => {
  cache = temporaryFolder()
  said = []
  vi.stubEnv('FACECLS_CACHE', cache)
  vi.stubEnv('LIBTORCH', undefined)
  vi.stubEnv('FACECLS_LIBTORCH_URL', nowhere)
})

function provide(options: ProvideOptions = {}) {
  return provideLibTorch({ say: (line) => said.push(line), ...options })
}

async function servedAt(listener: RequestListener): Promise<string> {
  const { url } = await serve(listener)
  vi.stubEnv('FACECLS_LIBTORCH_URL', url)
  return url
}

const giving =
  (bytes: Buffer): RequestListener =>
  (request, response) =>
    void answerOf(request, response, { content: bytes })

/** What lies in the cache. */
function cached(): string[] {
  const folder = join(cache, 'libtorch')
  return existsSync(folder) ? readdirSync(folder).sort() : []
}

function filesIn(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  return files.map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1)).sort()
}

/** A PATH whose python3 does what this shell script says; $FOLDER is where pip was told to put its downloads. */
function pathWithPython(body: string | null): void {
  const folder = temporaryFolder()
  for (const tool of ['sh', 'cp', 'sleep']) symlinkSync(join('/bin', tool), join(folder, tool))
  if (body !== null) {
    writeFileSync(join(folder, 'python3'), ['#!/bin/sh', 'for FOLDER in "$@"; do :; done', body].join('\n'))
    chmodSync(join(folder, 'python3'), 0o755)
  }
  vi.stubEnv('PATH', folder)
}

const WHEEL = 'torch-2.13.0-cp311-cp311-manylinux_2_28_x86_64.whl'
const NVIDIA = 'nvidia_cublas-13.0.0-py3-none-manylinux_2_27_x86_64.whl'

/** A folder of wheels of these files. */
function wheels(files: Record<string, Record<string, string>>): string {
  const folder = temporaryFolder()
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), zipOf(content))
  return folder
}

const cpuWheel = () => wheels({ [WHEEL]: below('torch', cpuFiles) })
const cudaWheels = () =>
  wheels({
    [WHEEL]: below('torch', cudaFiles),
    [NVIDIA]: { 'nvidia/cublas/lib/libcublas.so.13': library('cublas'), 'nvidia/cublas/include/a.h': '' },
    'sympy-1.0-py3-none-any.whl': { 'sympy/a.py': '' },
  })

const whole = [
  'torch/include/ATen/ATen.h',
  'torch/include/torch/headeronly/version.h',
  'torch/lib/libc10.so',
  'torch/lib/libgomp-0a1b2c3d.so.1',
  'torch/lib/libtorch.so',
  'torch/lib/libtorch_cpu.so',
]

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
    expect(filesIn(join(cache, 'libtorch'))).toEqual([])
  })

  test('a fetch stopped by its signal, before and while it goes on', async () => {
    const controller = new AbortController()
    await servedAt((request, response) => {
      void answerOf(request, response, {
        content: archive,
        cut: CUT,
        folder: join(cache, 'libtorch/.downloads'),
        next: () => controller.abort(),
      })
    })
    await expect(provide({ signal: controller.signal })).rejects.toMatchObject({ code: 'ABORTED' })
    expect(cached()).toEqual(['.downloads'])
    expect(parts(join(cache, 'libtorch/.downloads'))).toHaveLength(1)
    await expect(provide({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ABORTED' })
  })

  test('a cache that cannot be written', async () => {
    const file = join(cache, 'file')
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
    const root = join(cache, 'libtorch/2.13.0-cpu/torch')
    expect(first).toMatchObject({ wasThere: false, libtorch: { root, version: '2.13.0', variant: 'cpu' } })
    expect(said[0]).toBe(`Fetching ${server.url}`)
    expect([...tasks]).toEqual(['Fetching libtorch-cpu.zip', 'Unpacking LibTorch'])
    expect(cached()).toEqual(['.downloads', '2.13.0-cpu', 'checksums.json'])
    expect(filesIn(join(cache, 'libtorch/2.13.0-cpu'))).toEqual(whole)
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
        folder: join(cache, 'libtorch/.downloads'),
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
    const record = join(cache, 'libtorch/checksums.json')
    const hash = createHash('sha256').update(archive).digest('hex')
    expect(JSON.parse(readFileSync(record, 'utf8'))).toEqual({ [server.url]: hash })

    truncateSync(join(libtorch.root, 'lib/libtorch_cpu.so'), 100)
    truncateSync(join(libtorch.root, 'lib/libc10.so'), 65)
    server.handler = giving(zipOf(below('libtorch', { ...cpuFiles, 'include/ATen/ATen.h': 'other' })))
    await expect(provide()).rejects.toMatchObject({
      code: 'DOWNLOAD',
      message: expect.stringMatching(/has the SHA-256 [0-9a-f]{64}, but it was .* when it was first fetched/),
    })
    expect(parts(join(cache, 'libtorch/.downloads'))).toEqual([])
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
    mkdirSync(join(cache, 'libtorch/.downloads'), { recursive: true })
    mkdirSync(join(cache, 'libtorch/.fetch-999999999'))
    writeFileSync(join(cache, 'libtorch/checksums.json'), '{"')
    await servedAt(giving(archive))
    await provide()
    expect(cached()).toEqual(['.downloads', '2.13.0-cpu', 'checksums.json'])
  })

  test('an entry never leaves its folder', () => {
    expect(placeOf('libtorch/include/a/../../../../etc/passwd')).toBeNull()
    expect(placeOf('libtorch/lib/../libtorch.so')).toBeNull()
    expect(placeOf('nvidia/../../a.so', 'cuda')).toBeNull()
    expect(placeOf('/libtorch/lib/libtorch.so')).toBeNull()
    expect(placeOf('torch/include/a\0.h')).toBeNull()
    expect(placeOf('torch/lib/libtorch.so')).toBe('torch/lib/libtorch.so')
    expect(placeOf('nvidia/cu13/lib/libcublas.so.13')).toBeNull()
    expect(placeOf('nvidia/cu13/lib/libcublas.so.13', 'cuda')).toBe('nvidia/cu13/lib/libcublas.so.13')
  })
})

describe('where the archive is out of reach', () => {
  test('the wheel by pip, after a server that keeps silent for 5 s', async () => {
    await servedAt(() => undefined)
    pathWithPython(`cp '${cpuWheel()}'/* "$FOLDER"`)
    expect(await provide()).toMatchObject({ wasThere: false, libtorch: { variant: 'cpu' } })
    expect(said[1]).toMatch(/^Cannot fetch .*nothing came for 5 s; trying the wheels/)
    expect(said[2]).toBe('Fetching torch==2.13.0 by pip (about 200 MB)')
    expect(filesIn(join(cache, 'libtorch/2.13.0-cpu'))).toEqual(whole)
  })

  test('a server that answers 404 counts as out of reach', async () => {
    await servedAt((_request, response) => response.writeHead(404).end())
    pathWithPython(`cp '${cpuWheel()}'/* "$FOLDER"`)
    await provide()
    expect(said[1]).toContain('the server answered 404')
  })

  test('for CUDA the wheels of NVIDIA come beside', async () => {
    pathWithPython(`echo "$@" > '${cache}/arguments'; cp '${cudaWheels()}'/* "$FOLDER"`)
    const { libtorch } = await provide({ variant: 'cuda' })
    expect(libtorch).toMatchObject({ variant: 'cuda', root: join(cache, 'libtorch/2.13.0-cuda/torch') })
    const names = filesIn(join(cache, 'libtorch/2.13.0-cuda'))
    expect(names).toEqual(
      [
        ...whole,
        'torch/lib/libtorch_cuda.so',
        'torch/lib/libcudart-1a2b3c4d.so.13',
        'nvidia/cublas/lib/libcublas.so.13',
      ].sort(),
    )
    const asked = readFileSync(join(cache, 'arguments'), 'utf8')
    expect(asked).toMatch(
      /^-m pip download torch==2\.13\.0 --only-binary=:all: --python-version 3\.11 --platform manylinux_2_28_x86_64 /,
    )
    for (const tag of ['manylinux_2_27', 'manylinux_2_18', 'manylinux_2_5', 'manylinux2014', 'manylinux1'])
      expect(asked).toContain(`--platform ${tag}_x86_64 `)
    expect(asked).not.toContain('--no-deps')
  })

  test('how far pip is shows in what it says and in the files that grow', async () => {
    const lines = 'echo "  Downloading torch-2.13.0.whl (1.5 MB)"; echo "Downloading b.whl (500 kB)"'
    pathWithPython(`${lines}; cp '${cpuWheel()}'/* "$FOLDER"; sleep 1.2`)
    const seen: unknown[] = []
    await provide({ onProgress: (progress) => void seen.push(progress) })
    const done = expect.any(Number)
    expect(seen[0]).toEqual({ task: 'Fetching the wheels by pip', done, total: 2e6 })
  })

  test.each<[string, string | null, ProvideOptions, RegExp]>([
    ['a CUDA wheel is refused', `cp 'CUDA'/torch* "$FOLDER"`, {}, /not for the CPU alone\. By hand: /],
    [
      'a CPU wheel too',
      `cp 'CPU'/* "$FOLDER"`,
      { variant: 'cuda' },
      /not for CUDA with its libraries\. By hand: /,
    ],
    [
      'and one without those of NVIDIA',
      `cp 'CUDA'/torch* "$FOLDER"`,
      { variant: 'cuda' },
      /not for CUDA with/,
    ],
    [
      'pip that fails',
      'echo "ERROR: No matching distribution found" >&2; exit 1',
      {},
      /pip says: No matching distribution/,
    ],
    [
      'no pip',
      'echo "python3: No module named pip" >&2; exit 1',
      {},
      /pip says: python3: No module named pip/,
    ],
    ['no python', null, {}, /no python3 for pip\. By hand: .*setup --from FILE/],
  ])('%s', async (_what, body, options, message) => {
    pathWithPython(body?.replace('CUDA', () => cudaWheels()).replace('CPU', () => cpuWheel()) ?? null)
    await expect(provide(options)).rejects.toMatchObject({
      code: 'DOWNLOAD',
      message: expect.stringMatching(message),
    })
    expect(cached()).toEqual(['.downloads'])
  })

  test('a signal ends pip too', async () => {
    pathWithPython('exec sleep 60')
    const controller = new AbortController()
    const say = (line: string) => line.includes('by pip (') && setTimeout(() => controller.abort(), 200)
    await expect(provide({ say, signal: controller.signal })).rejects.toMatchObject({ code: 'ABORTED' })
    expect(cached()).toEqual(['.downloads'])
  })
})

describe('from a file of this machine', () => {
  test.each<[string, (folder: string) => string, RegExp]>([
    ['that is not there', (folder) => join(folder, 'a.zip'), /Cannot read ".*a\.zip": it does not exist/],
    [
      'of another kind',
      (folder) => written(join(folder, 'a.tar'), 'x'),
      /Expected an archive \(\.zip\), a wheel/,
    ],
    [
      'that is damaged',
      (folder) => written(join(folder, 'a.zip'), 'x'),
      /a\.zip" is not a whole zip archive/,
    ],
    [
      'that holds something else',
      (folder) => written(join(folder, 'a.zip'), zipOf({ a: 'x' })),
      /holds no LibTorch/,
    ],
    ['a folder without wheels', (folder) => folder, /holds no LibTorch 2\.13\.0 that is whole/],
    [
      'with a name that a terminal obeys',
      (folder) => join(folder, '\u001b[2J.zip'),
      /"[^\u001b]*\\u001b\[2J\.zip"/,
    ],
    [
      'a CUDA wheel alone',
      () => join(cudaWheels(), WHEEL),
      /is a wheel for CUDA without the libraries of NVIDIA/,
    ],
  ])('%s', async (_what, make, message) => {
    await expect(provide({ from: make(temporaryFolder()) })).rejects.toThrow(message)
    expect(cached().filter((name) => name !== '.downloads')).toEqual([])
  })

  test('of another build than asked for', async () => {
    const from = written(join(temporaryFolder(), 'a.zip'), archive)
    await expect(provide({ from, variant: 'cuda' })).rejects.toThrow('is a build for cpu, not for cuda')
  })

  test.each<[string, () => string, string]>([
    ['an archive', () => written(join(temporaryFolder(), 'a.zip'), archive), '2.13.0-cpu'],
    ['a wheel', () => join(cpuWheel(), WHEEL), '2.13.0-cpu'],
    ['a folder of wheels', cudaWheels, '2.13.0-cuda'],
    [
      'an archive for CUDA',
      () => written(join(temporaryFolder(), 'a.zip'), zipOf(below('libtorch', cudaFiles))),
      '2.13.0-cuda',
    ],
    [
      'a later patch',
      () => written(join(temporaryFolder(), 'a.zip'), zipOf(below('libtorch', standInFiles('2.13.4')))),
      '2.13.4-cpu',
    ],
  ])('%s', async (_what, make, folder) => {
    const { libtorch, wasThere } = await provide({ from: make() })
    expect({ root: libtorch.root, wasThere }).toEqual({
      root: join(cache, 'libtorch', folder, 'torch'),
      wasThere: false,
    })
    expect(cached()).toEqual([folder])
  })
})

function written(path: string, content: string | Buffer): string {
  writeFileSync(path, content)
  return path
}

describe('LIBTORCH', () => {
  test.each([
    [
      'of another version',
      () => writeStandIn(temporaryFolder(), '2.12.0'),
      /is LibTorch 2\.12\.0, but .* 2\.13\.x only.*unset it/,
    ],
    ['of something else', () => '/nowhere', /LIBTORCH="\/nowhere" holds no LibTorch/],
    ['damaged', () => cutStandIn(), /is damaged: lib\/libtorch_cpu\.so is cut.*unset it/],
  ])('%s', async (_what, make, message) => {
    vi.stubEnv('LIBTORCH', make())
    await expect(provide()).rejects.toMatchObject({
      code: 'LIBTORCH',
      message: expect.stringMatching(message),
    })
  })

  test('is taken as it is, a later patch too', async () => {
    const root = writeStandIn(temporaryFolder(), '2.13.4')
    vi.stubEnv('LIBTORCH', root)
    expect(await provide()).toMatchObject({ wasThere: true, libtorch: { root, version: '2.13.4' } })
  })
})

function cutStandIn(): string {
  const root = writeStandIn(temporaryFolder(), '2.13.0')
  truncateSync(join(root, 'lib/libtorch_cpu.so'), 64)
  return root
}

test('a damaged one in the cache gives way, under whatever name', async () => {
  await servedAt(giving(archive))
  const damaged = join(cache, 'libtorch/2.13.0-cu130')
  writeStandIn(join(damaged, 'torch'), '2.13.1')
  truncateSync(join(damaged, 'torch/lib/libc10.so'), 10)
  const { libtorch } = await provide()
  expect(libtorch.root).toBe(join(cache, 'libtorch/2.13.0-cpu/torch'))
  expect(cached()).toEqual(['.downloads', '2.13.0-cpu', 'checksums.json'])
})
