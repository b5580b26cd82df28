// All photographs of several datasets, each once: what is decoded once serves every part of every split.

import { TorchError } from '../errors.js'
import { quoted } from '../files/index.js'
import { type FileTable, pathOf } from './file-table.js'

/** A dataset's files: places in its table, in the order of its samples. */
export interface Part {
  readonly table: FileTable
  readonly files: Int32Array
}

export interface Union extends Part {
  /** For each part, the place in the union of each of its samples. */
  readonly places: readonly Int32Array[]
}

/**
 * Parts of one table keep its order, so that their union is the same for every seed. Labels stay as they are: all
 * parts must have the same identities.
 *
 * @throws TorchError DATASET: a photograph is one person in one part and another in another.
 */
export function unionOf(parts: readonly Part[], classes: readonly string[]): Union {
  const [first] = parts as [Part]
  const shared = parts.every(({ table }) => table === first.table)
  return shared ? unionInTable(first.table, parts) : unionByPath(parts, classes)
}

function unionInTable(table: FileTable, parts: readonly Part[]): Union {
  const placeOf = new Int32Array(table.names.length).fill(-1)
  for (const { files } of parts) for (const file of files) placeOf[file] = 0
  const files = Int32Array.from(placeOf.keys()).filter((file) => placeOf[file] === 0)
  for (const [place, file] of files.entries()) placeOf[file] = place
  const places = parts.map((part) => part.files.map((file) => placeOf[file] as number))
  return { table, files, places }
}

function unionByPath(parts: readonly Part[], classes: readonly string[]): Union {
  const placeOf = new Map<string, number>()
  const folders = new Map<string, number>()
  const names: string[] = []
  const folderOf: number[] = []
  const labels: number[] = []
  const places = parts.map(({ table, files }) =>
    files.map((file) => {
      const path = pathOf(table, file)
      const label = table.labels[file] as number
      const known = placeOf.get(path)
      if (known !== undefined && labels[known] !== label)
        throw conflict(path, [labels[known] as number, label], classes)
      if (known !== undefined) return known
      placeOf.set(path, names.length)
      const folder = table.folders[table.folderOf[file] as number] as string
      if (!folders.has(folder)) folders.set(folder, folders.size)
      folderOf.push(folders.get(folder) as number)
      labels.push(label)
      return names.push(table.names[file] as string) - 1
    }),
  )
  const table = {
    folders: [...folders.keys()],
    names,
    folderOf: Int32Array.from(folderOf),
    labels: Int32Array.from(labels),
  }
  return { table, files: Int32Array.from(names.keys()), places }
}

function conflict(path: string, labels: readonly number[], classes: readonly string[]): TorchError {
  const [one, other] = labels.map((label) => quoted(classes[label] ?? 'nobody'))
  const message = `The parts name ${quoted(path)} as ${one} and as ${other}. Remove it from one of them.`
  return new TorchError('DATASET', message)
}
