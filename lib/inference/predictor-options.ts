// What a person may ask of a predictor, and what comes back.

import * as check from '../check.js'
import type { ColumnNames, SkippedPhotograph } from '../data/index.js'
import type { OnProgress } from '../progress/index.js'
import { type Calibration, type Thresholds, thresholdsOf } from './calibration.js'
import { DEVICES, type Device } from './device.js'
import type { QueueLimits } from './queue.js'
import type { SubmissionSummary } from './submission.js'

/** Of `Predictor.open()`. */
export interface OpenOptions {
  /** 'auto' takes CUDA where it is there. Defaults to 'auto'. */
  device?: Device
  /**
   * Whether each photograph is seen mirrored left to right too, in twice the time: probabilities are the mean of both. Made
   * for models whose training flipped photographs, as `Augmentation.standard()` does.
   * Defaults to false.
   */
  flip?: boolean
  /**
   * How many photographs of calls that come at the same time are computed together, in [1, 1024]. Larger batches gain little
   * speed on a processor and make each call wait longer; a GPU gains up to 64 or 128. Defaults to 32.
   */
  maxBatch?: number
  /**
   * Milliseconds that a decoded photograph waits for others that are still being decoded, in [0, 10000], where the network is
   * idle. It waits for no call that has not been made: while a batch is computed the next one gathers by itself.
   * Defaults to 5, in which most photographs are decoded.
   */
  maxDelayMs?: number
  /**
   * How many photographs may wait, in [1, 16384]: a call for which there is no room is refused at once with code OVERLOADED.
   * Waiting costs little memory, but time: eight batches by default, since whoever waits longer has often gone. Lists of
   * more than maxBatch photographs wait beside it, up to as many lists. Defaults to 256.
   */
  maxQueue?: number
  /**
   * What `calibrate` gave for this model, such as JSON.parse of a file: the thresholds of `verify` and `identify`. Defaults to
   * none; each call needs a threshold of its own then.
   */
  calibration?: Calibration
  /** Ends the opening with code ABORTED. */
  signal?: AbortSignal
}

/** Of a call that goes through the queue. */
export interface CallOptions {
  /** Ends the call with code ABORTED at once. */
  signal?: AbortSignal
  /**
   * Milliseconds from the call on, in [1, 2 ** 31 - 1], within which the batches of all of its photographs must begin, else
   * it is refused with code DEADLINE. Defaults to no limit.
   */
  deadlineMs?: number
}

/** Of `Predictor.classify()`. */
export interface ClassifyOptions extends CallOptions {
  /** How many identities to name, at least 1; never more than there are. Defaults to 5. */
  top?: number
}

/** Of `Predictor.embed()`. */
export type EmbedOptions = CallOptions

/** Of `Predictor.verify()`. */
export interface VerifyOptions extends CallOptions {
  /** The cosine from which two photographs show one person. Defaults to that of the predictor's calibration. */
  threshold?: number
}

/** Whether two photographs show one person. */
export interface Verification {
  /** Cosine of the angle between both embeddings, in [-1, 1] but for rounding. */
  readonly similarity: number
  readonly threshold: number
  /** Whether the similarity reaches the threshold. */
  readonly same: boolean
}

/** Of `Predictor.identify()`. */
export interface IdentifyOptions extends CallOptions {
  /** The probability from which a person counts as known. Defaults to that of the predictor's calibration. */
  threshold?: number
}

/** Who a photograph shows, if it is somebody the model knows. */
export interface Identification {
  /** null: the highest probability stays below the threshold. */
  readonly identity: string | null
  /** The highest of all identities, in [0, 1]. */
  readonly probability: number
  readonly threshold: number
}

/** Of work on many photographs. */
export interface MeasureOptions {
  /** Ends the work with code ABORTED before its next batch. */
  signal?: AbortSignal
  /** Called before the first batch and after each, in photographs. */
  onProgress?: OnProgress
}

/** Of `Predictor.writeSubmission()`. */
export interface WriteSubmissionOptions extends MeasureOptions {
  /** The CSV to write; it replaces an older one only when it is whole. */
  output: string
  /** A sample_submission.csv whose columns, rows and order are kept. Defaults to the columns id and label by path. */
  template?: string
  /** Which columns of the template hold the id and the label. Defaults to detection by name. */
  columns?: ColumnNames
}

/** What `Predictor.writeSubmission()` resolves with. */
export interface WrittenSubmission extends SubmissionSummary {
  /** Photographs that cannot be read and have no prediction. */
  readonly skipped: readonly SkippedPhotograph[]
}

/** Every default filled in. */
export interface OpenSettings extends QueueLimits {
  readonly flip: boolean
  readonly thresholds: Thresholds
}

export function checkOpen(
  options: OpenOptions | undefined,
): OpenSettings & { device: Device; signal: AbortSignal | undefined } {
  const known = ['device', 'flip', 'maxBatch', 'maxDelayMs', 'maxQueue', 'calibration', 'signal'] as const
  const { device, flip, maxBatch, maxDelayMs, maxQueue, calibration, signal } = check.options(
    'options',
    options,
    known,
  )
  return {
    device: check.oneOf('device', device ?? 'auto', DEVICES),
    flip: check.boolean('flip', flip ?? false),
    maxBatch: check.integer('maxBatch', maxBatch ?? 32, 1, 1024),
    maxDelayMs: check.number('maxDelayMs', maxDelayMs ?? 5, 0, 10_000),
    maxQueue: check.integer('maxQueue', maxQueue ?? 256, 1, 16_384),
    thresholds: thresholdsOf(calibration),
    signal: check.signal('signal', signal),
  }
}

export function checkCall({ signal, deadlineMs }: CallOptions): CallOptions {
  check.signal('signal', signal)
  if (deadlineMs !== undefined) check.number('deadlineMs', deadlineMs, 1, 2 ** 31 - 1)
  return { ...(signal && { signal }), ...(deadlineMs !== undefined && { deadlineMs }) }
}
