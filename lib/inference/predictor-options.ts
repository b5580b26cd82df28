// What a person may ask of a predictor, and what comes back.

import * as check from '../check.js'
import type { OnProgress } from '../progress/index.js'
import {
  type Calibration,
  calibrationArgument,
  type GivenCalibration,
  refuseOtherFlip,
} from './calibration.js'
import { DEVICES, type Device } from './device.js'
import type { OpenChoices } from './open-bundle.js'
import { INFERENCE_PRECISIONS, type InferencePrecision } from './precision.js'
import type { QueueLimits } from './queue.js'

/** Of `Predictor.open()`. */
export interface OpenOptions {
  /** 'auto' takes CUDA where it is there. Defaults to 'auto'. */
  device?: Device
  /**
   * What convolutions compute in: 'float32', or 'bfloat16' with 16 bits, about twice as fast, which needs AVX-512 BF16
   * or a GPU of compute capability 8.0; embeddings keep a cosine of at least 0.998 with those of float32, else float32 is
   * taken. 'auto' takes bfloat16 where the device has instructions for it. Defaults to 'auto'.
   */
  precision?: InferencePrecision
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
   * Whether every size of batch up to maxBatch is computed once and compared with the network as it was trained before the
   * predictor is open: twice maxBatch photographs of noise, in which a service's first calls are fast. Without, each
   * size is when it first comes. Defaults to true.
   */
  warmUp?: boolean
  /**
   * What `calibrate` gave for this model and this `flip`, such as JSON.parse of a file: the thresholds of `verify` and
   * `identify`. One of another is refused. Defaults to none; each call needs a threshold of its own then.
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

/** Every default filled in. */
export interface OpenSettings extends QueueLimits {
  readonly flip: boolean
  readonly calibration: GivenCalibration | undefined
}

export function checkOpen(options: OpenOptions | undefined): {
  settings: OpenSettings
  choices: OpenChoices
  signal: AbortSignal | undefined
} {
  const known = [
    'device',
    'precision',
    'flip',
    'maxBatch',
    'maxDelayMs',
    'maxQueue',
    'warmUp',
    'calibration',
    'signal',
  ] as const
  const { device, precision, flip, maxBatch, maxDelayMs, maxQueue, warmUp, calibration, signal } =
    check.options('options', options, known)
  const isFlipped = check.boolean('flip', flip ?? false)
  const thresholds = calibration === undefined ? undefined : calibrationArgument(calibration)
  refuseOtherFlip(thresholds, isFlipped)
  const batch = check.integer('maxBatch', maxBatch ?? 32, 1, 1024)
  return {
    settings: {
      flip: isFlipped,
      maxBatch: batch,
      maxDelayMs: check.number('maxDelayMs', maxDelayMs ?? 5, 0, 10_000),
      maxQueue: check.integer('maxQueue', maxQueue ?? 256, 1, 16_384),
      calibration: thresholds,
    },
    choices: {
      device: check.oneOf('device', device ?? 'auto', DEVICES),
      precision: check.oneOf('precision', precision ?? 'auto', INFERENCE_PRECISIONS),
      warmUp: check.boolean('warmUp', warmUp ?? true),
      maxBatch: batch,
    },
    signal: check.signal('signal', signal),
  }
}

export function checkCall({ signal, deadlineMs }: CallOptions): CallOptions {
  check.signal('signal', signal)
  if (deadlineMs !== undefined) check.number('deadlineMs', deadlineMs, 1, 2 ** 31 - 1)
  return { ...(signal && { signal }), ...(deadlineMs !== undefined && { deadlineMs }) }
}

/** @param classes How many identities there are. */
export function checkClassify(
  options: ClassifyOptions | undefined,
  classes: number,
): { top: number; call: CallOptions } {
  const { top, ...call } = check.options('options', options, ['top', 'signal', 'deadlineMs'])
  return { top: Math.min(check.integer('top', top ?? 5, 1), classes), call: checkCall(call) }
}

/** Of a call that compares with a threshold. */
export function checkThreshold(options: VerifyOptions | IdentifyOptions | undefined): {
  threshold: number | undefined
  call: CallOptions
} {
  const { threshold, ...call } = check.options('options', options, ['threshold', 'signal', 'deadlineMs'])
  return { threshold, call: checkCall(call) }
}
