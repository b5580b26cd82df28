// Whether a model serves groups of people equally well.

import { byCodePoint, type Grouping } from '../../data/index.js'
import { type Interval, Tally, wilsonInterval } from './accuracy.js'
import type { Measures } from './measures.js'

/** The photographs of one group. Where all of them are unreadable, what is measured is null. */
export interface GroupResult {
  /** null: photographs without a group. */
  readonly group: string | null
  /** Photographs measured. */
  readonly count: number
  readonly correct: number
  readonly top1: number | null
  /** 95 %, by Wilson. */
  readonly top1Interval: Interval | null
  readonly top5: number | null
  readonly loss: number | null
}

/** How far apart the best and the worst served group are; photographs without a group are none. */
export interface GroupGap {
  /** The highest top-1 accuracy minus the lowest, in [0, 1]. */
  readonly top1: number
  /** The group with the highest. */
  readonly highest: string
  /** The group with the lowest. */
  readonly lowest: string
  /** Whether the intervals of these two overlap: then chance may have made the gap. */
  readonly intervalsOverlap: boolean
}

/** The results by the groups of one column. */
export interface GroupedResults {
  /** The column's name; 'group' where a function told the groups. */
  readonly column: string
  /** By code point; photographs without a group stand last. */
  readonly groups: readonly GroupResult[]
  /** null where fewer than two groups have photographs. */
  readonly gap: GroupGap | null
}

export function groupedResults(measures: Measures, { column, groupOf }: Grouping): GroupedResults {
  const tallies = new Map<string | null, Tally>()
  for (const group of groupOf) if (!tallies.has(group)) tallies.set(group, new Tally())
  for (let index = 0; index < measures.count; index++) {
    tallies.get(groupOf[measures.places[index] as number] as string | null)?.add(measures, index)
  }
  const groups = [...tallies].map(([group, tally]) => groupResult(group, tally)).sort(byGroup)
  return Object.freeze({ column, groups: Object.freeze(groups), gap: gapOf(groups) })
}

function groupResult(group: string | null, tally: Tally): GroupResult {
  const { count, correct, correctTop5, lossSum } = tally
  return Object.freeze({
    group,
    count,
    correct,
    top1: tally.mean(correct),
    top1Interval: count === 0 ? null : wilsonInterval(correct, count),
    top5: tally.mean(correctTop5),
    loss: tally.mean(lossSum),
  })
}

function byGroup({ group: a }: GroupResult, { group: b }: GroupResult): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null)
  return byCodePoint(a, b)
}

type Measured = GroupResult & {
  readonly group: string
  readonly top1: number
  readonly top1Interval: Interval
}

/** At a tie the first group by code point is named. */
function gapOf(groups: readonly GroupResult[]): GroupGap | null {
  const measured = groups.filter((one): one is Measured => one.group !== null && one.count > 0)
  const [first, ...others] = measured
  if (first === undefined || others.length === 0) return null
  const highest = others.reduce((best, one) => (one.top1 > best.top1 ? one : best), first)
  const lowest = others.reduce((worst, one) => (one.top1 < worst.top1 ? one : worst), first)
  return Object.freeze({
    top1: highest.top1 - lowest.top1,
    highest: highest.group,
    lowest: lowest.group,
    intervalsOverlap: highest.top1Interval[0] <= lowest.top1Interval[1],
  })
}

/** 'gap 12.3 percentage points'. */
export function gapText({ top1 }: GroupGap): string {
  return `gap ${(100 * top1).toFixed(1)} percentage points`
}
