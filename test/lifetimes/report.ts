// What the command prints at its end.

import { plain } from '../../lib/files/index.js'
import type { Outcome } from './part.js'

const COLUMNS = ['what ends', 'lives', 'seconds', 'slowest end', 'answers', 'memory a life', 'findings']

export function table(outcomes: readonly Outcome[]): string {
  const rows = outcomes.map((outcome) => [
    outcome.part,
    `${outcome.lives}`,
    outcome.seconds.toFixed(0),
    `${outcome.slowestEndMilliseconds.toFixed(0)} ms`,
    `${outcome.answers ?? ''}`,
    outcome.growth === null ? '' : `${(outcome.growth.rssPerLife / 1000).toFixed(1)} kB`,
    `${outcome.findings.length}`,
  ])
  const all = [COLUMNS, ...rows]
  const widths = COLUMNS.map((_, at) => Math.max(...all.map((row) => (row[at] as string).length)))
  const padded = (cell: string, at: number) =>
    at === 0 ? cell.padEnd(widths[at] as number) : cell.padStart(widths[at] as number)
  return all.map((row) => row.map(padded).join('  ')).join('\n')
}

export function findingLines(outcomes: readonly Outcome[]): string[] {
  return outcomes.flatMap(({ part, findings }) =>
    findings.map((finding) => `FINDING ${plain(`${part}: ${finding}`)}`),
  )
}

export function json(outcomes: readonly Outcome[]): string {
  return JSON.stringify({ pass: passes(outcomes), parts: outcomes }, null, 2)
}

export function passes(outcomes: readonly Outcome[]): boolean {
  return outcomes.every(({ findings }) => findings.length === 0)
}
