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

/** Plain JSON; it holds for the model and the `flip` that it was made with. */
export interface Calibration {
  readonly verification: VerificationCalibration
  /** null: there were no strangers to measure on. */
  readonly unknown: UnknownCalibration | null
}

/** The thresholds that a predictor uses. */
export interface Thresholds {
  readonly verification: number | undefined
  readonly unknown: number | undefined
}

export function thresholdsOf(calibration: Calibration | undefined): Thresholds {
  if (calibration === undefined) return { verification: undefined, unknown: undefined }
  const name = 'calibration'
  const { verification, unknown } = Object.fromEntries(
    check.record(name, 'what calibrate() gave', calibration),
  ) as Partial<Calibration>
  const threshold = (part: string, value: unknown): number => {
    const fields = Object.fromEntries(check.record(`${name}.${part}`, 'an object with a threshold', value))
    return check.number(`${name}.${part}.threshold`, fields.threshold)
  }
  return {
    verification: threshold('verification', verification),
    unknown: unknown === null ? undefined : threshold('unknown', unknown),
  }
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
