import { truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import type { ProvideOptions } from '../../lib/libtorch/index.js'
import { temporaryFolder } from '../files/temporary-folder.js'
import { below, standInFiles, writeStandIn } from '../scripts/stand-in.js'
import { zipOf } from '../scripts/zip-writer.js'
import {
  archive,
  cached,
  cpuWheel,
  cudaFiles,
  cudaWheels,
  filesIn,
  giving,
  pathWithPython,
  provide,
  scene,
  servedAt,
  WHEEL,
  whole,
  withNothing,
} from './providing.js'

withNothing()

describe('where the archive is out of reach', () => {
  test('the wheel by pip, after a server that keeps silent for 5 s', async () => {
    await servedAt(() => undefined)
    pathWithPython(`cp '${cpuWheel()}'/* "$FOLDER"`)
    expect(await provide()).toMatchObject({ wasThere: false, libtorch: { variant: 'cpu' } })
    expect(scene.said[1]).toMatch(/^Cannot fetch .*nothing came for 5 s; trying the wheels/)
    expect(scene.said[2]).toBe('Fetching torch==2.13.0 by pip (about 0.2 GB)')
    expect(filesIn(join(scene.cache, 'libtorch/2.13.0-cpu'))).toEqual(whole)
  })

  test('a server that answers 404 counts as out of reach', async () => {
    await servedAt((_request, response) => response.writeHead(404).end())
    pathWithPython(`cp '${cpuWheel()}'/* "$FOLDER"`)
    await provide()
    expect(scene.said[1]).toContain('the server answered 404')
  })

  test('how far pip is shows in what it says and in the files that grow', async () => {
    const lines = 'echo "  Downloading torch-2.13.0.whl (1.5 MB)"; echo "Downloading b.whl (500 kB)"'
    pathWithPython(`${lines}; cp '${cpuWheel()}'/* "$FOLDER"; sleep 1.2`)
    const seen: unknown[] = []
    await provide({ onProgress: (progress) => void seen.push(progress) })
    const done = expect.any(Number)
    expect(seen[0]).toEqual({ task: 'Fetching the wheels by pip', done, total: 0.2e9 })
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
      /pip brought no wheel of cuda-toolkit\. By hand: /,
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
      root: join(scene.cache, 'libtorch', folder, 'torch'),
      wasThere: false,
    })
    expect(cached()).toEqual([folder, 'chosen'])
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
  const damaged = join(scene.cache, 'libtorch/2.13.0-cu130')
  writeStandIn(join(damaged, 'torch'), '2.13.1')
  truncateSync(join(damaged, 'torch/lib/libc10.so'), 10)
  const { libtorch } = await provide()
  expect(libtorch.root).toBe(join(scene.cache, 'libtorch/2.13.0-cpu/torch'))
  expect(cached()).toEqual(['.downloads', '2.13.0-cpu', 'checksums.json', 'chosen'])
})
