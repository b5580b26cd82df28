// A folded network by either of its kernels, by whatever the processor would choose, and by several threads.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { NETWORKS } from './networks.js'

const child = join(import.meta.dirname, 'convolutions-child.ts')
const hasAvx2 = readFileSync('/proc/cpuinfo', 'utf8').includes(' avx2 ')

interface Told {
  readonly architecture: string
  readonly engine?: object
  readonly failure?: string
  /** From the plain network, of its largest value. */
  readonly difference?: number
  readonly digest?: string
  /** Those that LibTorch has: no more than there are processors. */
  readonly threads?: number
  readonly helpers?: number
}

function told(kernels: string, threads: number): Told[] {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', child], {
    env: { ...process.env, FACECLS_CONVOLUTIONS: kernels, OMP_NUM_THREADS: String(threads) },
    encoding: 'utf8',
  })
  expect(stderr).toBe('')
  expect(status).toBe(0)
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Told)
}

describe.each(['direct', 'onednn'])('%s', (kernels) => {
  it.each([1, 3])('agrees with the plain networks where %i threads are asked for', (asked) => {
    const networks = told(kernels, asked)
    expect(networks.map(({ architecture }) => architecture)).toEqual(NETWORKS)
    // Only our own kernels have such threads.
    const areOurs = kernels === 'direct' && hasAvx2
    for (const { engine, difference, threads = 0, helpers } of networks) {
      expect(helpers).toBe(areOurs ? threads - 1 : 0)
      expect(engine).toEqual({ network: 'folded', precision: 'float32', reason: '' })
      expect(difference).toBeLessThan(1e-5)
    }
  })
})

it('computes the same bits by one thread and by more, with our own kernels', ({ skip }) => {
  skip(!hasAvx2, 'this processor has no AVX2')
  const digests = (threads: number) => told('direct', threads).map(({ digest }) => digest)
  expect(digests(3)).toEqual(digests(1))
})

it('refuses other kernels', () => {
  const message = 'Expected direct or onednn for FACECLS_CONVOLUTIONS, not mkl'
  expect(told('mkl', 1).map(({ failure }) => failure)).toEqual(NETWORKS.map(() => message))
})
