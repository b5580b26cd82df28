// Tells which group each photograph belongs to: by a table of photographs or of identities, or by a function.

import * as check from '../check.js'
import { TorchError } from '../errors.js'
import { listed, quoted } from '../files/index.js'
import {
  type ColumnRole,
  type CsvTable,
  FILE_COLUMN,
  findColumn,
  LABEL_COLUMN,
  readCsv,
  wrongColumns,
} from './csv.js'
import { PhotographIds } from './photograph-ids.js'

/** A CSV or TSV that says which group each photograph, or each identity, belongs to. */
export interface GroupTable {
  /** Its path. The first row is its header; the delimiter is found. */
  table: string
  /** The columns that hold groups, each measured by itself: 'gender', ['gender', 'age']. Defaults to the one called group. */
  columns?: string | readonly string[]
  /** The column that names the photographs, with or without folders and extension. Defaults to the one called file, image, id, ... */
  file?: string
  /** The column that names identities, instead: each photograph is in the groups of whom it shows. */
  identity?: string
}

/** A photograph whose group is asked for. */
export interface GroupedPhotograph {
  /** Absolute path. */
  readonly file: string
  readonly identity: string
}

/** The group of a photograph; null, undefined or '' where it has none. */
export type GroupOf = (photograph: GroupedPhotograph) => string | null | undefined

/** What tells groups: a table, the path of one with a column called group, or a function. */
export type Groups = string | GroupTable | GroupOf

/** The groups of all photographs by one column. */
export interface Grouping {
  readonly column: string
  /** By the place of the photograph, (photographs); null: it has none. */
  readonly groupOf: readonly (string | null)[]
}

const GROUP_COLUMN: ColumnRole = { what: 'the group', names: ['group', 'groups', 'subgroup', 'subgroups'] }
const SHOWN = 3

/** @throws TypeError or RangeError naming what is wrong. */
export function checkGroups(groups: unknown): GroupTable | GroupOf {
  if (typeof groups === 'function') return groups as GroupOf
  if (typeof groups === 'string') return { table: check.string('groups', groups) }
  if (typeof groups !== 'object' || groups === null)
    throw new TypeError(check.expected('a path, an object { table } or a function', 'groups', groups))
  const known = ['table', 'columns', 'file', 'identity'] as const
  const { table, columns, file, identity } = check.options('groups', groups as GroupTable, known)
  check.string('groups.table', table)
  if (columns !== undefined) checkColumns(columns)
  if (file !== undefined) check.string('groups.file', file)
  if (identity !== undefined) check.string('groups.identity', identity)
  if (file !== undefined && identity !== undefined)
    throw new TypeError('Expected either file or identity for groups but received both')
  return groups as GroupTable
}

function checkColumns(columns: unknown): void {
  if (!Array.isArray(columns)) {
    check.string('groups.columns', columns)
    return
  }
  if (columns.length === 0)
    throw new RangeError(check.expected('at least one column', 'groups.columns', columns))
  for (const [index, column] of columns.entries()) check.string(`groups.columns[${index}]`, column)
  if (new Set(columns).size < columns.length)
    throw new RangeError(check.expected('columns that differ', 'groups.columns', columns))
}

/**
 * The groups of these photographs by each column. Rows without a photograph are passed over.
 *
 * @throws TorchError DATASET: a column is not found, no row names a photograph, or two rows tell different groups of
 *   one. FILE: the table cannot be read. TypeError: the function returned something else than a string or nothing.
 */
export async function readGroups(
  groups: GroupTable | GroupOf,
  photographs: readonly GroupedPhotograph[],
): Promise<Grouping[]> {
  if (typeof groups === 'function') return [{ column: 'group', groupOf: photographs.map(asked(groups)) }]
  const table = await readCsv(groups.table)
  const columns = groupColumns(table, groups.columns)
  const rows =
    groups.identity === undefined
      ? byFile(table, columns, groups.file, photographs)
      : byIdentity(table, columns, groups.identity, photographs)
  if (rows.every((row) => row === undefined)) {
    const what = groups.identity === undefined ? 'a photograph' : 'an identity'
    const names = photographs.map(({ file, identity }) => (groups.identity === undefined ? file : identity))
    throw new TorchError(
      'DATASET',
      `No row of the table ${quoted(groups.table)} names ${what} of the dataset, such as ${listed(names, SHOWN)}. ` +
        'Give the table that belongs to it, or the column that holds their names.',
    )
  }
  return columns.map((column) => ({
    column: table.columns[column]?.trim() ?? '',
    groupOf: rows.map((row) => row?.[column]?.trim() || null),
  }))
}

function asked(groupOf: GroupOf): (photograph: GroupedPhotograph) => string | null {
  return (photograph) => {
    const group = groupOf(photograph)
    if (group === undefined || group === null || typeof group === 'string') return group || null
    throw new TypeError(check.expected('a string or null', `groups(${quoted(photograph.file)})`, group))
  }
}

function groupColumns(table: CsvTable, columns: GroupTable['columns']): number[] {
  if (columns === undefined) {
    const found = findColumn(table, GROUP_COLUMN)
    if (found === undefined)
      throw wrongColumns(table.file, table.columns, 'one named group, or columns to be named')
    return [found]
  }
  return [columns].flat().map((column) => findColumn(table, GROUP_COLUMN, column) as number)
}

type Rows = (string[] | undefined)[]

/** The row of each photograph. */
function byFile(
  table: CsvTable,
  columns: readonly number[],
  file: string | undefined,
  photographs: readonly GroupedPhotograph[],
): Rows {
  const column = findColumn(table, FILE_COLUMN, file)
  if (column === undefined) throw wrongColumns(table.file, table.columns, 'one named id, file or image')
  const files = [...new Set(photographs.map((photograph) => photograph.file))] // a dataset may hold one several times
  const ids = new PhotographIds(files)
  const rows: Rows = new Array(files.length).fill(undefined)
  for (const row of table.rows) {
    const id = row[column] as string
    const place = ids.find(id)
    if (place === undefined) continue
    refuseOtherGroups(table, columns, id, rows[place], row)
    rows[place] = row
  }
  const rowOf = new Map(files.map((one, place) => [one, rows[place]]))
  return photographs.map((photograph) => rowOf.get(photograph.file))
}

/** The row of the identity on each photograph. */
function byIdentity(
  table: CsvTable,
  columns: readonly number[],
  identity: string,
  photographs: readonly GroupedPhotograph[],
): Rows {
  const column = findColumn(table, LABEL_COLUMN, identity) as number
  const rows = new Map<string, string[]>()
  for (const row of table.rows) {
    const name = row[column]?.trim() ?? ''
    refuseOtherGroups(table, columns, name, rows.get(name), row)
    rows.set(name, row)
  }
  return photographs.map((photograph) => rows.get(photograph.identity))
}

function refuseOtherGroups(
  { file, columns: names }: CsvTable,
  columns: readonly number[],
  id: string,
  known: readonly string[] | undefined,
  row: readonly string[],
): void {
  if (known === undefined) return
  const differing = columns.find((column) => known[column]?.trim() !== row[column]?.trim())
  if (differing === undefined) return
  const groups = [known, row].map((one) => quoted(one[differing] as string)).join(' and ')
  throw new TorchError(
    'DATASET',
    `The table ${quoted(file)} gives two values of ${quoted(names[differing] as string)} for ${quoted(id)}, ${groups}. ` +
      'Remove one of its rows.',
  )
}
