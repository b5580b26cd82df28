// Which photographs a run learns from and validates on, as a table in its folder: for people, and for its resumption.

import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stringify } from 'csv-stringify/sync'
import { FaceDataset, readCsv } from '../data/index.js'
import { TorchError } from '../errors.js'
import { attempt, quoted, saveDurably } from '../files/index.js'
import type { TrainingData } from './settings.js'

const FILE_NAME = 'photographs.csv'
/** `train` and `val` hold the places of the photograph in that part, from 0, separated by spaces. */
const COLUMNS = ['file', 'identity', 'train', 'val'] as const
const PARTS = ['train', 'val'] as const

/** Writes photographs.csv, each photograph once, in the order by which draws count them. Returns its SHA-256. */
export async function savePhotographs(folder: string, data: TrainingData): Promise<string> {
  const { all, places } = FaceDataset.union([data.train, data.val])
  const placesIn = places.map((part) => {
    const own: string[] = new Array(all.length).fill('')
    for (const [place, photograph] of part.entries())
      own[photograph] = own[photograph] === '' ? `${place}` : `${own[photograph]} ${place}`
    return own
  })
  const rows = Array.from(all, ({ file, label }, photograph) => [
    file,
    all.classes[label] as string,
    ...placesIn.map((own) => own[photograph] as string),
  ])
  const table = stringify([[...COLUMNS], ...rows])
  await saveDurably(join(folder, FILE_NAME), table)
  return digestOf(table)
}

/**
 * The photographs of a run.
 *
 * @param digest The SHA-256 of the table as it was written.
 * @throws TorchError FILE: the table cannot be read. DATASET: it is another one, or a photograph is no longer there.
 */
export async function readPhotographs(
  folder: string,
  {
    digest,
    classes,
    signal,
  }: { digest: string; classes: readonly string[]; signal: AbortSignal | undefined },
): Promise<TrainingData> {
  const path = join(folder, FILE_NAME)
  const bytes = await attempt('read', path, () => readFile(path))
  if (digestOf(bytes) !== digest) {
    const message = `The table ${quoted(path)} is not as the run wrote it, so its photographs are not known. Bring it back, or start anew.`
    throw new TorchError('DATASET', message)
  }
  const { rows } = await readCsv(path)
  const files = rows.map(([file, label]) => ({ file: file as string, label: label as string }))
  const all = await FaceDataset.restored(files, { source: `The table ${quoted(path)}`, classes, signal })
  const [train, val] = PARTS.map((_, part) => all.select(orderOf(rows.map((row) => row[2 + part] as string))))
  return { train, val } as TrainingData
}

/** The photographs of a part in its order, from the places that each has in it. */
function orderOf(cells: readonly string[]): Int32Array {
  const placed = cells.flatMap((cell, photograph) =>
    cell === '' ? [] : cell.split(' ').map((place) => [Number(place), photograph] as const),
  )
  const order = new Int32Array(placed.length)
  for (const [place, photograph] of placed) order[place] = photograph
  return order
}

const digestOf = (table: string | Uint8Array): string => createHash('sha256').update(table).digest('hex')
