import { spawnSync } from 'node:child_process'
import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { findLibTorch } from '../../lib/libtorch/index.js'
import { loadedRoot } from '../../lib/native/loaded.js'
import { temporaryFolder } from '../files/temporary-folder.js'
import { library, writeStandIn } from '../scripts/stand-in.js'

const real = findLibTorch().root
const main = join(import.meta.dirname, 'usable-child.mjs')

let cache: string
beforeEach(() => {
  cache = temporaryFolder()
})

/** One for CUDA in name only, which cannot be loaded. */
function brokenCuda(folder: string): string {
  const root = writeStandIn(folder, '2.13.0')
  writeFileSync(join(root, 'lib/libtorch_cuda.so'), library('cuda'))
  return root
}

/** The LibTorch at hand as that of the cache for the processor, if it is one. */
function withProcessors(): void {
  const target = join(cache, 'libtorch/2.13.0-cpu/torch')
  mkdirSync(dirname(target), { recursive: true })
  symlinkSync(real, target)
}

interface Outcome {
  readonly code?: string
  readonly message?: string
  readonly devices?: Record<string, string>
  readonly root?: string
  readonly refused?: { reason: string } | null
}

/** What native(), 'auto' and 'cuda' make of it in a process of its own, with a worker thread or without. */
function outcomes(env: Record<string, string>, ...more: string[]): Outcome[] {
  const { LIBTORCH: _, NODE_OPTIONS: __, ...inherited } = process.env
  const child = spawnSync(process.execPath, [main, ...more], {
    env: { ...inherited, FACECLS_CACHE: cache, CUDA_VISIBLE_DEVICES: '', ...env },
    encoding: 'utf8',
  })
  expect(child.stderr).toBe('')
  expect(child.status).toBe(0)
  return child.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Outcome)
}

test.each([
  ['LIBTORCH', () => ({ LIBTORCH: brokenCuda(temporaryFolder()) })],
  ['the cache', () => ({ LIBTORCH: '', broken: brokenCuda(join(cache, 'libtorch/2.13.0-cuda/torch')) })],
])(
  'where the one for CUDA of %s cannot be loaded, the one for the processor is, and says why',
  (origin, make) => {
    withProcessors()
    const env = make()
    for (const outcome of [...outcomes(env), ...outcomes(env, 'worker')]) {
      expect(realpathSync(outcome.root as string)).toBe(realpathSync(real))
      expect(outcome.refused?.reason).toMatch(/^Cannot load .*libgomp.*: /)
      expect(outcome.devices?.auto).toMatch(
        new RegExp(`^cpu: the LibTorch for CUDA from ${origin}.* cannot be loaded: Cannot load .*libgomp`),
      )
      expect(outcome.devices?.cuda).toMatch(
        /^DEVICE: CUDA was asked for, but the LibTorch for CUDA .* npx facecls-torch doctor, or use the device 'cpu'/,
      )
    }
  },
)

test('where none for the processor is there, the error says how to get one', () => {
  const [outcome] = outcomes({ LIBTORCH: brokenCuda(temporaryFolder()) })
  expect(outcome).toMatchObject({ code: 'LIBTORCH' })
  expect(outcome?.message).toMatch(
    /^LibTorch 2\.13\.0 for CUDA from LIBTORCH cannot be loaded: Cannot load .*; and none for the processor is there .*npx facecls-torch setup --cpu\. .* doctor$/,
  )
})

test('the LibTorch that a process has loaded shows in its map of memory', () => {
  const map = (...files: string[]) =>
    files.map((file) => `7f00-7f01 r-xp 00000000 fe:01 77  ${file}`).join('\n')
  const core = '/a package/libfacecls_core.so'
  expect(loadedRoot(core, map('/x/lib/libc10.so', '/a b/torch/lib/libtorch_cpu.so', core))).toBe('/a b/torch')
  expect(loadedRoot(core, map('/another/lib/libtorch_cpu.so'))).toBeNull()
  expect(loadedRoot(core, map(core))).toBeNull()
  expect(loadedRoot(core)).toBeNull()
})
