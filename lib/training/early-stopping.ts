// Ends a training whose validation no longer improves.

import * as check from '../check.js'
import type { EpochMetrics } from './schedules.js'

/** Of `Trainer.stopEarly()`. */
export interface EarlyStoppingOptions {
  /** The metric of the validation that is watched: 'valLoss', where lower is better, or 'valTop1'. Defaults to 'valLoss'. */
  monitor?: 'valLoss' | 'valTop1'
  /** Epochs without improvement that are let pass; the next one ends the training. At least 0; defaults to 5. */
  patience?: number
  /** A difference from the best that counts as an improvement is larger than this. At least 0; defaults to 0. */
  threshold?: number
}

/** What `Trainer.stopEarly()` made of its options. */
export type EarlyStopping = Readonly<Required<EarlyStoppingOptions>>

/** What was seen so far. */
export interface Improvement {
  readonly best: number | null // null before the first metric
  readonly badEpochs: number
}

export const NOTHING_SEEN: Improvement = Object.freeze({ best: null, badEpochs: 0 })

export function earlyStopping(options: EarlyStoppingOptions | undefined): EarlyStopping {
  const {
    monitor = 'valLoss',
    patience = 5,
    threshold = 0,
  } = check.options('stopEarly', options, ['monitor', 'patience', 'threshold'])
  return Object.freeze({
    monitor: check.oneOf('monitor', monitor, ['valLoss', 'valTop1']),
    patience: check.integer('patience', patience, 0),
    threshold: check.number('threshold', threshold, 0),
  })
}

/** After an epoch. A metric that is NaN is no improvement. */
export function seen(
  { monitor, threshold }: EarlyStopping,
  { best, badEpochs }: Improvement,
  metrics: EpochMetrics,
): Improvement {
  const metric = metrics[monitor]
  const gain = best === null ? Infinity : monitor === 'valLoss' ? best - metric : metric - best
  return gain > threshold ? { best: metric, badEpochs: 0 } : { best, badEpochs: badEpochs + 1 }
}

export const isOver = ({ patience }: EarlyStopping, { badEpochs }: Improvement): boolean =>
  badEpochs > patience
