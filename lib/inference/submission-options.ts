// What a person may ask of a submission, and what comes back.

import { resolve } from 'node:path'
import * as check from '../check.js'
import type { ColumnNames, SkippedPhotograph } from '../data/index.js'
import { quoted } from '../files/index.js'
import type { MeasureOptions } from './predictor-options.js'

/** Of `writeSubmission()`. */
export interface WriteSubmissionOptions extends MeasureOptions {
  /** The CSV to write; it replaces an older one only when it is whole. */
  output: string
  /**
   * A sample_submission.csv whose columns, rows and order are kept. Defaults to the columns id and label, a row for each
   * photograph, by its path below the folder.
   */
  template?: string
  /** Which columns of the template hold the id and the label. Defaults to detection by name. */
  columns?: ColumnNames
  /**
   * How many identities a row names, at least 1, the most probable first and with a space between them, as Kaggle has them
   * for MAP@5; never more than there are. Above 1 no identity may have a space in its name. Defaults to 1.
   */
  top?: number
  /**
   * Name of a column for the probability of the identity in [0, 1], of each where `top` is above 1: one of the template, or
   * another behind them. Defaults to none.
   */
  probabilityColumn?: string
}

/** Names in the order of their table or folder: how many, and the first 100. */
export interface CountedNames {
  readonly count: number
  readonly names: readonly string[]
}

/** What `writeSubmission()` resolves with. */
export interface WrittenSubmission {
  /** Absolute path of the CSV. */
  readonly output: string
  /** Rows below its header. */
  readonly rows: number
  /** Rows that have a prediction. */
  readonly predicted: number
  /** Ids of the template for which the folder has no photograph: their rows stay as the template has them. */
  readonly missing: CountedNames
  /** Photographs of the folder that no row of the template asks for: they are not predicted. */
  readonly extra: CountedNames
  /** Ids of rows whose photograph an earlier row of the template names: these have the prediction too. */
  readonly repeated: CountedNames
  /** Photographs that cannot be read: their rows stay as the template has them, or are left out where there is none. */
  readonly skipped: readonly SkippedPhotograph[]
}

/** Every default filled in. */
export interface SubmissionSettings {
  /** Absolute. */
  readonly output: string
  readonly template: string | null
  readonly columns: ColumnNames | undefined
  readonly top: number
  readonly probabilityColumn: string | null
  readonly watch: MeasureOptions
}

export function checkSubmission(
  options: WriteSubmissionOptions,
  classes: readonly string[],
): SubmissionSettings {
  if (options === undefined) throw new TypeError(check.expected('an object', 'options', options))
  const known = [
    ...(['output', 'template', 'columns', 'top', 'probabilityColumn'] as const),
    ...(['signal', 'onProgress'] as const),
  ]
  const { output, template, columns, top, probabilityColumn, ...watch } = check.options(
    'options',
    options,
    known,
  )
  const target = resolve(check.string('output', output))
  if (template !== undefined && resolve(check.string('template', template)) === target)
    throw new RangeError(`Expected an output beside the template but received ${quoted(template)} for both`)
  return {
    output: target,
    template: template ?? null,
    columns,
    top: checkTop(top ?? 1, classes),
    probabilityColumn:
      probabilityColumn === undefined ? null : check.string('probabilityColumn', probabilityColumn),
    watch,
  }
}

function checkTop(asked: number, classes: readonly string[]): number {
  const top = Math.min(check.integer('top', asked, 1), classes.length)
  const spaced = top > 1 ? classes.find((identity) => /\s/.test(identity)) : undefined
  if (spaced === undefined) return top
  throw new RangeError(
    `Expected 1 for top, since a space ends a name in a list of several, but received ${asked} and the identity ${quoted(spaced)}`,
  )
}
