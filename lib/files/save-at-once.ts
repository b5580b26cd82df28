// Saves a small record without waiting, for code that cannot wait. It is there whole or not at all, though a power cut may lose it.

import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { temporaryBeside } from './save.js'

/** Makes the folder too. Returns whether it was saved: what is only remembered may be lost. */
export function saveAtOnce(path: string, text: string): boolean {
  const temporary = temporaryBeside(path)
  try {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(temporary, text, { flag: 'wx' })
    renameSync(temporary, path)
    return true
  } catch {
    removeAtOnce(temporary)
    return false
  }
}

/** Where it is there and can be removed. */
export function removeAtOnce(path: string): void {
  try {
    rmSync(path, { force: true })
  } catch {
    // A file lies where a folder of the path would, or the folder cannot be written: then nothing was saved there.
  }
}
