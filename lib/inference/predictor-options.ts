// What a person may ask of a predictor, and what comes back.

import type { ColumnNames, SkippedPhotograph } from '../data/index.js'
import type { OnProgress } from '../progress/index.js'
import type { Device } from './device.js'
import type { SubmissionSummary } from './submission.js'

export interface OpenOptions {
  /** 'auto' takes CUDA where it is there. Defaults to 'auto'. */
  device?: Device
  /**
   * Whether each photograph is seen mirrored left to right too, in twice the time: probabilities are the mean of both. Made
   * for models whose training flipped photographs, as `Augmentation.standard()` does.
   * Defaults to false.
   */
  flip?: boolean
  /** Ends the opening with code ABORTED. */
  signal?: AbortSignal
}

export interface ClassifyOptions {
  /** How many identities to name, at least 1; never more than there are. Defaults to 5. */
  top?: number
  /** Ends the work with code ABORTED before its next batch. */
  signal?: AbortSignal
}

export interface MeasureOptions {
  /** Ends the work with code ABORTED before its next batch. */
  signal?: AbortSignal
  /** Called before the first batch and after each, in photographs. */
  onProgress?: OnProgress
}

export interface WriteSubmissionOptions extends MeasureOptions {
  /** The CSV to write; it replaces an older one only when it is whole. */
  output: string
  /** A sample_submission.csv whose columns, rows and order are kept. Defaults to the columns id and label by path. */
  template?: string
  /** Which columns of the template hold the id and the label. Defaults to detection by name. */
  columns?: ColumnNames
}

export interface WrittenSubmission extends SubmissionSummary {
  /** Photographs that cannot be read and have no prediction. */
  readonly skipped: readonly SkippedPhotograph[]
}
