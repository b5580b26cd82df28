// Folders of weight files for one test: a good and a bad one, with entries that need not fit them.

import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from '../files/temporary-folder.js'
import { OWN_FOLDER } from './own-files.js'

export interface Made {
  good: Record<string, unknown>
  bad: Record<string, unknown>
}

/** A folder with one file of each kind, whose entries are given; what is copied first may be changed in it. */
export function folderOf({ good, bad }: Made, change: (folder: string) => void = () => {}): string {
  const folder = temporaryFolder()
  for (const [kind, entries] of Object.entries({ good, bad })) {
    mkdirSync(join(folder, kind))
    const name = kind === 'good' ? 'plain.safetensors' : 'hole.safetensors'
    cpSync(join(OWN_FOLDER, kind, name), join(folder, kind, name))
    writeFileSync(join(folder, kind, 'expected.json'), JSON.stringify(entries))
  }
  change(folder)
  return folder
}

/** Of the good file, with a part of its tensor b replaced. */
export function plain(b: Record<string, unknown> = {}, more: Record<string, unknown> = {}) {
  const all = JSON.parse(readFileSync(join(OWN_FOLDER, 'good/expected.json'), 'utf8')) as Record<
    string,
    Record<string, object>
  >
  const { a, b: right } = all['plain.safetensors'] as { a: object; b: object }
  return { 'plain.safetensors': { a, b: { ...right, ...b }, ...more } }
}

/** Of the bad file. */
export const hole = { 'hole.safetensors': 'bytes no tensor owns' }
