// What a reliability diagram shows, and the checks of it.

import * as check from '../check.js'
import { list } from './list.js'

/** What was predicted with a probability in (`lower`, `upper`]. */
export interface ReliabilityBin {
  readonly lower: number
  readonly upper: number
  readonly count: number
  /** In [0, 1]; null where the bin is empty. */
  readonly accuracy: number | null
  /** Mean probability; null where the bin is empty. */
  readonly confidence: number | null
}

export interface ReliabilityChartSpec {
  readonly title: string
  readonly subtitle?: string
  /** With the units. */
  readonly xLabel: string
  readonly yLabel: string
  /** Of the bars of counts. */
  readonly countLabel: string
  /** At least one. */
  readonly bins: readonly ReliabilityBin[]
}

const BINS_LIMIT = 100

/** @throws TypeError or RangeError naming the part that is wrong. */
export function checkReliabilityChart(spec: ReliabilityChartSpec): void {
  if (spec === undefined) throw new TypeError(check.expected('an object', 'chart', spec))
  const known = ['title', 'subtitle', 'xLabel', 'yLabel', 'countLabel', 'bins'] as const
  const { title, subtitle, xLabel, yLabel, countLabel, bins } = check.options('chart', spec, known)
  check.string('title', title)
  if (subtitle !== undefined) check.string('subtitle', subtitle)
  check.string('xLabel', xLabel)
  check.string('yLabel', yLabel)
  check.string('countLabel', countLabel)
  for (const [index, bin] of list('bins', bins, 1, BINS_LIMIT).entries())
    checkBin(`bins[${index}]`, bin as ReliabilityBin)
}

function checkBin(name: string, bin: ReliabilityBin): void {
  if (bin === undefined) throw new TypeError(check.expected('an object', name, bin))
  const known = ['lower', 'upper', 'count', 'accuracy', 'confidence'] as const
  const { lower, upper, count, accuracy, confidence } = check.options(name, bin, known)
  check.number(`${name}.lower`, lower, 0, 1)
  check.number(`${name}.upper`, upper, lower, 1)
  check.integer(`${name}.count`, count, 0)
  if (count === 0 && accuracy === null && confidence === null) return
  check.number(`${name}.accuracy`, accuracy, 0, 1)
  check.number(`${name}.confidence`, confidence, 0, 1)
}
