// Thresholds as plain values: what a calibration gives, and what is taken back.

import * as check from '../check.js'

/** From which cosine two photographs count as one person. */
export interface VerificationCalibration {
  readonly threshold: number
  /** Share of the pairs of two people that reach the threshold: at most the one that was asked for. */
  readonly falseAcceptanceRate: number
  /** Share of the pairs of one person that do not; null where there is no such pair. */
  readonly falseRejectionRate: number | null
  readonly impostorPairs: number
  readonly genuinePairs: number
}

/** From which probability a photograph counts as one of somebody that the model knows. */
export interface UnknownCalibration {
  readonly threshold: number
  /** Share of the strangers' photographs that reach the threshold: at most the one that was asked for. */
  readonly falseAcceptanceRate: number
  /** Share of the photographs of known people that do not; null where the dataset has none. */
  readonly falseRejectionRate: number | null
  /** Photographs of strangers. */
  readonly strangers: number
  /** Photographs of people that the model knows. */
  readonly known: number
}

/** Plain JSON; it holds for the model and the `flip` that it was made with, and is refused by others. */
export interface Calibration {
  /** SHA-256 of the model's weights and of all that it makes of a photograph, as 64 hexadecimal digits. */
  readonly model: string
  /** Whether photographs were seen mirrored too. */
  readonly flip: boolean
  readonly verification: VerificationCalibration
  /** null: there were no strangers to measure on. */
  readonly unknown: UnknownCalibration | null
}

/** The thresholds that a predictor uses. */
export interface Thresholds {
  readonly verification: number | undefined
  readonly unknown: number | undefined
}

/** What is taken of a calibration. */
export interface GivenCalibration extends Thresholds {
  readonly model: string
  readonly flip: boolean
}

export function calibrationArgument(calibration: Calibration): GivenCalibration {
  const name = 'calibration'
  const { model, flip, verification, unknown } = Object.fromEntries(
    check.record(name, 'what calibrate() gave', calibration),
  ) as Partial<Calibration>
  const threshold = (part: string, value: unknown): number => {
    const fields = Object.fromEntries(check.record(`${name}.${part}`, 'an object with a threshold', value))
    return check.number(`${name}.${part}.threshold`, fields.threshold)
  }
  return {
    model: check.string(`${name}.model`, model),
    flip: check.boolean(`${name}.flip`, flip),
    verification: threshold('verification', verification),
    unknown: unknown === null ? undefined : threshold('unknown', unknown),
  }
}

/** Throws where a calibration was made with another flip: its thresholds would accept another share of wrong people. */
export function refuseOtherFlip(calibration: GivenCalibration | undefined, flip: boolean): void {
  if (calibration === undefined || calibration.flip === flip) return
  throw new RangeError(
    `Expected a calibration that was made with flip ${flip}, as this predictor has it, for calibration but received one ` +
      `with flip ${calibration.flip}. Open it with that flip, or calibrate again`,
  )
}

/** As {@link refuseOtherFlip}, of another model: the digest is that of the opened one. */
export function refuseOtherModel(calibration: GivenCalibration | undefined, digest: string): void {
  if (calibration === undefined || calibration.model === digest) return
  throw new RangeError(
    'Expected the calibration of this model for calibration but received one of another. Open the model that it was ' +
      'made with, or calibrate again: every training, and every epoch of one, needs thresholds of its own',
  )
}

/** The threshold of a call, else the predictor's. */
export function thresholdArgument(
  given: number | undefined,
  calibrated: number | undefined,
  made: string,
): number {
  if (given !== undefined) return check.number('threshold', given)
  if (calibrated !== undefined) return calibrated
  throw new TypeError(
    `${check.expected('a number', 'threshold', undefined)}. Give one, or open the predictor with the calibration that ` +
      `${made} gives`,
  )
}
