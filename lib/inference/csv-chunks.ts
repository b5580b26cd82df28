// Turns rows into the text of a CSV, a part at a time.

import { stringify } from 'csv-stringify/sync'
import type { Delimiter } from '../data/index.js'

/** Rows turned to text at a time: the main thread is held for about a millisecond. */
const ROWS_AT_ONCE = 500

export interface CsvOptions {
  readonly delimiter: Delimiter
  /** Whether a cell that a spreadsheet would take for a formula gets an apostrophe before it. */
  readonly defused: boolean
}

/** Quoted as CSV needs. null is an empty cell; numbers have the shortest decimals that read back as the same number. */
export async function* csvChunks(
  rows: readonly (readonly (string | number | null)[])[],
  { delimiter, defused }: CsvOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  for (let start = 0; start < rows.length; start += ROWS_AT_ONCE) {
    const chunk = rows.slice(start, start + ROWS_AT_ONCE)
    yield Buffer.from(stringify(chunk, { delimiter, quoted_match: /[\r\n]/, escape_formulas: defused }))
  }
}
