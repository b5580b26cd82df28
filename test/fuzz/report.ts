// What the command prints: a line a finding as it is made, and a table at the end.

import { plain, quoted } from '../../lib/files/index.js'
import { type Finding, passes, type Tally } from './campaign.js'
import { inputOf } from './inputs.js'
import type { ReaderName } from './readers.js'
import type { Step } from './steps.js'

export function findingLine({ reader, seed, index, what, note, file }: Finding): string {
  const replay = `npm run -s fuzz -- --reader ${reader} --seed ${seed} --input ${index}`
  return `FINDING  ${reader} seed ${seed} input ${index} (${shown(what)}): ${shown(note)}\n         ${replay}\n         ${quoted(file)}`
}

const COLUMNS = [
  'reader',
  'inputs',
  'a second',
  'past header',
  'loaded',
  'refused',
  'findings',
  'slowest',
  'growth',
]

export function table(tallies: readonly Tally[]): string {
  const rows = tallies.map((tally) => [
    tally.reader,
    `${tally.inputs}`,
    (tally.inputs / tally.seconds).toFixed(0),
    `${(share(tally) * 100).toFixed(1)} %`,
    `${tally.loaded}`,
    `${tally.refused}`,
    `${tally.findings.length}`,
    `${tally.slowestMilliseconds.toFixed(0)} ms`,
    `${(tally.peakGrowthBytes / 1e6).toFixed(0)} MB`,
  ])
  const widths = COLUMNS.map((name, at) =>
    Math.max(name.length, ...rows.map((row) => (row[at] as string).length)),
  )
  return [COLUMNS, ...rows]
    .map((row) => row.map((cell, at) => cell.padStart(widths[at] as number)).join('  '))
    .join('\n')
}

/** What failed besides findings. */
export function shortcomings(tallies: readonly Tally[]): string[] {
  return tallies
    .filter((tally) => !passes(tally) && tally.findings.length === 0)
    .map((tally) => `${tally.reader}: less than half of its inputs got past the header.`)
}

export function json(tallies: readonly Tally[]): string {
  const readers = tallies.map((tally) => ({
    ...tally,
    pass: passes(tally),
    perSecond: tally.inputs / tally.seconds,
    pastHeaderShare: share(tally),
  }))
  return JSON.stringify({ pass: tallies.every(passes), readers }, null, 2)
}

/** One input again: what it is, and what came of it. */
export function replayLines(reader: ReaderName, seed: number, step: Step): string {
  const { bytes, what } = inputOf(reader, seed, step.index)
  return [
    `${reader} seed ${seed} input ${step.index}: ${bytes.length} bytes, ${shown(what)}`,
    `past its header: ${step.passesHeader ? 'yes' : 'no'}`,
    `${step.kind} in ${step.milliseconds.toFixed(1)} ms, memory grew by ${(step.peakGrowthBytes / 1e6).toFixed(0)} MB`,
    shown(step.note),
  ].join('\n')
}

function share({ pastHeader, inputs }: Tally): number {
  return inputs === 0 ? 0 : pastHeader / inputs
}

/** One line that a terminal only draws. */
function shown(text: string): string {
  return plain(text).slice(0, 300)
}
