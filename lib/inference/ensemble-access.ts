// What an ensemble may do with its predictors, which keep it from everybody else.

import type { NamedNetwork } from './measure.js'
import type { PhotographQueue } from './photograph-queue.js'

export interface EnsembleAccess {
  readonly network: NamedNetwork
  readonly queue: PhotographQueue
  /** Keeps the network open while `work` runs. */
  readonly run: <T>(work: () => Promise<T>) => Promise<T>
  /** Throws what ends work that takes long. */
  readonly proceed: (signal: AbortSignal | undefined, task: string) => void
}

const accesses = new WeakMap<object, EnsembleAccess>()

export function giveAccess(predictor: object, access: EnsembleAccess): void {
  accesses.set(predictor, access)
}

/** @param predictor One that has given access. */
export function accessTo(predictor: object): EnsembleAccess {
  return accesses.get(predictor) as EnsembleAccess
}
