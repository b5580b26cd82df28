// Fetches the wheels of PyTorch by pip: zips that hold a LibTorch. No Python is needed to use them.

import { readdirSync, statSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { TorchError } from '../../errors.js'
import { plain, quoted, sha256Of } from '../../files/index.js'
import type { OnProgress } from '../../progress/index.js'
import type { Variant } from '../version.js'
import { checksumsIn, differsFromFirst } from './checksums.js'
import { findProgram, runProgram } from './run-program.js'
import { stopped, variantIn } from './unpack.js'

export interface WheelJob {
  readonly version: string
  readonly variant: Variant
  /** An empty folder for what pip fetches. */
  readonly folder: string
  /** Holds the record of checksums. */
  readonly cache: string
  /** Keeps each wheel that was fetched whole until all are there, for a fetch that goes on with them. */
  readonly kept: string
  readonly byHand: string
  readonly say: (line: string) => void
  readonly onProgress?: OnProgress | undefined
  readonly signal?: AbortSignal | undefined
}

export interface FetchedWheels {
  /** torch's, and for CUDA those of NVIDIA. */
  readonly files: readonly string[]
  /** The SHA-256 of each, by the name of its file. */
  readonly checksums: Readonly<Record<string, string>>
}

/** About what pip fetches, in bytes. A CUDA build needs the libraries of NVIDIA besides. */
const SIZES: Readonly<Record<Variant, number>> = { cpu: 0.2e9, cuda: 3.4e9 }

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
 * Fetches the wheels to unpack. pip compares each with the hash of its index, and the first fetch's hash is compared here.
 *
 * @throws TorchError DOWNLOAD: there is no pip, it fails, it offers another build, or other bytes than at the first fetch.
 */
export async function fetchWheels(job: WheelJob): Promise<FetchedWheels> {
  const { version, variant, folder, kept, byHand, say, signal } = job
  const python = findProgram('python3')
  if (python === null) throw cannot(job, 'there is no python3 for pip')
  say(`Fetching torch==${version} by pip (about ${SIZES[variant] / 1e9} GB)`)
  const temporary = join(folder, 'pip')
  await mkdir(temporary)
  const progress = new PipProgress(job, temporary)
  const watch = setInterval(() => progress.look(), WATCH_MS)
  try {
    const { code, output } = await runProgram(python, pipArguments(job), {
      env: { ...process.env, TMPDIR: temporary, PIP_CACHE_DIR: kept },
      signal,
      onLine: (line) => progress.hear(line),
    })
    const files = wheelsIn(folder)
    if (code !== 0 || files.length === 0) throw cannot(job, `pip says: ${reasonIn(output)}`)
    if ((await variantOfWheels(files)) !== variant) {
      const wanted = variant === 'cpu' ? 'for the CPU alone' : 'for CUDA with its libraries'
      throw new TorchError(
        'DOWNLOAD',
        `pip offered a build of torch ${version} that is not ${wanted}. ${byHand}`,
      )
    }
    const checksums = await compared(files, job)
    await rm(kept, { recursive: true, force: true })
    return { files, checksums }
  } catch (thrown) {
    throw signal?.aborted ? stopped(signal) : thrown
  } finally {
    clearInterval(watch)
    await rm(temporary, { recursive: true, force: true })
  }
}

async function compared(
  files: readonly string[],
  { cache, kept, signal, onProgress }: WheelJob,
): Promise<Record<string, string>> {
  const first = await checksumsIn(cache)
  const sizes = files.map((file) => statSync(file).size)
  const total = sizes.reduce((sum, size) => sum + size, 0)
  const checksums: Record<string, string> = {}
  let done = 0
  for (const [index, file] of files.entries()) {
    const name = basename(file)
    const sha256 = await sha256Of(file, signal, 'Fetching LibTorch')
    const expected = first[name] ?? sha256
    if (sha256 !== expected) {
      await rm(kept, { recursive: true, force: true })
      throw differsFromFirst(`The wheel ${quoted(name)}`, sha256, expected, cache)
    }
    checksums[name] = sha256
    done += sizes[index] as number
    onProgress?.({ task: 'Checking the wheels', done, total })
  }
  return checksums
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
  // pip prefers a build with a label, and an index or a folder of the user's own may offer the one for the processor.
  const torch = variant === 'cpu' ? `torch==${version}` : `torch==${version},!=${version}+cpu`
  return ['-m', 'pip', 'download', torch, ...alone, ...tags, ...quiet, '-d', folder]
}

/** pip names the size of each wheel when it starts; how far it is shows in the files that grow. */
class PipProgress {
  readonly #job: WheelJob
  readonly #temporary: string
  #done = 0
  #announced = 0

  constructor(job: WheelJob, temporary: string) {
    this.#job = job
    this.#temporary = temporary
  }

  hear(line: string): void {
    const [, amount, unit = ''] = /^\s*Downloading .*\(([\d.]+) ([kMG]?)B\)/.exec(line) ?? []
    if (amount !== undefined) this.#announced += Number(amount) * ({ k: 1e3, M: 1e6, G: 1e9 }[unit] ?? 1)
  }

  look(): void {
    // A wheel that pip moves is missing for a moment, and one that it copies is there twice.
    const [fetching, fetched] = [bytesIn(this.#temporary, true), bytesIn(this.#job.folder, false)]
    this.#done = Math.max(this.#done, fetching, fetched)
    const total = Math.max(this.#announced, this.#done, SIZES[this.#job.variant])
    if (this.#done > 0)
      this.#job.onProgress?.({ task: 'Fetching the wheels by pip', done: this.#done, total })
  }
}

function bytesIn(folder: string, recursive: boolean): number {
  let bytes = 0
  try {
    for (const entry of readdirSync(folder, { recursive, encoding: 'utf8' })) {
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
