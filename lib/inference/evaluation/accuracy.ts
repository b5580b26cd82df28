// Loss and accuracy of some photographs, and how far chance may have moved the accuracy.

import type { Measures } from './measures.js'

/** Both ends in [0, 1]. */
export type Interval = readonly [low: number, high: number]

/** The share of a normal distribution within this many standard deviations of its mean is 95 %. */
const DEVIATIONS = 1.959963984540054

/**
 * The 95 % interval of a share: E. B. Wilson, Probable Inference, the Law of Succession, and Statistical Inference,
 * 1927. It holds for few photographs and for shares of 0 and 1 too.
 *
 * @param correct In [0, count].
 * @param count At least 1.
 */
export function wilsonInterval(correct: number, count: number): Interval {
  const share = correct / count
  const spread = DEVIATIONS ** 2 / count
  const middle = share + spread / 2
  const half = Math.sqrt(spread * (share * (1 - share) + spread / 4))
  const low = correct === 0 ? 0 : (middle - half) / (1 + spread)
  const high = correct === count ? 1 : (middle + half) / (1 + spread)
  return Object.freeze([low, high] as const)
}

/** Sums over photographs, from which shares and means are made. */
export class Tally {
  count = 0
  correct = 0
  correctTop5 = 0
  lossSum = 0
  probabilitySum = 0

  /** @param index Of a photograph in the columns of `measures`. */
  add(measures: Measures, index: number): void {
    const rank = measures.ranks[index] as number
    this.count++
    if (rank === 0) this.correct++
    if (rank < 5) this.correctTop5++
    this.lossSum += measures.losses[index] as number
    this.probabilitySum += measures.probabilities[index] as number
  }

  /** A mean over the photographs; null where there are none. */
  mean(sum: number): number | null {
    return this.count === 0 ? null : sum / this.count
  }
}
