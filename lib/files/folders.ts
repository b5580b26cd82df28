// Folders to write in: made, proved writable, and never another run's.

import { mkdir, open, readdir, rm, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import * as check from '../check.js'
import { TorchError } from '../errors.js'
import { attempt } from './file-error.js'
import { flushFolder, temporaryBeside } from './save.js'
import { listed, quoted } from './shown.js'

/**
 * Makes a folder and its parents where they are missing, and proves that files can be written in it by
 * writing one byte. A permission bit proves nothing: the disk may be full, the mount read-only, the user
 * root.
 *
 * @throws TorchError FILE naming the folder and the remedy.
 */
export async function ensureFolder(path: string): Promise<void> {
  check.string('path', path)
  await makeFolder(path)
  await proveWritable(path)
}

const ELSEWHERE =
  'it may be an earlier run, which is never overwritten. Choose another folder, or move this one away.'

/**
 * Makes a folder for the output of one run, or takes an empty one, and proves that it can be written.
 *
 * @param remedy What it may be and what to do where it holds anything.
 * @throws TorchError FILE where it holds anything: nothing of an earlier run is overwritten or mixed with a
 *   new one.
 */
export async function freshFolder(path: string, remedy = ELSEWHERE): Promise<void> {
  check.string('path', path)
  await makeFolder(path)
  const entries = await attempt('read the folder', path, () => readdir(path))
  if (entries.length > 0) {
    throw new TorchError(
      'FILE',
      `The folder ${quoted(path)} is not empty (${listed(entries.sort(), 3)}): ${remedy}`,
    )
  }
  await proveWritable(path)
}

/**
 * The folder for what is fetched or built once a user: FACECLS_CACHE, else facecls-torch under
 * XDG_CACHE_HOME, else ~/.cache/facecls-torch. It need not exist. (XDG Base Directory Specification: a
 * relative XDG_CACHE_HOME is ignored.)
 */
export function cacheFolder(): string {
  const { FACECLS_CACHE: own, XDG_CACHE_HOME: shared } = process.env
  if (own) return resolve(own)
  const base = shared && isAbsolute(shared) ? shared : join(homedir(), '.cache')
  return join(base, 'facecls-torch')
}

async function makeFolder(path: string): Promise<void> {
  await attempt('make the folder', path, () => makeWithParents(resolve(path)))
}

/** Node's own recursive mkdir never returns in /proc, and calls a read-only disk a missing file. */
async function makeWithParents(folder: string): Promise<void> {
  const missing: string[] = []
  let known = folder
  while (!(await isFolder(known)) && dirname(known) !== known) {
    missing.push(known)
    known = dirname(known)
  }
  for (const name of missing.reverse()) {
    await mkdir(name).catch(unlessMadeMeanwhile(name))
    // What is saved in it is lost with it. A parent that cannot be opened for reading cannot be flushed either.
    await flushFolder(dirname(name)).catch(() => undefined)
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw thrown
  }
}

/** Two runs may make the same parent at once. */
function unlessMadeMeanwhile(name: string): (thrown: unknown) => Promise<void> {
  return async (thrown) => {
    if (!(await isFolder(name))) throw thrown
  }
}

async function proveWritable(path: string): Promise<void> {
  await attempt('write in the folder', path, () => writeProbe(temporaryBeside(join(path, 'probe'))))
}

async function writeProbe(probe: string): Promise<void> {
  const file = await open(probe, 'wx')
  try {
    await file.writeFile(Uint8Array.of(0))
  } finally {
    await file.close()
    await rm(probe, { force: true })
  }
}
