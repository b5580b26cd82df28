// What a sweep keeps in its folder: its settings with its finished trials, and a table of these for people.

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stringify } from 'csv-stringify/sync'
import { messageOf, TorchError } from '../../errors.js'
import { attempt, freshFolder, plain, quoted, saveDurably } from '../../files/index.js'
import type { SweepRow } from './spec.js'

/** What a sweep must have in common with the one in the folder to go on with it. */
export interface SweepSettings {
  /** The labels of each setting's values. */
  readonly over: Readonly<Record<string, readonly (number | string | boolean)[]>>
  readonly trials: number
  readonly seed: number
  /** A hash of what `train` makes for each trial. */
  readonly trainings: string
}

/** A row without its path, so that the folder can be moved. */
export type StoredRow = Omit<SweepRow, 'folder'>

const FORMAT = 1
const STATE = 'sweep.json'
const TABLE = 'sweep.csv'

/** Columns around the settings'. */
const BEFORE = ['trial'] as const
const AFTER = ['valTop1', 'valLoss', 'bestEpoch', 'epochs', 'seconds', 'reason', 'folder'] as const
export const COLUMNS: readonly string[] = [...BEFORE, ...AFTER]

export function folderName(trial: number): string {
  return `trial-${String(trial).padStart(3, '0')}`
}

/** Makes the folder of a new sweep, or leaves that of a sweep alone. */
export async function prepare(folder: string, settings: SweepSettings): Promise<void> {
  if ((await readState(folder)) !== null) return
  await freshFolder(folder)
  await saveRows(folder, settings, [])
}

/**
 * The finished trials of the sweep in a folder.
 *
 * @throws TorchError FILE: it is another sweep, or its file is damaged.
 */
export async function finishedRows(folder: string, settings: SweepSettings): Promise<StoredRow[]> {
  const state = await readState(folder)
  if (state === null) throw damaged(folder, 'it is missing')
  const different = differences(state.settings, settings)
  if (different.length === 0) return state.rows
  throw new TorchError(
    'FILE',
    `The folder ${quoted(folder)} holds a sweep of other settings: ${different.join(' and ')} differ. ` +
      'Choose another folder, or ask for the same sweep to go on with it.',
  )
}

/** Both files are there whole or not at all; the table is made of the other. */
export async function saveRows(
  folder: string,
  settings: SweepSettings,
  rows: readonly StoredRow[],
): Promise<void> {
  await saveDurably(join(folder, STATE), `${JSON.stringify({ format: FORMAT, settings, rows }, null, 2)}\n`)
  const names = Object.keys(settings.over)
  const lines = rows.map((row) => [
    row.trial,
    ...names.map((name) => String(row.settings[name])),
    ...AFTER.map((column) => (column === 'folder' ? folderName(row.trial) : (row[column] ?? ''))),
  ])
  await saveDurably(join(folder, TABLE), stringify([[...BEFORE, ...names, ...AFTER], ...lines]))
}

function differences(before: SweepSettings, now: SweepSettings): string[] {
  const parts: [keyof SweepSettings, string][] = [
    ['over', 'the values it tries'],
    ['trials', 'the number of its trials'],
    ['seed', 'its seed'],
  ]
  const differ = (part: keyof SweepSettings) => JSON.stringify(before[part]) !== JSON.stringify(now[part])
  const named = parts.filter(([part]) => differ(part)).map(([, name]) => name)
  return named.length === 0 && differ('trainings') ? ['the trainings that train() makes'] : named
}

interface State {
  readonly settings: SweepSettings
  readonly rows: StoredRow[]
}

async function readState(folder: string): Promise<State | null> {
  const file = join(folder, STATE)
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return null
    return attempt('read', file, () => Promise.reject(thrown))
  }
  try {
    const state = JSON.parse(text) as State & { format?: unknown }
    if (state.format !== FORMAT) throw new Error(`it has no format ${FORMAT}`)
    if (!Array.isArray(state.rows) || !state.rows.every(isRow)) throw new Error('its rows are wrong')
    return state
  } catch (thrown) {
    throw damaged(folder, plain(messageOf(thrown)))
  }
}

function isRow(row: unknown): row is StoredRow {
  const { trial, settings, seconds, epochs, reason } = (row ?? {}) as Partial<StoredRow>
  const numbers = [trial, seconds, epochs].every((value) => typeof value === 'number')
  return numbers && typeof settings === 'object' && settings !== null && typeof reason === 'string'
}

function damaged(folder: string, reason: string): TorchError {
  return new TorchError(
    'FILE',
    `The sweep's file ${quoted(join(folder, STATE))} cannot be gone on with: ${reason}. Choose another folder.`,
  )
}
