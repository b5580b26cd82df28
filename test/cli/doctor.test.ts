import { rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { runDoctor } from '../../lib/cli/doctor/doctor.js'
import type { Host } from '../../lib/cli/doctor/host.js'
import type { Loaded, Probed } from '../../lib/cli/doctor/probe.js'
import { runSetup } from '../../lib/cli/setup.js'
import type { LibTorch } from '../../lib/libtorch/index.js'
import { temporaryFolder } from '../files/temporary-folder.js'
import { library, writeStandIn } from '../scripts/stand-in.js'
import { captured } from './captured.js'
import { GOOD_HOST } from './hosts.js'

const found = (root: string, variant: 'cpu' | 'cuda', origin = 'the cache'): LibTorch => ({
  root,
  version: '2.13.0',
  variant,
  origin,
})
const LOADED: Loaded = {
  info: { torchVersion: '2.13.0', threads: 4, cudaDevices: 0, bfloat16: { cpu: true, cuda: false } },
  libtorch: found('/cpu', 'cpu'),
  refused: null,
}
const GPU = { names: ['NVIDIA H100'], driver: '580.65.06' }

let cache: string
beforeEach(() => {
  cache = temporaryFolder()
  vi.unstubAllEnvs()
  vi.stubEnv('FACECLS_CACHE', cache)
  vi.stubEnv('FACECLS_PACKS', undefined)
  vi.stubEnv('LIBTORCH', undefined)
})

function inCache(name = '2.13.0-cpu'): string {
  return writeStandIn(join(cache, 'libtorch', name, 'torch'), '2.13.0')
}

function cudaInCache(): string {
  const root = inCache('2.13.0-cuda')
  for (const name of ['libtorch_cuda.so', 'libcudart-1a2b.so.13'])
    writeFileSync(join(root, 'lib', name), library('cuda'))
  return root
}

/** What the doctor says of a machine; without `probed`, nothing may be loaded. */
async function examined(host: Partial<Host> = {}, probed?: Probed) {
  const tryToLoad = vi.fn(async () => probed as Probed)
  const surroundings = { readHost: async () => ({ ...GOOD_HOST, ...host }), tryToLoad }
  const { screen, streams } = captured()
  const code = await runDoctor(false, screen, surroundings)
  expect(tryToLoad).toHaveBeenCalledTimes(probed ? 1 : 0)
  const [found = '', advice = ''] = streams.out.split('\n\n')
  return { code, found, advice: advice.trim().split('\n').slice(1) }
}

describe('a machine that is not healthy: one line of advice a problem, and exit code 1', () => {
  test('nothing there', async () => {
    const { code, found, advice } = await examined()
    expect(code).toBe(1)
    expect(found).toMatch(
      /PROBLEM +LibTorch +LibTorch 2\.13 was not found\. Looked for: the folder in LIBTORCH \(not set\); the package @facecls\/libtorch-linux-x64-cpu \(not installed\); the cache/,
    )
    expect(advice).toEqual(['- LibTorch: Fetch it with: npx facecls-torch setup'])
  })

  test.each<[string, (root: string) => void, string]>([
    ['a missing file', (root) => rmSync(join(root, 'lib/libc10.so')), 'damaged: lib/libc10.so is missing'],
    [
      'a cut library',
      (root) => truncateSync(join(root, 'lib/libtorch_cpu.so'), 64),
      'damaged: lib/libtorch_cpu.so is cut',
    ],
  ])('a broken LibTorch: %s', async (_what, spoil, words) => {
    spoil(inCache())
    const { code, found, advice } = await examined()
    expect(code).toBe(1)
    expect(found).toContain(words)
    expect(advice).toEqual(['- LibTorch: Fetch it again with: npx facecls-torch setup'])
  })

  test('a broken one that LIBTORCH names', async () => {
    const root = writeStandIn(temporaryFolder(), '2.13.0')
    rmSync(join(root, 'lib/libtorch.so'))
    vi.stubEnv('LIBTORCH', root)
    const { advice } = await examined()
    expect(advice).toEqual([
      '- LibTorch: Set LIBTORCH to a whole one, or unset it and run: npx facecls-torch setup',
    ])
  })

  test('another version', async () => {
    vi.stubEnv('LIBTORCH', writeStandIn(temporaryFolder(), '2.12.1'))
    const { code, found, advice } = await examined()
    expect(code).toBe(1)
    expect(found).toMatch(/is LibTorch 2\.12\.1, but this package takes 2\.13\.x only$/m)
    expect(advice).toEqual([
      '- LibTorch: Set LIBTORCH to a LibTorch 2.13, or unset it and run: npx facecls-torch setup',
    ])
  })

  test.each<[string, Partial<Host>, string]>([
    ['an older Node.js', { node: '18.20.4' }, '- Node.js: Use Node.js 20.19 or later: https://nodejs.org'],
    [
      'macOS',
      { platform: 'darwin', arch: 'arm64', glibc: null },
      '- platform: Run it on Linux x64 with glibc, such as in the container node:24-bookworm',
    ],
    [
      'Linux on ARM',
      { arch: 'arm64' },
      '- platform: Run it on Linux x64 with glibc, such as in the container node:24-bookworm',
    ],
    [
      'musl',
      { glibc: null },
      '- glibc: Use a system with glibc 2.28 or later, such as the container node:24-bookworm',
    ],
    [
      'an old glibc',
      { glibc: '2.17' },
      '- glibc: Use a system with glibc 2.28 or later, such as the container node:24-bookworm',
    ],
  ])('%s, where setup fetches nothing', async (_what, host, line) => {
    inCache()
    const { code, advice } = await examined(host)
    expect({ code, advice }).toEqual({ code: 1, advice: [line] })
    const { screen, streams } = captured()
    const setup = { name: 'setup', variant: undefined, from: undefined } as const
    expect(await runSetup(setup, screen, { ...GOOD_HOST, ...host })).toBe(1)
    expect(streams.err).toContain(line.slice(2).split(': ')[1])
  })

  test.each<[string, Probed, string]>([
    [
      'the addon of another minor version',
      { code: 'LIBTORCH', message: 'The native addon was built with LibTorch 2.12 and takes no other' },
      '- loading: Install the package again, or build the addon: npx facecls-torch build',
    ],
    [
      'a core that is missing',
      { code: 'ADDON', message: 'Cannot load x' },
      '- loading: Install the package again, or build the addon: npx facecls-torch build',
    ],
    [
      'a library that ends the process',
      { code: null, message: 'The process that loaded it was killed by the system' },
      '- loading: Fetch LibTorch anew: npx facecls-torch cache clear libtorch && npx facecls-torch setup',
    ],
  ])('%s', async (_what, probed, line) => {
    inCache()
    const { code, advice } = await examined({}, probed)
    expect({ code, advice }).toEqual({ code: 1, advice: [line] })
  })

  test.each([
    ['an old driver', '535.10', undefined, '- GPU: Update the driver to 580 or later'],
    ['GPUs that are hidden', '580.65', '', '- GPU: Unset CUDA_VISIBLE_DEVICES'],
    [
      'a GPU that the container is not given',
      '580.65',
      undefined,
      '- GPU: Look at what nvidia-smi says, and at the devices that the container is given',
    ],
  ])('%s', async (_what, driver, visible, line) => {
    vi.stubEnv('CUDA_VISIBLE_DEVICES', visible)
    const root = cudaInCache()
    const loaded = { ...LOADED, libtorch: found(root, 'cuda') }
    const { code, advice } = await examined({ gpu: { ...GPU, driver } }, loaded)
    expect({ code, advice }).toEqual({ code: 1, advice: [line] })
  })

  test('a GPU, and no LibTorch: the one that uses it, with the driver that it needs', async () => {
    const { advice } = await examined({ gpu: GPU })
    expect(advice[1]).toBe('- GPU: To use it: npx facecls-torch setup --cuda')
    const old = await examined({ gpu: { ...GPU, driver: '535.10' } })
    expect(old.advice[1]).toBe(
      '- GPU: To use it: update the driver to 580 or later, then: npx facecls-torch setup --cuda',
    )
  })

  test('hostile names of folders are escaped', async () => {
    vi.stubEnv('LIBTORCH', '/nowhere/\u001b[2J\n')
    expect((await examined()).found).toContain('LIBTORCH="/nowhere/\\u001b[2J\\n"')
  })
})

describe('a healthy machine, and exit code 0', () => {
  test('all fine', async () => {
    const root = inCache()
    const { code, found, advice } = await examined({}, LOADED)
    expect({ code, advice }).toEqual({ code: 0, advice: [] })
    for (const words of [
      `2.13.0 for the processor, "${root}", from the cache`,
      'facecls_torch.node"',
      'LibTorch 2.13.0 loads',
      '4 of LibTorch, on 8 processors (A processor)',
      'the processor has instructions for it',
      'none of NVIDIA was found',
      `"${cache}": packs 0.0 MB, weights 0.0 MB, libtorch 0.1 MB`,
    ])
      expect(found).toContain(words)
  })

  test('a GPU that is not used is worth a note', async () => {
    inCache()
    const { code, advice } = await examined({ gpu: GPU }, LOADED)
    expect({ code, advice }).toEqual({
      code: 0,
      advice: ['- GPU: To use it: npx facecls-torch setup --cuda'],
    })
  })

  test('a GPU that is not used for what goes before the cache: how to put that out of the way', async () => {
    vi.stubEnv('LIBTORCH', inCache())
    const { advice } = await examined({ gpu: GPU }, LOADED)
    expect(advice).toEqual(['- GPU: To use it: unset LIBTORCH, then: npx facecls-torch setup --cuda'])
  })

  test('one for CUDA without a driver computes on the processor, which is worth a note', async () => {
    const loaded = { ...LOADED, libtorch: found(cudaInCache(), 'cuda') }
    const { code, found: said, advice } = await examined({}, loaded)
    expect(said).toMatch(
      /note +GPU +none of NVIDIA was found .*; LibTorch for CUDA computes on the processor/,
    )
    expect({ code, advice }).toEqual({
      code: 0,
      advice: [
        '- GPU: Install the driver 580 or later, or give the container its GPUs; to leave it at the processor: ' +
          'npx facecls-torch setup --cpu',
      ],
    })
  })

  test.each([
    ['the cache', 'npx facecls-torch cache clear libtorch && npx facecls-torch setup --cuda; to stay with'],
    ['LIBTORCH', 'set LIBTORCH to another one; to stay with the processor, unset it and run: npx facecls'],
  ])('one for CUDA of %s that cannot be loaded, where another takes its place', async (origin, remedy) => {
    const refused = { libtorch: found(cudaInCache(), 'cuda', origin), reason: 'libcudart.so.13 is not there' }
    const { code, found: said, advice } = await examined({ gpu: GPU }, { ...LOADED, refused })
    expect(code).toBe(0)
    expect(said).toMatch(
      /note +loading +the LibTorch for CUDA, .* cannot be loaded: libcudart\.so\.13 is not/,
    )
    expect(said).toContain('the one for the processor takes its place, "/cpu"')
    expect(said).toMatch(/note +GPU +NVIDIA H100, driver 580\.65\.06; it is not used/)
    expect(advice).toHaveLength(1)
    expect(advice[0]).toMatch(/^- loading: Install what the reason names, or /)
    expect(advice[0]).toContain(remedy)
  })

  test('a GPU in use', async () => {
    const info = { ...LOADED.info, cudaDevices: 1, bfloat16: { cpu: false, cuda: true } }
    const loaded = { info, libtorch: found(cudaInCache(), 'cuda'), refused: null }
    const { code, found: said, advice } = await examined({ gpu: GPU }, loaded)
    expect({ code, advice }).toEqual({ code: 0, advice: [] })
    expect(said).toContain('the processor has no instructions for it; the GPU has them')
    expect(said).toMatch(/ok +GPU +NVIDIA H100, driver 580\.65\.06$/m)
  })

  test('for programs as JSON', async () => {
    const root = inCache()
    const { screen, streams } = captured()
    const surroundings = { readHost: async () => GOOD_HOST, tryToLoad: async () => LOADED }
    expect(await runDoctor(true, screen, surroundings)).toBe(0)
    expect(JSON.parse(streams.out)).toMatchObject({
      healthy: true,
      host: GOOD_HOST,
      libtorch: { root, version: '2.13.0', variant: 'cpu' },
      addon: expect.stringMatching(/facecls_torch\.node$/),
      compute: { threads: 4, bfloat16: { cpu: true } },
      caches: { libtorch: expect.any(Number), weights: 0, packs: 0 },
      checks: expect.arrayContaining([{ name: 'Node.js', state: 'ok', found: '20.19.0', advice: null }]),
    })
  })
})
