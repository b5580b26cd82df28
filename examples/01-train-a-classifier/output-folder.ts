// The folder of a run: always a new or an empty one, so that nothing is overwritten.

import { mkdir, readdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import { UsageError } from '../shared/command-line.js'
import { printable } from '../shared/printable.js'

/**
 * The absolute path of the folder given, or of runs/<time>; it is created.
 *
 * @throws UsageError where it holds something or cannot be made
 */
export async function newOutputFolder(given: string | undefined, now = new Date()): Promise<string> {
  const folder = resolve(given ?? `runs/${now.toISOString().slice(0, 19).replaceAll(':', '-')}`)
  const name = `The output folder "${printable(folder)}"`
  const content = await created(folder).catch((thrown: NodeJS.ErrnoException) => {
    const reason =
      thrown.code === 'EEXIST' || thrown.code === 'ENOTDIR' ? 'a file is in its place' : thrown.code
    throw new UsageError(`${name} cannot be made: ${reason}; name another by --output`)
  })
  if (content.length === 0) return folder
  throw new UsageError(`${name} is not empty, and nothing is overwritten; name a new one by --output`)
}

async function created(folder: string): Promise<string[]> {
  await mkdir(folder, { recursive: true })
  return readdir(folder)
}
