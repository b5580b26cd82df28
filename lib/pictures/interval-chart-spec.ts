// What an interval chart shows, and the checks of it.

import * as check from '../check.js'
import { list } from './list.js'

/** A share with the interval that it may lie in; all three in [0, 1], shown as percent. */
export interface IntervalRow {
  readonly label: string
  /** Stands at the right edge, such as a count. */
  readonly note?: string
  readonly low: number
  readonly value: number
  readonly high: number
}

/** Rows under a heading of their own. */
export interface IntervalSection {
  readonly heading: string
  /** Stands beside the heading; may be empty. */
  readonly note?: string
  /** At least one. */
  readonly rows: readonly IntervalRow[]
}

export interface IntervalChartSpec {
  readonly title: string
  readonly subtitle?: string
  /** With the unit. */
  readonly xLabel: string
  /** Above the notes of the rows. */
  readonly noteLabel?: string
  /** At least one; at most 400 rows in all. */
  readonly sections: readonly IntervalSection[]
  /** A dashed line through all rows, in [0, 1]. */
  readonly reference?: { readonly value: number; readonly label: string }
}

const ROWS_LIMIT = 400

/** @throws TypeError or RangeError naming the part that is wrong. */
export function checkIntervalChart(spec: IntervalChartSpec): void {
  if (spec === undefined) throw new TypeError(check.expected('an object', 'chart', spec))
  const known = ['title', 'subtitle', 'xLabel', 'noteLabel', 'sections', 'reference'] as const
  const { title, subtitle, xLabel, noteLabel, sections, reference } = check.options('chart', spec, known)
  check.string('title', title)
  if (subtitle !== undefined) check.string('subtitle', subtitle)
  check.string('xLabel', xLabel)
  if (noteLabel !== undefined) check.string('noteLabel', noteLabel)
  let rows = 0
  for (const [index, section] of list('sections', sections, 1, ROWS_LIMIT).entries())
    rows += checkSection(`sections[${index}]`, section as IntervalSection)
  if (rows > ROWS_LIMIT)
    throw new RangeError(`Expected at most ${ROWS_LIMIT} rows for sections but received ${rows}`)
  if (reference === undefined) return
  const { value, label } = check.options('reference', reference, ['value', 'label'])
  check.number('reference.value', value, 0, 1)
  check.string('reference.label', label)
}

/** How many rows it has. */
function checkSection(name: string, section: IntervalSection): number {
  if (section === undefined) throw new TypeError(check.expected('an object', name, section))
  const { heading, note, rows } = check.options(name, section, ['heading', 'note', 'rows'])
  check.string(`${name}.heading`, heading)
  if (note !== undefined && typeof note !== 'string')
    throw new TypeError(check.expected('a string', `${name}.note`, note))
  const given = list(`${name}.rows`, rows, 1, ROWS_LIMIT)
  for (const [index, row] of given.entries()) checkRow(`${name}.rows[${index}]`, row as IntervalRow)
  return given.length
}

function checkRow(name: string, row: IntervalRow): void {
  if (row === undefined) throw new TypeError(check.expected('an object', name, row))
  const { label, note, low, value, high } = check.options(name, row, [
    'label',
    'note',
    'low',
    'value',
    'high',
  ])
  check.string(`${name}.label`, label)
  if (note !== undefined) check.string(`${name}.note`, note)
  check.number(`${name}.low`, low, 0, 1)
  check.number(`${name}.value`, value, low, 1)
  check.number(`${name}.high`, high, value, 1)
}
