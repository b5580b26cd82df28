// Writes predicted identities as the CSV that a competition asks for.

import { dirname, relative, resolve, sep } from 'node:path'
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
import { ensureFolder, listed, quoted, saveDurably } from '../files/index.js'
import { csvChunks } from './csv-chunks.js'

export interface Prediction {
  /** Path of the photograph. */
  readonly file: string
  /** null: the photograph cannot be read; its row keeps the template's cell, or is left out where there is none. */
  readonly identity: string | null
}

export interface SubmissionOptions {
  /** The CSV to write; it replaces an older one only when it is whole. */
  output: string
  /** A sample_submission.csv whose columns, rows and order are kept. Defaults to columns id,label by file name. */
  template?: string
  /** Which columns of the template hold the id and the label. Defaults to detection by name. */
  columns?: ColumnNames
  /** The folder that ids are relative to where there is no template. Defaults to ids that are file names. */
  folder?: string
  /** All photographs that will be predicted, where known: the template is checked before the first prediction. */
  files?: readonly string[]
}

/** What was written, and what of it the template did not ask for. */
export interface SubmissionSummary {
  /** Absolute path of the CSV. */
  output: string
  /** Rows below its header. */
  rows: number
  /** Photographs that no row of the template asks for. */
  notInTemplate: string[]
}

/**
 * Writes a submission. Ids of the template name photographs with or without extension and folders. Cells are
 * quoted as CSV needs and otherwise exact, as scoring needs: an identity that begins with "=" is not defused, so
 * open the CSV of a stranger's identities in a spreadsheet only as text.
 *
 * @throws TorchError DATASET: the template has other columns, or a row without a prediction. FILE: the output
 * cannot be written. In each case an older output stays as it was.
 */
export async function writeSubmission(
  predictions: AsyncIterable<Prediction> | Iterable<Prediction>,
  options: SubmissionOptions,
): Promise<SubmissionSummary> {
  const known = ['output', 'template', 'columns', 'folder', 'files'] as const
  const { output, template, columns, folder, files } = check.options('options', options, known)
  const target = resolve(check.string('output', output))
  if (folder !== undefined) check.string('folder', folder)
  if (template !== undefined && resolve(check.string('template', template)) === target) {
    throw new RangeError(`Expected an output beside the template but received ${quoted(template)} for both`)
  }
  const form = template === undefined ? null : await readTemplate(template, columns)
  if (form !== null && files !== undefined) matchRows(form, files)
  await ensureFolder(dirname(target))
  const predicted: Prediction[] = []
  for await (const { file, identity } of predictions) predicted.push({ file, identity })
  const table = form === null ? plainTable(predicted, folder) : filledTable(form, predicted)
  await saveDurably(target, csvChunks(table.rows, { delimiter: table.delimiter, defused: false }))
  return { output: target, rows: table.rows.length - 1, notInTemplate: table.notInTemplate }
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
  matchRows(await readTemplate(check.string('template', template), columns), files)
}

interface SubmissionTable {
  /** The header first. */
  rows: string[][]
  delimiter: Delimiter
  notInTemplate: string[]
}

/** The photograph of each row; refuses a template with rows that have none. */
function matchRows(form: SubmissionTemplate, files: readonly string[]): number[] {
  const ids = new PhotographIds(files)
  const matches = form.rows.map((row) => ids.find(row[form.idColumn] as string) ?? -1)
  const missing = form.rows.filter((_, row) => matches[row] === -1).map((row) => row[form.idColumn] as string)
  if (missing.length === 0) return matches
  throw new TorchError(
    'DATASET',
    `${missing.length} of ${form.rows.length} rows of ${quoted(form.file)} have no photograph: ` +
      `${listed(missing)}. Add these photographs to the folder, or give the table that belongs to it.`,
  )
}

function filledTable(form: SubmissionTemplate, predicted: readonly Prediction[]): SubmissionTable {
  const files = predicted.map(({ file }) => file)
  const matches = matchRows(form, files)
  const asked = new Set(matches)
  const rows = form.rows.map((row, index) => {
    const { identity } = predicted[matches[index] as number] as Prediction
    return identity === null ? row : row.with(form.labelColumn, identity)
  })
  return {
    rows: [form.columns, ...rows],
    delimiter: form.delimiter,
    notInTemplate: files.filter((_, index) => !asked.has(index)).sort(byCodePoint),
  }
}

function plainTable(predicted: readonly Prediction[], folder: string | undefined): SubmissionTable {
  const rows = predicted.flatMap(({ file, identity }) =>
    identity === null ? [] : [[idOf(file, folder), identity]],
  )
  rows.sort(([a], [b]) => byCodePoint(a as string, b as string))
  const twice = rows.find(([id], index) => id === rows[index + 1]?.[0])
  if (twice !== undefined) {
    throw new TorchError(
      'DATASET',
      `Two photographs have the id ${quoted(twice[0] as string)}. Rename one, or give the template that tells them apart.`,
    )
  }
  return { rows: [['id', 'label'], ...rows], delimiter: ',', notInTemplate: [] }
}

function idOf(file: string, folder: string | undefined): string {
  const path = folder === undefined ? file : relative(folder, file)
  return folder === undefined ? (path.split(sep).at(-1) as string) : path.split(sep).join('/')
}
