// The rows of a submission: which photograph each is for, and what is written into it.

import { relative, resolve, sep } from 'node:path'
import * as check from '../check.js'
import {
  byCodePoint,
  type ColumnNames,
  type Delimiter,
  PhotographIds,
  readTemplate,
  type SubmissionTemplate,
} from '../data/index.js'
import { TorchError } from '../errors.js'
import { listed, quoted, saveDurably } from '../files/index.js'
import { csvChunks } from './csv-chunks.js'
import type { Candidate } from './ranking.js'
import type { CountedNames, SubmissionSettings } from './submission-options.js'

/** Names that a report shows. */
const SHOWN = 100
/** What float32 holds. */
const DIGITS = 7
/** The row has no photograph. */
const NONE = -1

interface Layout {
  readonly columns: readonly string[]
  readonly delimiter: Delimiter
  readonly rows: string[][]
  readonly labelColumn: number
  /** null: probabilities are not wanted. */
  readonly probabilityColumn: number | null
  /** Of each row, its place in `files`, or NONE. */
  readonly places: Int32Array
  /** The photographs to predict. */
  readonly files: readonly string[]
  /** Whether a row without a prediction is written too. */
  readonly keepsAll: boolean
}

export type RowReport = Record<'missing' | 'extra' | 'repeated', CountedNames>

/** Cells are quoted as CSV needs and otherwise exact, as scoring needs: an identity that begins with "=" is not defused. */
export class SubmissionForm {
  /** The photographs to predict: those that a row asks for, in the order that they were given in. */
  readonly files: readonly string[]
  readonly report: RowReport
  readonly #layout: Layout
  /** The rows of each place in `files`. */
  readonly #rowsOf: number[][]
  readonly #filled: Uint8Array

  constructor(layout: Layout, report: RowReport) {
    this.files = layout.files
    this.report = report
    this.#layout = layout
    this.#rowsOf = layout.files.map(() => [])
    for (const [row, place] of layout.places.entries()) this.#rowsOf[place]?.push(row)
    this.#filled = new Uint8Array(layout.rows.length)
  }

  /** Rows that have a prediction. */
  get predicted(): number {
    return this.#filled.reduce((sum, one) => sum + one, 0)
  }

  /** @param place In `files`. */
  fill(place: number, candidates: readonly Candidate[]): void {
    const { rows, labelColumn, probabilityColumn } = this.#layout
    for (const row of this.#rowsOf[place] ?? []) {
      const cells = rows[row] as string[]
      cells[labelColumn] = candidates.map(({ identity }) => identity).join(' ')
      if (probabilityColumn !== null)
        cells[probabilityColumn] = candidates
          .map(({ probability }) => Number(probability.toPrecision(DIGITS)))
          .join(' ')
      this.#filled[row] = 1
    }
  }

  /**
   * Writes the CSV durably and returns the number of its rows.
   *
   * @throws TorchError FILE; an older output stays as it was.
   */
  async write(output: string): Promise<number> {
    const { columns, delimiter, rows, keepsAll } = this.#layout
    const kept = keepsAll ? rows : rows.filter((_, row) => this.#filled[row] === 1)
    await saveDurably(output, csvChunks([columns, ...kept], { delimiter, defused: false }))
    return kept.length
  }
}

/**
 * The rows that a template asks for, or one for each photograph.
 *
 * @param files All photographs of the folder.
 * @throws TorchError DATASET: the template has other columns, an id that names two photographs, or none that names any.
 */
export async function submissionForm(
  files: readonly string[],
  folder: string,
  settings: Pick<SubmissionSettings, 'template' | 'columns' | 'probabilityColumn'>,
): Promise<SubmissionForm> {
  const { template, columns, probabilityColumn } = settings
  if (template === null) return plainForm(files, folder, probabilityColumn)
  return templateForm(files, await readTemplate(template, columns), probabilityColumn)
}

/**
 * Checks, before hours of work, that every row of a table of ids names one of these photographs: of a template, or of
 * answers.
 *
 * @throws TorchError DATASET: the table has other columns, or rows without a photograph. FILE: it cannot be read.
 */
export async function checkTemplate(
  template: string,
  files: readonly string[],
  columns?: ColumnNames,
): Promise<void> {
  const form = await readTemplate(check.string('template', template), columns)
  const missing = idsWithout(form, matched(form, files))
  if (missing.length > 0) {
    const remedy = 'Add these photographs to the folder, or give the table that belongs to it.'
    throw unmatched(form, missing, remedy)
  }
}

function templateForm(
  files: readonly string[],
  template: SubmissionTemplate,
  probability: string | null,
): SubmissionForm {
  const { rows, idColumn, labelColumn, delimiter } = template
  const matches = matched(template, files)
  const missing = idsWithout(template, matches)
  if (missing.length === rows.length)
    throw unmatched(template, missing, 'Give the template that belongs to this folder.')
  const asked = new Set(matches)
  const wanted = files.flatMap((_, file) => (asked.has(file) ? [file] : []))
  const placeOf = new Map(wanted.map((file, place) => [file, place]))
  const { columns, column } = withProbability(template.columns, [idColumn, labelColumn], probability)
  return new SubmissionForm(
    {
      ...{ columns, delimiter, labelColumn, probabilityColumn: column, keepsAll: true },
      rows: rows.map((row) => (row.length < columns.length ? [...row, ''] : row)),
      places: matches.map((file) => placeOf.get(file) ?? NONE),
      files: wanted.map((file) => files[file] as string),
    },
    {
      missing: counted(missing),
      extra: counted(files.filter((_, file) => !asked.has(file))),
      repeated: counted(
        repeated(
          rows.map((row) => row[idColumn] as string),
          matches,
        ),
      ),
    },
  )
}

/** A row for each photograph, by its path below the folder. */
function plainForm(files: readonly string[], folder: string, probability: string | null): SubmissionForm {
  const root = resolve(folder)
  const ids = files.map((file, place) => ({ id: relative(root, file).split(sep).join('/'), place }))
  ids.sort((a, b) => byCodePoint(a.id, b.id))
  const { columns, column } = withProbability(['id', 'label'], [0, 1], probability)
  return new SubmissionForm(
    {
      ...{ columns, delimiter: ',', labelColumn: 1, probabilityColumn: column, keepsAll: false, files },
      rows: ids.map(({ id }) => [id, ...new Array<string>(columns.length - 1).fill('')]),
      places: Int32Array.from(ids, ({ place }) => place),
    },
    { missing: counted([]), extra: counted([]), repeated: counted([]) },
  )
}

function matched(template: SubmissionTemplate, files: readonly string[]): Int32Array {
  const ids = new PhotographIds(files)
  return Int32Array.from(template.rows, (row) => ids.find(row[template.idColumn] as string) ?? NONE)
}

function idsWithout({ rows, idColumn }: SubmissionTemplate, matches: Int32Array): string[] {
  return rows.flatMap((row, index) => (matches[index] === NONE ? [row[idColumn] as string] : []))
}

function unmatched(
  { rows, file }: SubmissionTemplate,
  missing: readonly string[],
  remedy: string,
): TorchError {
  return new TorchError(
    'DATASET',
    `${missing.length} of ${rows.length} rows of ${quoted(file)} have no photograph: ${listed(missing)}. ${remedy}`,
  )
}

function withProbability(
  columns: readonly string[],
  taken: readonly number[],
  name: string | null,
): { columns: readonly string[]; column: number | null } {
  if (name === null) return { columns, column: null }
  const column = columns.findIndex((other) => other.trim() === name.trim())
  if (column === -1) return { columns: [...columns, name], column: columns.length }
  if (!taken.includes(column)) return { columns, column }
  throw new RangeError(
    `Expected another column than those of ids and labels for probabilityColumn but received ${quoted(name)}`,
  )
}

/** Ids of the rows whose photograph an earlier row names, written the same way or not. */
function repeated(ids: readonly string[], matches: Int32Array): string[] {
  const seen = new Set<number>()
  return ids.filter((_, row) => {
    const match = matches[row] as number
    const isKnown = match !== NONE && seen.has(match)
    seen.add(match)
    return isKnown
  })
}

function counted(names: readonly string[]): CountedNames {
  return { count: names.length, names: names.slice(0, SHOWN) }
}
