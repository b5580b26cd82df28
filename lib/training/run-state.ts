// Where a run stands between two steps: plain JSON, so that it can be stored with a checkpoint. All random draws are functions
// of the seed and of these numbers, so no generator has a state beside it.

import { type Improvement, NOTHING_SEEN } from './early-stopping.js'
import type { HistoryRow, TimingRow } from './history.js'
import { type Schedule, type ScheduleState, storable } from './schedules.js'

/** Sums over the steps of an epoch so far. */
export interface EpochSums {
  /** Updates, those that had no photograph to learn from included. */
  readonly updates: number
  readonly lossSum: number
  readonly weight: number
  readonly correct: number
  readonly samples: number
  readonly dropped: number
  readonly seconds: number
}

export interface RunState {
  /** The epoch under way, from 1; one more than there are where all are complete. */
  readonly epoch: number
  /** Of the epoch under way. */
  readonly sums: EpochSums
  /** Steps since the run began. */
  readonly globalStep: number
  readonly schedule: ScheduleState
  readonly improvement: Improvement
  /** Of complete epochs. */
  readonly rows: readonly HistoryRow[]
  readonly timing: readonly TimingRow[]
  /** Null before the first epoch is complete. */
  readonly best: HistoryRow | null
  /** Of the photographs' content; null before they were looked at. */
  readonly fingerprint: string | null
}

export const NO_STEPS: EpochSums = Object.freeze({
  updates: 0,
  lossSum: 0,
  weight: 0,
  correct: 0,
  samples: 0,
  dropped: 0,
  seconds: 0,
})

export function beginning(schedule: Schedule, learningRate: number, epochs: number): RunState {
  return {
    epoch: 1,
    sums: NO_STEPS,
    globalStep: 0,
    schedule: storable('schedule.start()', schedule.start(learningRate, epochs)),
    improvement: NOTHING_SEEN,
    rows: [],
    timing: [],
    best: null,
    fingerprint: null,
  }
}
