// Fuzzes one reader for a time, and counts what came of it.

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inputOf } from './inputs.js'
import type { ReaderName } from './readers.js'
import { type StandIn, session } from './session.js'
import { findingIn, type Step } from './steps.js'

export interface Finding {
  readonly reader: ReaderName
  readonly seed: number
  readonly index: number
  /** What the input is. */
  readonly what: string
  /** What the reader did. */
  readonly note: string
  /** Where the input is kept. */
  readonly file: string
}

export interface Tally {
  readonly reader: ReaderName
  readonly seed: number
  inputs: number
  seconds: number
  pastHeader: number
  loaded: number
  refused: number
  readonly findings: Finding[]
  slowestMilliseconds: number
  /** The index of the input that took them. */
  slowestIndex: number
  peakGrowthBytes: number
}

export interface Campaign extends StandIn {
  readonly reader: ReaderName
  readonly seed: number
  readonly seconds: number
  /** The folder for the inputs of findings. */
  readonly keep: string
  readonly from?: number
  readonly count?: number
  readonly signal?: AbortSignal
  readonly onStep?: (step: Step, tally: Tally) => void
  readonly onFinding?: (finding: Finding) => void
}

export async function campaign(wanted: Campaign): Promise<Tally> {
  const { reader, seed, seconds, from = 0, count = Infinity, signal, onStep, onFinding } = wanted
  const tally = emptyTally(reader, seed)
  const start = performance.now()
  const elapsed = () => (performance.now() - start) / 1000
  const found = (index: number, note: string) => {
    const finding = kept(wanted, index, note)
    tally.findings.push(finding)
    onFinding?.(finding)
  }
  const isOver = () => elapsed() > seconds || signal?.aborted === true
  let next = from
  while (!isOver() && next < from + count) {
    next = await session({
      ...wanted,
      task: { reader, seed, from: next },
      until: from + count,
      isOver,
      onStep: (step) => {
        add(tally, step)
        tally.seconds = elapsed()
        onStep?.(step, tally)
        const note = findingIn(step)
        if (note !== null) found(step.index, note)
      },
      onLoss: (index, how) => {
        tally.inputs++
        found(index, how)
      },
    })
  }
  return { ...tally, seconds: elapsed() }
}

/** At least half of the inputs must be more to a reader than noise. */
export function passes({ inputs, pastHeader, findings }: Tally): boolean {
  return inputs > 0 && pastHeader >= inputs / 2 && findings.length === 0
}

function emptyTally(reader: ReaderName, seed: number): Tally {
  const counts = { inputs: 0, seconds: 0, pastHeader: 0, loaded: 0, refused: 0 }
  return {
    reader,
    seed,
    ...counts,
    findings: [],
    slowestMilliseconds: 0,
    slowestIndex: 0,
    peakGrowthBytes: 0,
  }
}

function add(tally: Tally, { index, kind, passesHeader, milliseconds, peakGrowthBytes }: Step): void {
  tally.inputs++
  if (passesHeader) tally.pastHeader++
  if (kind === 'loaded') tally.loaded++
  if (kind === 'refused') tally.refused++
  if (milliseconds > tally.slowestMilliseconds) {
    tally.slowestMilliseconds = milliseconds
    tally.slowestIndex = index
  }
  tally.peakGrowthBytes = Math.max(tally.peakGrowthBytes, peakGrowthBytes)
}

function kept({ reader, seed, keep }: Campaign, index: number, note: string): Finding {
  const { bytes, what } = inputOf(reader, seed, index)
  mkdirSync(keep, { recursive: true })
  const file = join(keep, `${reader}-${seed}-${index}${reader === 'safetensors' ? '.safetensors' : '.pt'}`)
  writeFileSync(file, bytes)
  return { reader, seed, index, what, note, file }
}
