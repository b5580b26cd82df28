// The two tables that a competition hands out: labels by photograph, and the form of a submission.

import * as check from '../check.js'
import { TorchError } from '../errors.js'
import { quoted } from '../files/index.js'
import { type CsvTable, FILE_COLUMN, findColumn, LABEL_COLUMN, readCsv, wrongColumns } from './csv.js'

/** Names of columns, where detection by name would miss them. */
export interface ColumnNames {
  /** Holds the photograph's file name, with or without extension. Defaults to the one called file, image, id, ... */
  file?: string
  /** Holds the identity. Defaults to the one called label, identity, class, ... */
  label?: string
}

/** A row of a table of labels. */
export interface LabelledFile {
  file: string
  label: string
}

/** A sample submission: its table, and which columns hold the id and the label. */
export interface SubmissionTemplate extends CsvTable {
  /** Index of the column of ids. */
  idColumn: number
  /** Index of the column to fill. */
  labelColumn: number
}

const WANTED = 'one named id, file or image and one named label, identity or class'

function columnsOf(
  table: CsvTable,
  names: ColumnNames | undefined,
): [id: number | undefined, label: number | undefined] {
  const { file, label } = check.options('columns', names, ['file', 'label'])
  if (file !== undefined) check.string('columns.file', file)
  if (label !== undefined) check.string('columns.label', label)
  return [findColumn(table, FILE_COLUMN, file), findColumn(table, LABEL_COLUMN, label)]
}

/**
 * Reads which identity each photograph shows.
 *
 * @throws TorchError DATASET: the columns are not found, there is no row, or a cell is empty.
 */
export async function readLabels(path: string, columns?: ColumnNames): Promise<LabelledFile[]> {
  const table = await readCsv(check.string('path', path))
  const [fileColumn, labelColumn] = columnsOf(table, columns)
  if (fileColumn === undefined || labelColumn === undefined || fileColumn === labelColumn) {
    throw wrongColumns(path, table.columns, WANTED)
  }
  if (table.rows.length === 0)
    throw new TorchError('DATASET', `The table ${quoted(path)} has no row below its header.`)
  return table.rows.map((row, index) => {
    const [file, label] = [row[fileColumn]?.trim() ?? '', row[labelColumn]?.trim() ?? '']
    if (file !== '' && label !== '') return { file, label }
    const empty = quoted(table.columns[file === '' ? fileColumn : labelColumn] as string)
    throw new TorchError(
      'DATASET',
      `Row ${index + 1} of the table ${quoted(path)} has no ${empty}. Fill it or remove it.`,
    )
  })
}

/**
 * Reads the form of a submission: its rows in order, the column of ids and the column to fill. Where names
 * say nothing, the first of exactly two columns is the id and the second the label, as on Kaggle.
 *
 * @throws TorchError DATASET: there are fewer than two columns, they are not found, or there is no row.
 */
export async function readTemplate(path: string, columns?: ColumnNames): Promise<SubmissionTemplate> {
  const table = await readCsv(check.string('path', path))
  let [idColumn, labelColumn] = columnsOf(table, columns)
  if (table.columns.length === 2) {
    if (idColumn === undefined) idColumn = labelColumn === undefined ? 0 : 1 - labelColumn
    if (labelColumn === undefined) labelColumn = 1 - idColumn
  }
  if (idColumn === undefined || labelColumn === undefined || idColumn === labelColumn) {
    throw wrongColumns(path, table.columns, WANTED)
  }
  if (table.rows.length === 0)
    throw new TorchError('DATASET', `The table ${quoted(path)} has no row below its header.`)
  return { ...table, idColumn, labelColumn }
}
