// Prints a report as a table.

import { grouped, percent } from '../../data/index.js'
import { quoted } from '../../files/index.js'
import type { Interval } from './accuracy.js'
import { type GroupedResults, type GroupGap, gapText } from './fairness.js'
import type { EvaluationResults } from './results.js'

/** Pairs and groups that are printed; all are in the report. */
const PAIRS = 5
const GROUPS = 20
/** Characters of a name. */
const LONGEST = 40

export function tableOf(report: EvaluationResults): string {
  const { count, skipped, top1, top1Interval, top5, top5Interval, loss, expectedCalibrationError } = report
  const shown = report.perClass.filter((one) => one.count > 0).length
  const lines = [
    `${counted(count, 'photograph')} of ${counted(shown, 'identity', 'identities')}, ${grouped(skipped.length)} unreadable`,
    ...aligned([
      ['top-1', percent(top1), intervalText(top1Interval)],
      ['top-5', percent(top5), intervalText(top5Interval)],
      ['loss', loss.toPrecision(4), ''],
      ['calibration error', percent(expectedCalibrationError), ''],
    ]),
  ]
  if (report.confusedPairs.length > 0) lines.push('', 'most confused', ...pairLines(report))
  for (const grouping of report.groups) lines.push('', ...groupLines(grouping))
  return lines.join('\n')
}

function pairLines({ confusedPairs }: EvaluationResults): string[] {
  const rows = confusedPairs
    .slice(0, PAIRS)
    .map(({ identity, predicted, count, share }) => [
      `  ${name(identity)} taken for ${name(predicted)}`,
      grouped(count),
      `${percent(share)} of its photographs`,
    ])
  return aligned(rows)
}

function groupLines({ column, groups, gap }: GroupedResults): string[] {
  const rows = groups
    .slice(0, GROUPS)
    .map(({ group, count, top1, top1Interval }) => [
      `  ${group === null ? 'without a group' : name(group)}`,
      top1 === null ? '-' : percent(top1),
      [...(top1Interval === null ? [] : [intervalText(top1Interval)]), counted(count, 'photograph')].join(
        ', ',
      ),
    ])
  const more = groups.length > GROUPS ? [`  ... and ${groups.length - GROUPS} more`] : []
  return [`top-1 by ${name(column)}`, ...aligned(rows), ...more, ...(gap === null ? [] : [gapLine(gap)])]
}

function gapLine(gap: GroupGap): string {
  const { highest, lowest, intervalsOverlap } = gap
  const meaning = intervalsOverlap ? 'overlap: it may be chance' : 'do not overlap'
  return `  ${gapText(gap)} between ${name(highest)} and ${name(lowest)}; their 95 % intervals ${meaning}`
}

function intervalText([low, high]: Interval): string {
  return `95 % interval ${percent(low)} to ${percent(high)}`
}

/** The first column flush left, the second flush right. */
function aligned(rows: readonly string[][]): string[] {
  const widths = [0, 1].map((column) => Math.max(0, ...rows.map((row) => (row[column] as string).length)))
  return rows.map(([first = '', second = '', third = '']) =>
    `${first.padEnd(widths[0] as number)}  ${second.padStart(widths[1] as number)}  ${third}`.trimEnd(),
  )
}

function counted(count: number, one: string, many = `${one}s`): string {
  return `${grouped(count)} ${count === 1 ? one : many}`
}

/** The end of a long name tells more than its beginning. */
function name(text: string): string {
  const characters = [...text]
  return quoted(characters.length > LONGEST ? `...${characters.slice(3 - LONGEST).join('')}` : text)
}
