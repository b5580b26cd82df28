// Holds the names of many files in little memory: a path is a folder, stored once, and a name.
// At 140,000 files of 7,000 identities this is about 60 bytes a file, where whole paths would be over 100.

import { sep } from 'node:path'
import type { PhotographFolder } from './photographs.js'

export interface FileTable {
  folders: readonly string[]
  names: readonly string[]
  folderOf: Int32Array // (files)
  labels: Int32Array // (files), -1: no label
}

/** Lists the photographs of `identities[label]` under that label, in the order given. */
export function fileTable(
  identities: readonly (readonly PhotographFolder[])[],
  labelled: boolean,
): FileTable {
  const folders = identities.flat()
  const names = folders.flatMap((folder) => folder.names)
  const folderOf = new Int32Array(names.length)
  const labels = new Int32Array(names.length).fill(-1)
  let file = 0
  let folder = 0
  for (const [label, own] of identities.entries()) {
    for (const { names } of own) {
      folderOf.fill(folder++, file, file + names.length)
      if (labelled) labels.fill(label, file, file + names.length)
      file += names.length
    }
  }
  return { folders: folders.map(({ path }) => path), names, folderOf, labels }
}

export function pathOf(table: FileTable, file: number): string {
  return `${table.folders[table.folderOf[file] as number]}${sep}${table.names[file]}`
}
