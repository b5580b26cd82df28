// Fetches the wheels of PyTorch by pip: zips that hold a LibTorch. No Python is needed to use them.

import { readdirSync, statSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { TorchError } from '../../errors.js'
import { plain } from '../../files/index.js'
import type { OnProgress } from '../../progress/index.js'
import type { Variant } from '../version.js'
import { findProgram, runProgram } from './run-program.js'
import { stopped, variantIn } from './unpack.js'

export interface WheelJob {
  readonly version: string
  readonly variant: Variant
  /** An empty folder for what pip fetches. */
  readonly folder: string
  readonly byHand: string
  readonly say: (line: string) => void
  readonly onProgress?: OnProgress | undefined
  readonly signal?: AbortSignal | undefined
}

/** About what pip fetches, in words. A CUDA build needs the libraries of NVIDIA besides. */
const SIZES: Readonly<Record<Variant, string>> = { cpu: 'about 200 MB', cuda: 'about 3.5 GB' }

const WATCH_MS = 500

/**
 * pip takes platforms by their exact tags. torch needs glibc 2.28; wheels of NVIDIA are tagged with this or that older one,
 * such as 2.27, 2.25, 2.18 and 2.12.
 */
const PLATFORMS = [
  ...Array.from({ length: 24 }, (_, index) => `manylinux_2_${28 - index}`),
  ...['manylinux2014', 'manylinux2010', 'manylinux1'],
]

/**
 * @returns The wheels to unpack: torch's, and for CUDA those of NVIDIA.
 * @throws TorchError DOWNLOAD: there is no pip, it fails, or it offers another build.
 */
export async function fetchWheels(job: WheelJob): Promise<string[]> {
  const { version, variant, folder, byHand, say, signal } = job
  const python = findProgram('python3')
  if (python === null) throw cannot(job, 'there is no python3 for pip')
  say(`Fetching torch==${version} by pip (${SIZES[variant]})`)
  const temporary = join(folder, 'pip')
  await mkdir(temporary)
  const progress = new PipProgress(job)
  const watch = setInterval(() => progress.look(), WATCH_MS)
  try {
    const env = { ...process.env, TMPDIR: temporary }
    const { code, output } = await runProgram(python, pipArguments(job), {
      env,
      signal,
      onLine: (line) => progress.hear(line),
    })
    const wheels = wheelsIn(folder)
    if (code !== 0 || wheels.length === 0) throw cannot(job, `pip says: ${reasonIn(output)}`)
    if ((await variantOfWheels(wheels)) === variant) return wheels
    const wanted = variant === 'cpu' ? 'for the CPU alone' : 'for CUDA with its libraries'
    throw new TorchError(
      'DOWNLOAD',
      `pip offered a build of torch ${version} that is not ${wanted}. ${byHand}`,
    )
  } catch (thrown) {
    throw signal?.aborted ? stopped(signal) : thrown
  } finally {
    clearInterval(watch)
    await rm(temporary, { recursive: true, force: true })
  }
}

/** The wheels in a folder that a LibTorch is put together from; pip fetches those of Python's packages besides. */
export function wheelsIn(folder: string): string[] {
  const names = readdirSync(folder).filter((name) => /^(?:torch|nvidia_\w+)-[^/]*\.whl$/.test(name))
  return names.sort().map((name) => join(folder, name))
}

/** Null where torch's is missing, or where one for CUDA comes without the libraries of NVIDIA. */
export async function variantOfWheels(wheels: readonly string[]): Promise<Variant | null> {
  const torch = wheels.filter((path) => basename(path).startsWith('torch-'))
  if (torch.length !== 1) return null
  const variant = await variantIn(torch[0] as string)
  return variant === 'cuda' && wheels.length === 1 ? null : variant
}

/** The tags are those of one wheel that holds what every Python's holds. */
function pipArguments({ version, variant, folder }: WheelJob): string[] {
  const platforms = PLATFORMS.flatMap((tag) => ['--platform', `${tag}_x86_64`])
  const tags = ['--only-binary=:all:', '--python-version', '3.11', ...platforms]
  const quiet = ['--disable-pip-version-check', '--progress-bar', 'off', '--no-input']
  const alone = variant === 'cpu' ? ['--no-deps'] : []
  return ['-m', 'pip', 'download', `torch==${version}`, ...alone, ...tags, ...quiet, '-d', folder]
}

/** pip names the size of each wheel when it starts; how far it is shows in the files that grow. */
class PipProgress {
  readonly #job: WheelJob
  #done = 0
  #announced = 0

  constructor(job: WheelJob) {
    this.#job = job
  }

  hear(line: string): void {
    const [, amount, unit = ''] = /^\s*Downloading .*\(([\d.]+) ([kMG]?)B\)/.exec(line) ?? []
    if (amount !== undefined) this.#announced += Number(amount) * ({ k: 1e3, M: 1e6, G: 1e9 }[unit] ?? 1)
  }

  look(): void {
    // A wheel that pip moves is missing for a moment.
    this.#done = Math.max(this.#done, bytesIn(this.#job.folder))
    const total = Math.max(this.#announced, this.#done)
    if (total > 0) this.#job.onProgress?.({ task: 'Fetching the wheels by pip', done: this.#done, total })
  }
}

function bytesIn(folder: string): number {
  let bytes = 0
  try {
    for (const entry of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      const stats = statSync(join(folder, entry), { throwIfNoEntry: false })
      if (entry.endsWith('.whl') && stats?.isFile()) bytes += stats.size
    }
  } catch {
    // pip removes its temporary folders while they are read.
  }
  return bytes
}

function cannot({ version, byHand }: WheelJob, reason: string): TorchError {
  return new TorchError(
    'DOWNLOAD',
    `LibTorch ${version} cannot be fetched: the archive is out of reach, and ${reason}. ${byHand}`,
  )
}

function reasonIn(output: string): string {
  const lines = output.split('\n').filter((line) => /^ERROR: |No module named pip/.test(line))
  return plain(lines.at(-1)?.replace(/^ERROR: /, '') ?? 'nothing')
}
