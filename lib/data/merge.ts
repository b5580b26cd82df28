// Puts the photographs of several datasets into one table, under the identities of all.

import { TorchError } from '../errors.js'
import { listed } from '../files/index.js'
import { type FileTable, pathOf } from './file-table.js'
import type { Listing } from './image-folder.js'
import { byCodePoint } from './order.js'

/** A dataset's files: positions in its table, in the order of its samples. */
export interface Source {
  readonly classes: readonly string[]
  readonly table: FileTable
  readonly files: Int32Array
  readonly ignored: readonly string[]
}

/**
 * The samples of one source after those of the other; labels are new, as identities are those of all by code point.
 *
 * @throws TorchError DATASET: a photograph stands in two sources, or some have labels and some have none.
 */
export function mergeListings(sources: readonly Source[]): Listing {
  const labelled = sources.filter(({ classes }) => classes.length > 0).length
  if (labelled !== 0 && labelled !== sources.length)
    throw new TorchError(
      'DATASET',
      'Photographs with labels and without cannot be merged. Merge each kind by itself.',
    )
  refuseTwice(sources)
  const classes = [...new Set(sources.flatMap((source) => source.classes))].sort(byCodePoint)
  const labelOf = new Map(classes.map((name, label) => [name, label]))
  const folders = new Map<string, number>()
  const length = sources.reduce((sum, { files }) => sum + files.length, 0)
  const table = {
    names: new Array<string>(length),
    folderOf: new Int32Array(length),
    labels: new Int32Array(length),
  }
  let next = 0
  for (const { classes: own, table: from, files } of sources) {
    const labels = own.map((name) => labelOf.get(name) as number)
    for (const file of files) {
      const folder = from.folders[from.folderOf[file] as number] as string
      if (!folders.has(folder)) folders.set(folder, folders.size)
      table.names[next] = from.names[file] as string
      table.folderOf[next] = folders.get(folder) as number
      table.labels[next++] = labels[from.labels[file] as number] ?? -1
    }
  }
  const ignored = [...new Set(sources.flatMap((source) => source.ignored))].sort(byCodePoint)
  return { classes, table: { ...table, folders: [...folders.keys()] }, ignored }
}

function refuseTwice(sources: readonly Source[]): void {
  const seen = new Set<string>()
  const twice: string[] = []
  for (const { table, files } of sources) {
    for (const file of files) {
      const path = pathOf(table, file)
      if (seen.has(path)) twice.push(path)
      else seen.add(path)
    }
  }
  if (twice.length === 0) return
  throw new TorchError(
    'DATASET',
    `${twice.length} photographs stand twice: ${listed(twice, 3)}. Merge datasets that share none.`,
  )
}
