// What the process that fuzzes is asked, and what it tells after each input.

import type { Verdict } from './judge.js'
import type { ReaderName } from './readers.js'

export interface Task {
  readonly reader: ReaderName
  readonly seed: number
  /** The index of the first input. */
  readonly from: number
}

export interface Step extends Verdict {
  readonly index: number
  readonly passesHeader: boolean
  /** Of the reading alone: by the clock or by the processor's time, whichever is less, since others may use it too. */
  readonly milliseconds: number
  /** Of the process's peak memory since its warm-up. */
  readonly peakGrowthBytes: number
}

export const READY = 'ready'

const MILLISECONDS_LIMIT = 1000
const PEAK_GROWTH_LIMIT = 256_000_000

/** What a reader did that it may not; null where it did nothing of that kind. */
export function findingIn(step: Step): string | null {
  if (step.kind === 'finding') return step.note
  const costs: string[] = []
  if (step.milliseconds > MILLISECONDS_LIMIT) costs.push(`it takes ${step.milliseconds.toFixed(0)} ms`)
  if (isLarge(step)) costs.push(`memory grows by ${(step.peakGrowthBytes / 1e6).toFixed(0)} MB`)
  return costs.length === 0 ? null : `${costs.join(', ')}: ${step.note}`
}

export function isLarge({ peakGrowthBytes }: Step): boolean {
  return peakGrowthBytes > PEAK_GROWTH_LIMIT
}
