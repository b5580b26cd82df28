// What a training reads its photographs from, wherever the pixels lie.

import type { BatchSpec } from '../../native/index.js'
import type { FaceDataset } from '../dataset.js'

/** Photographs and their labels, one for one. */
export interface LabelledBatch {
  readonly batch: BatchSpec
  readonly labels: Int32Array
}

/** A photograph that was left out, with the sentence that says why. */
export interface SkippedPhotograph {
  readonly file: string
  readonly reason: string
}

/** Which samples of a dataset make one batch. */
export interface BatchOrder {
  /** Places in the source's dataset. */
  readonly samples: Int32Array
  /** How often an epoch took the sample before, so that its variation is another each time; null: never. */
  readonly turns: Int32Array | null
}

/** The photographs of one part of the data, such as those to learn from. */
export interface PhotographSource {
  /** The samples that are not known to be unreadable, in the order of the dataset that was asked for. */
  readonly dataset: FaceDataset
  /** Photographs left out so far. */
  readonly skipped: readonly SkippedPhotograph[]
  /**
   * The batches in order. Each may be used until as many more are asked for as {@link PixelOptions.held} says. One may be
   * empty, where none of it can be read.
   */
  batches(order: Iterable<BatchOrder>): AsyncIterable<LabelledBatch>
}
