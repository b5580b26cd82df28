// Prints a report as a table: a line a finding, then what to do.

import { quoted } from '../../files/index.js'
import type { DuplicateGroup, Finding } from './finding.js'
import type { IdentityCounts } from './identity-findings.js'
import { grouped, percent, shortName } from './shown.js'
import type { SizeSpread, Spread } from './spread.js'

interface Tabled {
  readonly photographs: number
  readonly sizes: SizeSpread | null
  readonly identities: IdentityCounts | null
  readonly findings: readonly Finding[]
}

const COLUMNS = ['finding', 'severity', 'count', 'share', 'examples']
const RIGHT_ALIGNED = new Set([2, 3])
/** Examples that a line shows, and characters of each. */
const EXAMPLES = 2
const LONGEST = 40

export function tableOf(report: Tabled): string {
  const { photographs, identities, findings } = report
  const people = identities === null ? 'no labels' : counted(identities.count, 'identity', 'identities')
  const title = `${counted(photographs, 'photograph', 'photographs')}, ${people}`
  if (findings.length === 0) return [title, ...summaryLines(report), 'Nothing was found.'].join('\n')
  const rows = [COLUMNS, ...findings.map(cells)]
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map((row) => (row[column] as string).length)))
  const lines = rows.map((row) =>
    row
      .map((cell, column) => aligned(cell, widths[column] as number, column))
      .join('  ')
      .trimEnd(),
  )
  const rule = '-'.repeat(Math.max(...lines.map((line) => line.length)))
  return [
    title,
    ...summaryLines(report),
    rule,
    lines[0],
    rule,
    ...lines.slice(1),
    rule,
    ...findings.map(({ title, advice }) => `${title}: ${advice}`),
  ].join('\n')
}

function cells(finding: Finding): string[] {
  const { title, severity, count, share } = finding
  return [title, severity, grouped(count), percent(share), examplesOf(finding)]
}

function examplesOf(finding: Finding): string {
  const all = exampleTexts(finding)
  const first = all.slice(0, EXAMPLES).map((example) => example())
  return all.length > EXAMPLES ? `${first.join(', ')}, ...` : first.join(', ')
}

/** One for each group, identity or photograph, made where it is shown. */
function exampleTexts({ groups, identities, photographs }: Finding): (() => string)[] {
  if (groups.length > 0) return groups.map((group) => () => pairText(group))
  if (identities.length > 0)
    return identities.map((identity) => () => `${name(identity.name)} (${identity.photographs})`)
  return photographs.map(
    ({ file }) =>
      () =>
        name(shortName(file)),
  )
}

function pairText({ photographs, sameFile }: DuplicateGroup): string {
  const names = photographs.slice(0, 2).map(({ file }) => name(shortName(file)))
  return names.join(sameFile ? ' = ' : ' ~ ')
}

/** The end of a long name tells more than its beginning. */
function name(text: string): string {
  const characters = [...text]
  return quoted(characters.length > LONGEST ? `...${characters.slice(3 - LONGEST).join('')}` : text)
}

function summaryLines({ sizes, identities }: Tabled): string[] {
  const lines: string[] = []
  if (sizes !== null) {
    lines.push(`width ${spreadText(sizes.width)} pixels; height ${spreadText(sizes.height)} pixels`)
  }
  if (identities !== null) {
    const ratio = `the most are ${identities.imbalance.toFixed(1)} times the fewest`
    lines.push(`photographs an identity: ${spreadText(identities.photographs)}; ${ratio}`)
  }
  return lines
}

function spreadText({ min, median, max }: Spread): string {
  return `${grouped(min)} to ${grouped(max)}, median ${grouped(median)}`
}

function counted(count: number, one: string, many: string): string {
  return `${grouped(count)} ${count === 1 ? one : many}`
}

function aligned(cell: string, width: number, column: number): string {
  return RIGHT_ALIGNED.has(column) ? cell.padStart(width) : cell.padEnd(width)
}
