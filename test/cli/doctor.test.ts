import { rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { runDoctor } from '../../lib/cli/doctor/doctor.js'
import type { Host } from '../../lib/cli/doctor/host.js'
import { isAtLeast } from '../../lib/cli/doctor/platform.js'
import type { Probed } from '../../lib/cli/doctor/probe.js'
import { runSetup } from '../../lib/cli/setup.js'
import { temporaryFolder } from '../files/temporary-folder.js'
import { library, writeStandIn } from '../scripts/stand-in.js'
import { captured } from './captured.js'

const GOOD: Host = {
  node: '20.19.0',
  platform: 'linux',
  arch: 'x64',
  glibc: '2.36',
  processor: 'A processor',
  cores: 8,
  gpu: null,
}
const LOADED: Probed = {
  info: { torchVersion: '2.13.0', threads: 4, cudaDevices: 0, bfloat16: { cpu: true, cuda: false } },
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

/** What the doctor says of a machine; without `probed`, nothing may be loaded. */
async function examined(host: Partial<Host> = {}, probed?: Probed) {
  const tryToLoad = vi.fn(async () => probed as Probed)
  const surroundings = { readHost: async () => ({ ...GOOD, ...host }), tryToLoad }
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
    expect(await runSetup(setup, screen, { ...GOOD, ...host })).toBe(1)
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
    ['an old driver', '535.10', '- GPU: Update the driver to 580 or later, which CUDA 13 needs'],
    [
      'a GPU that is hidden',
      '580.65',
      '- GPU: Look at CUDA_VISIBLE_DEVICES, at the devices that the container is given, and at what nvidia-smi says',
    ],
  ])('%s', async (_what, driver, line) => {
    writeFileSync(join(inCache('2.13.0-cuda'), 'lib/libtorch_cuda.so'), library('cuda'))
    const { code, advice } = await examined({ gpu: { ...GPU, driver } }, LOADED)
    expect({ code, advice }).toEqual({ code: 1, advice: [line] })
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
      'LibTorch 2.13.0 on 4 threads of 8 processors (A processor), which has instructions for bfloat16',
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

  test('for programs as JSON', async () => {
    const root = inCache()
    const { screen, streams } = captured()
    const surroundings = { readHost: async () => GOOD, tryToLoad: async () => LOADED }
    expect(await runDoctor(true, screen, surroundings)).toBe(0)
    expect(JSON.parse(streams.out)).toMatchObject({
      healthy: true,
      host: GOOD,
      libtorch: { root, version: '2.13.0', variant: 'cpu' },
      addon: expect.stringMatching(/facecls_torch\.node$/),
      compute: { threads: 4, bfloat16: { cpu: true } },
      caches: { libtorch: expect.any(Number), weights: 0, packs: 0 },
      checks: expect.arrayContaining([{ name: 'Node.js', state: 'ok', found: '20.19.0', advice: null }]),
    })
  })
})

test.each([
  ['20.19.0', '20.19', true],
  ['20.18.9', '20.19', false],
  ['24.0.0', '20.19', true],
  ['2.4', '2.28', false],
  ['580', '580', true],
])('%s is at least %s: %s', (version, wanted, outcome) => expect(isAtLeast(version, wanted)).toBe(outcome))
