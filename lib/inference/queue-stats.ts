// What a queue did, as data.

import { type Latency, LatencyHistogram } from './latency.js'

/** How a call ended. */
export type Outcome = 'answered' | 'aborted' | 'expired' | 'failed'

/** What `Predictor.stats()` tells of the calls so far. */
export interface PredictorStats {
  /** Calls that were let in; those that are neither answered, aborted, expired nor failed are under way. */
  readonly accepted: number
  readonly answered: number
  /** Calls for which there was no room: code OVERLOADED. */
  readonly refused: number
  /** Calls that their signal ended. */
  readonly aborted: number
  /** Calls whose deadline passed: code DEADLINE. */
  readonly expired: number
  /** Calls that ended with another error, such as a photograph that cannot be decoded. */
  readonly failed: number
  /** Photographs that wait now, those of the running batch not included. */
  readonly waiting: number
  /** Batches that were computed. */
  readonly batches: number
  /** Photographs a batch, at most maxBatch; 0 before the first. */
  readonly meanBatchSize: number
  /** Milliseconds that the network took for a batch, waiting for other work of the process included; 0 before the first. */
  readonly meanBatchMs: number
  /** Of answered calls but lists longer than maxBatch; null before the first. */
  readonly latencyMs: Latency | null
}

/** Before a batch was measured. */
const FIRST_BATCH_MS = 1000
/** Share of a new batch in the running mean. */
const RECENT = 0.2

export class QueueStats {
  readonly #ended: Record<Outcome, number> = { answered: 0, aborted: 0, expired: 0, failed: 0 }
  readonly #latency = new LatencyHistogram()
  #accepted = 0
  #refused = 0
  #batches = 0
  #photographs = 0
  #batchMs = 0
  #recentBatchMs: number | undefined

  accept(): void {
    this.#accepted++
  }

  refuse(): void {
    this.#refused++
  }

  /** @param latencyMs undefined: not measured. */
  end(outcome: Outcome, latencyMs: number | undefined): void {
    this.#ended[outcome]++
    if (outcome === 'answered' && latencyMs !== undefined) this.#latency.add(latencyMs)
  }

  batch(photographs: number, milliseconds: number): void {
    this.#batches++
    this.#photographs += photographs
    this.#batchMs += milliseconds
    const before = this.#recentBatchMs ?? milliseconds
    this.#recentBatchMs = before + RECENT * (milliseconds - before)
  }

  /** Milliseconds that so many batches should take, at least 1. */
  expectedMs(batches: number): number {
    return Math.max(1, Math.ceil(batches * (this.#recentBatchMs ?? FIRST_BATCH_MS)))
  }

  summary(waiting: number): PredictorStats {
    return {
      accepted: this.#accepted,
      ...this.#ended,
      refused: this.#refused,
      waiting,
      batches: this.#batches,
      meanBatchSize: this.#photographs / Math.max(1, this.#batches),
      meanBatchMs: this.#batchMs / Math.max(1, this.#batches),
      latencyMs: this.#latency.summary(),
    }
  }
}
