// The folder of a run: it belongs to one run, and to one process at a time.

import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { TorchError } from '../errors.js'
import { attempt, freshFolder, listed, quoted } from '../files/index.js'
import { type NativeLock, native, nativeNow } from '../native/index.js'

const LOCK = '.lock'
/** Whatever a run writes. */
const OWN_FILES = [
  LOCK,
  'best.safetensors',
  'checkpoints',
  'config.json',
  'curves.png',
  'curves.svg',
  'history.csv',
  'last.safetensors',
  'photographs.csv',
  'skipped.csv',
  'timing.csv',
]
/** What a process that was killed while it saved leaves behind. */
const REMNANT = /^\..*\.tmp$/

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
  if (overwrite) await removeRun(output)
  await freshFolder(output)
  return takeFolder(output)
}

/** @throws TorchError FILE: another process, or another run of this one, works in it. */
export async function takeFolder(output: string): Promise<RunFolder> {
  const file = join(output, LOCK)
  const lock = nativeNow(() => native('training').lockFile(file))
  if (lock === null) throw taken(output)
  return { release: () => release(lock, file) }
}

async function release(lock: NativeLock, file: string): Promise<void> {
  await rm(file, { force: true }).catch(() => undefined)
  lock.release()
}

async function removeRun(output: string): Promise<void> {
  const names = await attempt('read the folder', output, () => readdir(output)).catch((thrown) => {
    if ((thrown as { cause?: NodeJS.ErrnoException }).cause?.code === 'ENOENT') return []
    throw thrown
  })
  const strange = names.filter((name) => !OWN_FILES.includes(name) && !REMNANT.test(name))
  if (strange.length > 0) {
    const message = `Cannot overwrite ${quoted(output)}: it holds ${listed(strange.sort(), 3)}, which no run writes. Remove that, or choose another folder.`
    throw new TorchError('FILE', message)
  }
  if (names.length === 0) return
  const folder = await takeFolder(output)
  try {
    for (const name of names)
      if (name !== LOCK) await rm(join(output, name), { recursive: true, force: true })
  } finally {
    await folder.release()
  }
}

function taken(output: string): TorchError {
  const message = `Another run is at work in ${quoted(output)}. Wait for its end, or choose another folder.`
  return new TorchError('FILE', message)
}
