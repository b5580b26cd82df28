// Small files that tell a later start what is done. They are there whole or not at all.

import { open, readFile, rename } from 'node:fs/promises'
import { shownPath } from '../shared/shown-path.js'

/** Replaces the file only when the new one is whole on the disk. */
export async function save(file: string, content: string): Promise<void> {
  const partial = `${file}.partial`
  const handle = await open(partial, 'w')
  try {
    await handle.writeFile(content)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(partial, file)
}

export async function remember(file: string, value: object): Promise<void> {
  await save(file, `${JSON.stringify(value, null, 2)}\n`)
}

/** What was remembered, or null where there is no such file. */
export async function recall<T extends object>(file: string): Promise<T | null> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as T
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw new Error(`The file ${shownPath(file)} cannot be read; remove it, and its part is done again`, {
      cause: thrown,
    })
  }
}
