// Counts what came of the inputs, kind by kind.

import type { Input } from './input.js'
import { verdictOf } from './judge.js'
import type { Answer } from './messages.js'

export interface Finding {
  readonly seed: number
  /** Of the input; of a folder's first. */
  readonly index: number
  readonly kind: string
  readonly what: string
  readonly note: string
  /** Where it is kept, if it is. */
  readonly file: string | null
}

export interface Row {
  inputs: number
  decoded: number
  refused: number
  slowestMilliseconds: number
  slowest: string
  /** Of memory, for one input. */
  mostBytes: number
}

export interface Tally {
  readonly seed: number
  inputs: number
  seconds: number
  readonly kinds: Map<string, Row>
  readonly findings: Finding[]
  /** What cannot be tried on this machine, and why. */
  readonly skipped: string[]
  /** Folders that were packed, the longest that one took, and the most memory. */
  folders: number
  folderSeconds: number
  folderBytes: number
}

export function emptyTally(seed: number): Tally {
  const counts = { inputs: 0, seconds: 0, folders: 0, folderSeconds: 0, folderBytes: 0 }
  return { seed, ...counts, kinds: new Map(), findings: [], skipped: [] }
}

export function emptyRow(): Row {
  return { inputs: 0, decoded: 0, refused: 0, slowestMilliseconds: 0, slowest: '', mostBytes: 0 }
}

/** @param answers at full size and shrunk */
export function addTo(
  tally: Tally,
  index: number,
  input: Input,
  answers: readonly (Answer | string)[],
): void {
  tally.inputs++
  const row = tally.kinds.get(input.kind) ?? emptyRow()
  tally.kinds.set(input.kind, row)
  row.inputs++
  const [full] = answers
  if (typeof full === 'object') row[verdictOf(full.outcome)]++
  for (const answer of answers) {
    if (typeof answer === 'string') continue
    row.mostBytes = Math.max(row.mostBytes, answer.growthBytes)
    if (answer.milliseconds <= row.slowestMilliseconds) continue
    row.slowestMilliseconds = answer.milliseconds
    row.slowest = `${index} (${input.what})`
  }
}
