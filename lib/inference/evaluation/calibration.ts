// Whether probabilities are what they say: of photographs named with 80 %, 80 % should be named rightly.

import type { Measures } from './measures.js'

/** Photographs whose highest probability lies in (`lower`, `upper`]; 0 lies in the first bin. */
export interface CalibrationBin {
  readonly lower: number
  readonly upper: number
  readonly count: number
  /** Share of them that are named rightly; null where there are none. */
  readonly accuracy: number | null
  /** Mean of their highest probabilities; null where there are none. */
  readonly confidence: number | null
}

export interface Calibration {
  /** Mean distance of accuracy and confidence, each bin by its photographs. */
  readonly error: number
  readonly bins: readonly CalibrationBin[]
}

const BINS = 15

/** C. Guo et al., On Calibration of Modern Neural Networks, 2017, section 2: 15 bins of equal width. */
export function calibrate(measures: Measures): Calibration {
  const counts = new Array<number>(BINS).fill(0)
  const correct = new Array<number>(BINS).fill(0)
  const confidences = new Array<number>(BINS).fill(0)
  for (let index = 0; index < measures.count; index++) {
    const confidence = measures.confidences[index] as number
    const bin = Math.min(BINS - 1, Math.max(0, Math.ceil(confidence * BINS) - 1))
    counts[bin] = (counts[bin] as number) + 1
    confidences[bin] = (confidences[bin] as number) + confidence
    if (measures.ranks[index] === 0) correct[bin] = (correct[bin] as number) + 1
  }
  const distances = counts.map((_, bin) => Math.abs((correct[bin] as number) - (confidences[bin] as number)))
  const bins = counts.map((count, bin) =>
    Object.freeze({
      lower: bin / BINS,
      upper: (bin + 1) / BINS,
      count,
      accuracy: count === 0 ? null : (correct[bin] as number) / count,
      confidence: count === 0 ? null : (confidences[bin] as number) / count,
    }),
  )
  const error = distances.reduce((sum, distance) => sum + distance, 0) / measures.count
  return { error, bins: Object.freeze(bins) }
}
