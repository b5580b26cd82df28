// Fetches the wheels of PyTorch by pip: zips that hold a LibTorch. No Python is needed to use them.

import { existsSync, readdirSync, statSync } from 'node:fs'
import { link, mkdir, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { TorchError } from '../../errors.js'
import { attempt, ensureFolder, quoted, sha256Of } from '../../files/index.js'
import type { OnProgress } from '../../progress/index.js'
import type { Variant } from '../version.js'
import { type Checksums, checksumsIn, differsFromFirst } from './checksums.js'
import { fetchByPip } from './pip.js'
import { asArgument, merged, type Requirement, requirementsOf } from './requirements.js'
import { stopped, variantIn } from './unpack.js'
import { WheelProgress } from './wheel-progress.js'

export interface WheelJob {
  readonly version: string
  readonly variant: Variant
  /** An empty folder for what pip fetches. */
  readonly folder: string
  /** Keeps each wheel that has come until the caller removes it, so that a fetch that broke off goes on with them. */
  readonly kept: string
  /** Holds the record of checksums. */
  readonly cache: string
  readonly byHand: string
  readonly say: (line: string) => void
  readonly onProgress?: OnProgress | undefined
  readonly signal?: AbortSignal | undefined
}

export interface FetchedWheels {
  /** torch's, and for CUDA those of NVIDIA. */
  readonly files: readonly string[]
  /** The SHA-256 of each, by the name of its file. */
  readonly checksums: Checksums
}

/** About what pip fetches, in bytes. A CUDA build needs the libraries of NVIDIA besides. */
const SIZES: Readonly<Record<Variant, number>> = { cpu: 0.2e9, cuda: 2.9e9 }

/**
 * Fetches one wheel after the other, so that what has come whole is kept when the connection breaks. pip compares each with the hash
 * of its index, and it is compared here with that of the first fetch.
 *
 * @throws TorchError DOWNLOAD: there is no pip, it fails, it offers another build, or other bytes than at the first fetch.
 */
export async function fetchWheels(job: WheelJob): Promise<FetchedWheels> {
  const { version, variant, folder, kept, say, onProgress, signal } = job
  say(`Fetching torch==${version} by pip (about ${SIZES[variant] / 1e9} GB)`)
  const temporary = join(folder, 'pip')
  await mkdir(temporary)
  await ensureFolder(kept)
  for (const file of wheelsAt(kept)) await share(file, folder)
  const progress = new WheelProgress([folder], SIZES[variant], onProgress)
  try {
    const files = (await fetchAll(job, { temporary, onLine: (line) => progress.hear(line) })).filter(isPart)
    progress.end()
    if ((await variantOfWheels(files)) !== variant) {
      await rm(kept, { recursive: true, force: true })
      throw otherBuild(job)
    }
    return { files, checksums: await compared(files, job) }
  } catch (thrown) {
    throw signal?.aborted ? stopped(signal) : thrown
  } finally {
    progress.end()
    await rm(temporary, { recursive: true, force: true })
  }
}

/** torch's, then what it requires, then what these require: all versions that are asked for stand in the wheels before. */
async function fetchAll(
  { version, variant, folder, kept, byHand, signal }: WheelJob,
  pip: { temporary: string; onLine: (line: string) => void },
): Promise<string[]> {
  const refuse = (reason: string): TorchError =>
    new TorchError(
      'DOWNLOAD',
      `LibTorch ${version} cannot be fetched: the archive is out of reach, and ${reason}. ${byHand}`,
    )
  // pip prefers a build with a label, and an index or a folder of the user's own may offer the one for the processor.
  const versions = variant === 'cpu' ? `==${version}` : `==${version},!=${version}+cpu`
  let wanted: Requirement[] = [{ name: 'torch', extras: [], versions }]
  const fetched = new Map<string, string>()
  while (wanted.length > 0) {
    const next: Requirement[] = []
    for (const each of wanted) {
      await fetchByPip({ requirement: asArgument(each), folder, signal, ...pip }, refuse)
      const file = wheelOf(each.name, folder)
      if (file === null) throw refuse(`pip brought no wheel of ${each.name}`)
      fetched.set(each.name, file)
      await share(file, kept)
      if (variant === 'cuda') next.push(...(await requirementsOf(file, each.extras)))
    }
    wanted = merged(next).filter(({ name }) => !fetched.has(name))
  }
  return [...fetched.values()]
}

function otherBuild({ version, variant, byHand }: WheelJob): TorchError {
  const wanted = variant === 'cpu' ? 'for the CPU alone' : 'for CUDA with its libraries'
  return new TorchError(
    'DOWNLOAD',
    `pip offered a build of torch ${version} that is not ${wanted}. ${byHand}`,
  )
}

async function compared(
  files: readonly string[],
  { cache, kept, signal, onProgress }: WheelJob,
): Promise<Checksums> {
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

/** Two names of one file, so that another process never sees a part of it. */
async function share(file: string, folder: string): Promise<void> {
  const target = join(folder, basename(file))
  if (existsSync(target) && statSync(target).ino === statSync(file).ino) return
  await rm(target, { force: true })
  await attempt('save', target, () => link(file, target))
}

function wheelsAt(folder: string): string[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.whl'))
  return names.sort().map((name) => join(folder, name))
}

/** The newest wheel of a package in a folder: one that was kept may have been followed by another version. */
function wheelOf(name: string, folder: string): string | null {
  const start = `${name.replaceAll('-', '_')}-`
  const files = wheelsAt(folder).filter((file) => basename(file).toLowerCase().startsWith(start))
  return files.sort((one, other) => statSync(other).mtimeMs - statSync(one).mtimeMs)[0] ?? null
}

/** The wheels in a folder that a LibTorch is put together from; there may be those of Python's packages besides. */
export function wheelsIn(folder: string): string[] {
  return wheelsAt(folder).filter(isPart)
}

const isPart = (wheel: string): boolean => /^(?:torch|nvidia_\w+)-/.test(basename(wheel))

/** Null where torch's is missing, or where one for CUDA comes without the libraries of NVIDIA. */
export async function variantOfWheels(wheels: readonly string[]): Promise<Variant | null> {
  const torch = wheels.filter((path) => basename(path).startsWith('torch-'))
  if (torch.length !== 1) return null
  const variant = await variantIn(torch[0] as string)
  return variant === 'cuda' && wheels.length === 1 ? null : variant
}
