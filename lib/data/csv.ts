// Reads tables that people and Kaggle write: a byte-order mark, CRLF, quotes, commas, tabs or semicolons.

import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { parse } from 'csv-parse'
import { messageOf, TorchError } from '../errors.js'
import { fileError, listed, plain, quoted } from '../files/index.js'

const DELIMITERS = [',', '\t', ';'] as const
/** What stands between two cells of a table. */
export type Delimiter = (typeof DELIMITERS)[number]

/** All of them in any file: tables are pasted together on different machines. */
const LINE_ENDS = ['\r\n', '\n', '\r']

/** Characters after which a row is refused: an unclosed quote would otherwise swallow the file. */
const LONGEST_ROW = 1 << 20

/** A table as it was read, row by row. */
export interface CsvTable {
  file: string
  delimiter: Delimiter
  /** The header's cells, exactly as they stand. */
  columns: string[]
  /** Each as long as `columns`. */
  rows: string[][]
}

/** What a column may be called when nobody says; compared without case, spaces, `_` and `-`, first name first. */
export interface ColumnRole {
  what: string
  names: readonly string[]
}

export const FILE_COLUMN: ColumnRole = {
  what: 'the photograph',
  names: (
    'file filename filepath path image imagename imagefile imagepath photo photograph picture img ' +
    'imageid photoid imgid id'
  ).split(' '),
}

export const LABEL_COLUMN: ColumnRole = {
  what: 'the identity',
  names: (
    'label labels identity class classname person subject name category target prediction predicted ' +
    'expected labelid identityid classid personid'
  ).split(' '),
}

/**
 * Reads a table whose first row is its header. The delimiter is whichever of comma, tab and semicolon stands in
 * the header most often.
 *
 * @throws TorchError FILE: the file cannot be read. DATASET: it is empty, or a row has more or fewer cells.
 */
export async function readCsv(file: string): Promise<CsvTable> {
  const delimiter = await delimiterOf(file)
  const rows: string[][] = []
  const parser = parse({
    bom: true,
    delimiter,
    record_delimiter: LINE_ENDS,
    skip_empty_lines: true,
    max_record_size: LONGEST_ROW,
  })
  try {
    await pipeline(createReadStream(file), parser, async (records: AsyncIterable<string[]>) => {
      for await (const record of records) rows.push(record)
    })
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? ''
    if (!code.startsWith('CSV_')) throw fileError('read the table', file, cause)
    const reason = plain(messageOf(cause))
    throw new TorchError('DATASET', `The table ${quoted(file)} is damaged: ${reason}. Mend that line.`, {
      cause,
    })
  }
  const [columns, ...body] = rows
  if (columns === undefined) {
    throw new TorchError(
      'DATASET',
      `The table ${quoted(file)} is empty. Expected a header row such as id,label.`,
    )
  }
  return { file, delimiter, columns, rows: body }
}

async function delimiterOf(file: string): Promise<Delimiter> {
  let head: string
  try {
    const handle = await open(file)
    try {
      const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(64 * 1024), position: 0 })
      head = buffer.toString('utf8', 0, bytesRead)
    } finally {
      await handle.close()
    }
  } catch (cause) {
    throw fileError('read the table', file, cause)
  }
  const [firstLine = ''] = head.trimStart().split(/[\r\n]/, 1)
  const header = firstLine.replace(/"[^"]*"/g, '')
  const count = (delimiter: Delimiter) => header.split(delimiter).length
  return DELIMITERS.reduce((best, delimiter) => (count(delimiter) > count(best) ? delimiter : best))
}

function simplified(name: string): string {
  return name.toLowerCase().replace(/[\s_-]/g, '')
}

/** The index of the column given by name, or of the first that bears one of the role's usual names. */
export function findColumn(
  { file, columns }: CsvTable,
  role: ColumnRole,
  given?: string,
): number | undefined {
  if (given !== undefined) {
    const index = columns.findIndex((column) => column.trim() === given.trim())
    if (index < 0) throw wrongColumns(file, columns, `a column ${quoted(given)} for ${role.what}`)
    return index
  }
  const present = columns.map(simplified)
  const name = role.names.find((name) => present.includes(name))
  return name === undefined ? undefined : present.indexOf(name)
}

/** The refusal of a table without the columns that are needed. */
export function wrongColumns(file: string, columns: readonly string[], wanted: string): TorchError {
  return new TorchError(
    'DATASET',
    `The table ${quoted(file)} has the columns ${listed(columns.map((column) => column.slice(0, 60)))}; ` +
      `expected ${wanted}. Rename its columns or name them.`,
  )
}
