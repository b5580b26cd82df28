// The tables of a report: each file with its header and rows.

import type { EvaluationResults } from './results.js'

export type Cell = string | number | null

export interface CsvFile {
  readonly name: string
  /** The header first. */
  readonly rows: readonly (readonly Cell[])[]
}

/** Of groups and of skipped photographs where there are any. */
export function csvFiles(report: EvaluationResults): CsvFile[] {
  const { perClass, confusedPairs, worst, calibration, groups, skipped } = report
  const files = [
    { name: 'summary.csv', rows: summaryRows(report) },
    table('per-class.csv', CLASS_COLUMNS, perClass),
    table('confused-pairs.csv', ['identity', 'predicted', 'count', 'share'], confusedPairs),
    table('worst.csv', WORST_COLUMNS, worst),
    table('calibration.csv', ['lower', 'upper', 'count', 'accuracy', 'confidence'], calibration),
  ]
  if (groups.length > 0)
    files.push(
      { name: 'groups.csv', rows: groupRows(report) },
      { name: 'group-gaps.csv', rows: gapRows(report) },
    )
  if (skipped.length > 0) files.push(table('skipped.csv', ['file', 'reason'], skipped))
  return files
}

const CLASS_COLUMNS = [
  'identity',
  'count',
  'correct',
  'recall',
  'precision',
  'top5',
  'meanProbability',
  'mistakenFor',
] as const
const WORST_COLUMNS = [
  'file',
  'identity',
  'predicted',
  'probability',
  'predictedProbability',
  'loss',
] as const

function table<Column extends string>(
  name: string,
  columns: readonly Column[],
  items: readonly Readonly<Record<Column, Cell>>[],
): CsvFile {
  return { name, rows: [columns, ...items.map((item) => columns.map((column) => item[column]))] }
}

function summaryRows(report: EvaluationResults): Cell[][] {
  const { count, skipped, loss, top1, top1Interval, top5, top5Interval, expectedCalibrationError } = report
  return [
    ['metric', 'value', 'low', 'high'],
    ['count', count, null, null],
    ['skipped', skipped.length, null, null],
    ['loss', loss, null, null],
    ['top1', top1, ...top1Interval],
    ['top5', top5, ...top5Interval],
    ['expectedCalibrationError', expectedCalibrationError, null, null],
  ]
}

/** Photographs without a group have an empty cell. */
function groupRows({ groups }: EvaluationResults): Cell[][] {
  const rows = groups.flatMap(({ column, groups }) =>
    groups.map(({ group, count, correct, top1, top1Interval, top5, loss }) => {
      const [low, high] = top1Interval ?? [null, null]
      return [column, group, count, correct, top1, low, high, top5, loss]
    }),
  )
  return [['column', 'group', 'count', 'correct', 'top1', 'top1Low', 'top1High', 'top5', 'loss'], ...rows]
}

function gapRows({ groups }: EvaluationResults): Cell[][] {
  const rows = groups.map(({ column, gap }) =>
    gap === null
      ? [column, null, null, null, null]
      : [column, gap.top1, gap.highest, gap.lowest, String(gap.intervalsOverlap)],
  )
  return [['column', 'top1Gap', 'highest', 'lowest', 'intervalsOverlap'], ...rows]
}
