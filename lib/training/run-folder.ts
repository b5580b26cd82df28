// The folder of a run: it belongs to one run, and to one process at a time.

import type { Dirent } from 'node:fs'
import { readdir, rm, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { TorchError } from '../errors.js'
import { attempt, ensureFolder, freshFolder, isTemporary, listed, quoted } from '../files/index.js'
import { type NativeLock, native, nativeNow } from '../native/index.js'

const LOCK = '.lock'
/** The folder of checkpoints within that of a run. */
export const CHECKPOINTS = 'checkpoints'
const CHECKPOINT = /^step-(\d+)\.safetensors$/
/** Whatever files a run writes. */
const OWN_FILES: ReadonlySet<string> = new Set([
  LOCK,
  'best.safetensors',
  'config.json',
  'curves.png',
  'curves.svg',
  'history.csv',
  'last.safetensors',
  'photographs.csv',
  'skipped.csv',
  'timing.csv',
])

const EARLIER_RUN =
  'it may be an earlier run. Go on with that by Trainer.resume(folder), replace it by start({ output, overwrite: true }), or choose another folder.'

export interface RunFolder {
  release(): Promise<void>
}

/**
 * Takes a new or empty folder.
 *
 * @param overwrite Removes an earlier run from it first.
 * @throws TorchError FILE: it holds an earlier run, or files that are no run's where it is to be overwritten.
 */
export async function takeFreshFolder(output: string, overwrite: boolean): Promise<RunFolder> {
  if (!overwrite) {
    await freshFolder(output, EARLIER_RUN)
    return takeFolder(output)
  }
  await ensureFolder(output)
  const folder = await takeFolder(output)
  try {
    await removeRun(output)
    return folder
  } catch (failure) {
    await folder.release()
    throw failure
  }
}

/** @throws TorchError FILE: another process, or another run of this one, works in it. */
export async function takeFolder(output: string): Promise<RunFolder> {
  const file = join(output, LOCK)
  const lock = nativeNow(() => native('training').lockFile(file))
  if (lock === null) throw taken(output)
  return { release: () => release(lock, file) }
}

/** Removes what killed processes left of files that they were saving; for who has taken the folder. */
export async function removeTemporary(output: string): Promise<void> {
  for (const folder of [output, join(output, CHECKPOINTS)]) {
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
    for (const entry of entries) if (entry.isFile() && isTemporary(entry.name)) await remove(entry)
  }
}

/** The step of a checkpoint by its name; null for another name. */
export function stepOf(name: string): number | null {
  const step = CHECKPOINT.exec(name)?.[1]
  return step === undefined ? null : Number(step)
}

async function release(lock: NativeLock, file: string): Promise<void> {
  await rm(file, { force: true }).catch(() => undefined)
  lock.release()
}

async function removeRun(output: string): Promise<void> {
  const { top, checkpoints } = await contentOf(output)
  const strange = [
    ...top.filter((entry) => !isOwn(entry)).map(({ name }) => name),
    ...checkpoints.filter((entry) => !isOwnCheckpoint(entry)).map(({ name }) => join(CHECKPOINTS, name)),
  ]
  if (strange.length > 0) {
    const message = `Cannot overwrite ${quoted(output)}: it holds ${listed(strange.sort(), 3)}, which no run writes. Remove that, or choose another folder.`
    throw new TorchError('FILE', message)
  }
  for (const file of checkpoints) await remove(file)
  for (const entry of top) if (entry.name !== LOCK) await remove(entry)
}

interface Content {
  readonly top: readonly Dirent[]
  /** Nothing where it is a link: what that leads to is not the run's. */
  readonly checkpoints: readonly Dirent[]
}

async function contentOf(output: string): Promise<Content> {
  const read = (folder: string) =>
    attempt('read the folder', folder, () => readdir(folder, { withFileTypes: true }))
  const top = await read(output)
  const hasCheckpoints = top.some((entry) => entry.name === CHECKPOINTS && entry.isDirectory())
  return { top, checkpoints: hasCheckpoints ? await read(join(output, CHECKPOINTS)) : [] }
}

const isFile = (entry: Dirent): boolean => entry.isFile() || entry.isSymbolicLink()

function isOwn(entry: Dirent): boolean {
  if (entry.name === CHECKPOINTS) return entry.isDirectory() || entry.isSymbolicLink()
  return isFile(entry) && (OWN_FILES.has(entry.name) || isTemporary(entry.name))
}

const isOwnCheckpoint = (entry: Dirent): boolean =>
  isFile(entry) && (stepOf(entry.name) !== null || isTemporary(entry.name))

/** A file, a link or an empty folder: never what lies behind. */
async function remove(entry: Dirent): Promise<void> {
  const path = join(entry.parentPath, entry.name)
  await attempt('remove', path, () => (entry.isDirectory() ? rmdir(path) : rm(path, { force: true })))
}

function taken(output: string): TorchError {
  const message = `Another run is at work in ${quoted(output)}. Wait for its end, or choose another folder.`
  return new TorchError('FILE', message)
}
