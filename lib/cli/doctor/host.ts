// What this process runs on, as plain values, so that a test can be another machine.

import { availableParallelism, cpus } from 'node:os'
import { findProgram, nvidiaDriver, runProgram } from '../../libtorch/index.js'

export interface Host {
  readonly node: string
  readonly platform: string
  readonly arch: string
  /** Such as '2.36'; null where the C library is another. */
  readonly glibc: string | null
  readonly processor: string
  readonly cores: number
  /** Null where no driver of NVIDIA shows. */
  readonly gpu: Gpu | null
}

export interface Gpu {
  readonly names: readonly string[]
  readonly driver: string | null
}

/** A driver that hangs must not hang the doctor. */
const GPU_MS = 10_000

export async function readHost(): Promise<Host> {
  return {
    node: process.versions.node,
    platform: process.platform,
    arch: process.arch,
    glibc: glibcVersion(),
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    gpu: await readGpu(),
  }
}

function glibcVersion(): string | null {
  if (process.platform !== 'linux') return null
  const report = process.report as typeof process.report & { excludeNetwork?: boolean }
  report.excludeNetwork = true // else each connection's host name is looked up
  const { header } = report.getReport() as unknown as { header: { glibcVersionRuntime?: string } }
  return header.glibcVersionRuntime ?? null
}

async function readGpu(): Promise<Gpu | null> {
  const program = findProgram('nvidia-smi')
  if (program !== null) {
    const query = ['--query-gpu=name,driver_version', '--format=csv,noheader']
    const signal = AbortSignal.timeout(GPU_MS)
    const { code, output } = await runProgram(program, query, { signal }).catch(() => ({
      code: 1,
      output: '',
    }))
    const rows = output.split('\n').filter((line) => line.includes(','))
    if (code === 0 && rows.length > 0) {
      const names = rows.map((row) => row.slice(0, row.lastIndexOf(',')).trim())
      return { names, driver: rows[0]?.split(',').at(-1)?.trim() ?? null }
    }
  }
  const driver = nvidiaDriver()
  return driver === null ? null : { names: [], driver }
}
