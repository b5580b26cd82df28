// Scores a submission against answers that were kept apart, as a competition does.

import * as check from '../check.js'
import { PhotographIds, readCsv, readLabels, readTemplate } from '../data/index.js'
import { TorchError } from '../errors.js'
import { listed, quoted } from '../files/index.js'

/** Kaggle's column of answers that says in which of its two scores a row counts. */
const USAGE_COLUMN = 'usage'
const USAGES = ['public', 'private', 'ignored'] as const

type Usage = (typeof USAGES)[number]

/** How many answers a submission names rightly; an answer without a row counts as wrong. */
export interface AnswersScore {
  /** Share of the answers, in [0, 1]. */
  readonly top1: number
  readonly correct: number
  /** Answers, at least 1. */
  readonly count: number
}

/** How many predictions of a CSV are right. */
export interface SubmissionScore {
  /** Share of the answers that the submission names rightly, in [0, 1]; an answer without a row counts as wrong. */
  top1: number
  correct: number
  /** Answers. */
  count: number
  /** Of the answers whose column Usage says Public; null where there are none. */
  public: AnswersScore | null
  /** Of the answers whose column Usage says Private; null where there are none. */
  private: AnswersScore | null
  /** Ids of answers for which the submission has no row. */
  withoutRow: string[]
  /** Ids of the submission for which there is no answer. */
  withoutAnswer: string[]
}

interface Judged {
  readonly right: boolean
  /** null: the answers have no such column. */
  readonly usage: Usage | null
}

/**
 * Top-1 accuracy of a submission against answers kept apart: two tables of ids and labels. Ids match with or
 * without extension, labels exactly but for spaces around them. Where the answers have a column Usage, as Kaggle's solution
 * files do, its Public and Private rows are scored apart too, and Ignored ones not at all.
 *
 * @throws TorchError DATASET: a table has other columns, an id stands twice in the submission, no id is in both, or
 *   Usage says something else or ignores all.
 * @example const { top1, private: final } = await scoreSubmission('submission.csv', 'answers.csv')
 */
export async function scoreSubmission(csv: string, answersCsv: string): Promise<SubmissionScore> {
  const submission = await readTemplate(check.string('csv', csv))
  const answers = await readLabels(check.string('answersCsv', answersCsv))
  const usages = await readUsages(answersCsv)
  const ids = submission.rows.map((row) => row[submission.idColumn] as string)
  refuseRepeated(csv, ids)
  const rows = new PhotographIds(ids)
  const withoutRow: string[] = []
  const answered = new Set<number>()
  const judged = answers.map(({ file, label }, answer): Judged => {
    const row = rows.find(file)
    if (row === undefined) withoutRow.push(file)
    else answered.add(row)
    const named = row === undefined ? undefined : submission.rows[row]?.[submission.labelColumn]?.trim()
    return { right: named === label, usage: usages?.[answer] ?? null }
  })
  if (withoutRow.length === answers.length) {
    throw new TorchError(
      'DATASET',
      `None of the ${answers.length} ids in ${quoted(answersCsv)} stands in ${quoted(csv)}: ${listed(withoutRow, 3)}. ` +
        'Give the answers that belong to these photographs.',
    )
  }
  const all = scoreOf(judged.filter(({ usage }) => usage !== 'ignored'))
  if (all === null)
    throw new TorchError('DATASET', `The column Usage of ${quoted(answersCsv)} ignores every row.`)
  return {
    ...all,
    public: scoreOf(judged.filter(({ usage }) => usage === 'public')),
    private: scoreOf(judged.filter(({ usage }) => usage === 'private')),
    withoutRow,
    withoutAnswer: ids.filter((_, row) => !answered.has(row)),
  }
}

function scoreOf(judged: readonly Judged[]): AnswersScore | null {
  const count = judged.length
  if (count === 0) return null
  const correct = judged.filter(({ right }) => right).length
  return { top1: correct / count, correct, count }
}

/** Of each answer; null where there is no such column. */
async function readUsages(answersCsv: string): Promise<Usage[] | null> {
  const { columns, rows } = await readCsv(answersCsv)
  const column = columns.findIndex((name) => name.trim().toLowerCase() === USAGE_COLUMN)
  if (column < 0) return null
  return rows.map((row, index) => {
    const cell = row[column]?.trim() ?? ''
    const usage = USAGES.find((known) => known === cell.toLowerCase())
    if (usage !== undefined) return usage
    throw new TorchError(
      'DATASET',
      `Row ${index + 1} of ${quoted(answersCsv)} has ${quoted(cell)} in its column Usage. Expected Public, Private or Ignored.`,
    )
  })
}

function refuseRepeated(csv: string, ids: readonly string[]): void {
  const seen = new Set<string>()
  for (const id of ids) {
    if (seen.has(id)) {
      throw new TorchError(
        'DATASET',
        `The id ${quoted(id)} stands twice in ${quoted(csv)}. Remove one of its rows.`,
      )
    }
    seen.add(id)
  }
}
