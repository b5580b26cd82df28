// A folder that is gone when the work in it is done.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { attempt } from './file-error.js'

/**
 * Runs `work` in a new empty folder among the system's temporary ones, and removes the folder with all that is in it,
 * however the work ends.
 *
 * @throws TorchError FILE: the folder cannot be made; and whatever the work throws.
 */
export async function inTemporaryFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await attempt('make a folder in', tmpdir(), () => mkdtemp(join(tmpdir(), 'facecls-')))
  try {
    return await work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
