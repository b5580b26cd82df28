// What a learning-rate range test finds.

import type { ArchitectureName } from '../../native/index.js'
import type { RatePoint } from './rate-curve.js'

/** Where the table and the picture were written: absolute paths. The picture is left out of a test without a finite loss. */
export interface LearningRateFiles {
  readonly csv: string
  readonly svg: string | null
  readonly png: string | null
}

/** What `Trainer.findLearningRate()` resolves with. */
export interface LearningRateTest extends RateFindings {
  /** null where no `output` was asked for. */
  readonly files: LearningRateFiles | null
}

/** What the steps say. */
export interface RateFindings {
  readonly architecture: ArchitectureName
  /** The stage of freezing, from 1, and its name. */
  readonly stage: number
  readonly stageName: string
  /** In the order of the steps. */
  readonly points: readonly RatePoint[]
  /** Whether all steps were made, or the loss rose to four times its lowest average or was no longer finite. */
  readonly reason: 'completed' | 'diverged'
  /** Where the loss falls most steeply over the logarithm of the rate; null where it does not fall by more than it scatters. */
  readonly suggestion: number | null
  /** A tenth of the rate with the lowest smoothed loss, the other usual choice; null as above. */
  readonly belowMinimum: number | null
}
