// Finds the photographs that a list or a table names, and lays them out as a dataset.

import { basename, dirname, resolve } from 'node:path'
import * as check from '../check.js'
import { TorchError } from '../errors.js'
import { listed, quoted } from '../files/index.js'
import { forEachBounded } from './bounded.js'
import type { FileTable } from './file-table.js'
import type { Listing } from './image-folder.js'
import type { LabelledFile } from './label-csv.js'
import { byCodePoint } from './order.js'
import { readFolder, realFolder, withoutImageExtension } from './photographs.js'

/** Folders read at once: enough to hide a network drive's latency, few enough for any limit of open files. */
const FOLDERS_AT_ONCE = 32
const TASK = 'Listing the photographs'
const SHOWN = 3

/** A photograph as a list names it; the label is missing in a list without labels. */
export type ListedFile = Pick<LabelledFile, 'file'> & Partial<LabelledFile>

export interface Named {
  /** What names the photographs, as it begins a sentence: 'The table "train.csv"'. */
  readonly source: string
  /** What relative names are relative to. */
  readonly folder: string
  readonly signal: AbortSignal | undefined
  /** The identities by label, where the list may lack photographs of some; undefined: those of the list by code point. */
  readonly classes?: readonly string[]
  /** What to do about photographs that are not there; undefined: what helps with a list that a person wrote. */
  readonly remedy?: string
}

/**
 * Photographs in the order of the list, with or without the extension in their names. All have a label, or none has.
 * The folders are read instead of asking for each file, which is ten times as fast.
 *
 * @throws TorchError DATASET: a photograph is not there or stands twice, or there are fewer than two identities.
 */
export async function listFiles(files: readonly ListedFile[], named: Named): Promise<Listing> {
  const folders = new Map<string, number>()
  const wanted = files.map(({ file }) => {
    const path = resolve(named.folder, file)
    const folder = dirname(path)
    if (!folders.has(folder)) folders.set(folder, folders.size)
    return { folder: folders.get(folder) as number, name: basename(path) }
  })
  const contents = await readAll([...folders.keys()], named)
  const names = wanted.map(({ folder, name }) => contents[folder]?.get(name) ?? '')
  refuseMissing(files, names, named)
  refuseTwice(
    files,
    wanted.map(({ folder }, index) => `${folder}/${names[index]}`),
    named,
  )
  const { classes, labels } = labelled(files, named)
  const folderOf = Int32Array.from(wanted, ({ folder }) => folder)
  const table: FileTable = { folders: [...folders.keys()], names, folderOf, labels }
  return { classes, table, ignored: [] }
}

/** The photographs of each folder by their names with and without extension. */
async function readAll(folders: readonly string[], { signal }: Named): Promise<Map<string, string>[]> {
  const contents: Map<string, string>[] = folders.map(() => new Map())
  await forEachBounded(folders.length, { limit: FOLDERS_AT_ONCE, signal, task: TASK }, async (index) => {
    const folder = folders[index] as string
    const { photographs } = await readFolder(folder, await realFolder(folder))
    const found = contents[index] as Map<string, string>
    const stems = new Map<string, string[]>()
    for (const name of photographs) {
      const stem = withoutImageExtension(name)
      stems.set(stem, [...(stems.get(stem) ?? []), name])
    }
    // Two photographs of one stem can be named by their whole names alone.
    for (const [stem, [only, ...others]] of stems)
      if (only !== undefined && others.length === 0) found.set(stem, only)
    for (const name of photographs) found.set(name, name)
  })
  return contents
}

function refuseMissing(
  files: readonly ListedFile[],
  names: readonly string[],
  { source, folder, remedy }: Named,
): void {
  const missing = files.filter((_, index) => names[index] === '').map(({ file }) => file)
  if (missing.length === 0) return
  const own = `Looked in ${quoted(folder)}; give the folder that they lie in, or remove them from the list.`
  throw new TorchError(
    'DATASET',
    `${source} names ${missing.length} photographs of ${files.length} that are not there: ${listed(missing, SHOWN)}. ` +
      (remedy ?? own),
  )
}

function refuseTwice(files: readonly ListedFile[], keys: readonly string[], { source }: Named): void {
  const seen = new Set<string>()
  const twice = files.filter((_, index) => {
    const key = keys[index] as string
    const isKnown = seen.has(key)
    seen.add(key)
    return isKnown
  })
  if (twice.length === 0) return
  const names = listed(
    twice.map(({ file }) => file),
    SHOWN,
  )
  throw new TorchError(
    'DATASET',
    `${source} names ${twice.length} photographs twice: ${names}. Remove the second, which could stand in two parts of a split.`,
  )
}

function labelled(
  files: readonly ListedFile[],
  { source, classes: known }: Named,
): { classes: readonly string[]; labels: Int32Array } {
  if (files.every(({ label }) => label === undefined))
    return { classes: [], labels: new Int32Array(files.length).fill(-1) }
  const classes = known ?? [...new Set(files.map(({ label }) => label as string))].sort(byCodePoint)
  if (classes.length < 2) {
    throw new TorchError(
      'DATASET',
      `${source} has a single identity, ${listed(classes)}. Telling people apart needs at least two.`,
    )
  }
  const labelOf = new Map(classes.map((name, label) => [name, label]))
  return { classes, labels: Int32Array.from(files, ({ label }) => labelOf.get(label as string) as number) }
}

/** @throws TypeError or RangeError: no list of files, or labels that some have and some lack. */
export function checkList(value: unknown): ListedFile[] {
  if (!Array.isArray(value))
    throw new TypeError(check.expected('an array of { file, label }', 'files', value))
  if (value.length === 0) throw new RangeError(check.expected('at least one file', 'files', value))
  const labelled = (value[0] as ListedFile | null)?.label !== undefined
  return Array.from(value, (given: unknown, index) => {
    const name = `files[${index}]`
    if (typeof given !== 'object' || given === null)
      throw new TypeError(check.expected('an object { file, label }', name, given))
    const { file, label } = given as ListedFile
    check.string(`${name}.file`, file)
    if ((label !== undefined) !== labelled)
      throw new TypeError(check.expected('a label for all files or for none,', `${name}.label`, label))
    return label === undefined ? { file } : { file, label: check.string(`${name}.label`, label) }
  })
}
