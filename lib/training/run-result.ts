// How a run ends.

import type { HistoryRow } from './history.js'

/** All epochs were trained, the signal ended it, the validation no longer improved, or its time was used up. */
export type EndReason = 'completed' | 'aborted' | 'stopped_early' | 'time_budget'

/** How a run ended. */
export interface RunResult {
  readonly reason: EndReason
  /** Path of the bundle with the highest validation top-1, then the lower loss, then the earlier epoch. */
  readonly best: string
  /** Path of the bundle with the latest weights; the same as `best` where no epoch was completed. */
  readonly last: string
  /** From 1; null where no epoch was completed. */
  readonly bestEpoch: number | null
  readonly history: readonly HistoryRow[]
  /** The run's folder. */
  readonly output: string
}
