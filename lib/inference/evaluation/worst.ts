// The photographs that the model is most wrong about.

import type { Measures } from './measures.js'

/** A photograph with a high loss. */
export interface WorstPhotograph {
  /** Absolute path. */
  readonly file: string
  /** Whom it shows. */
  readonly identity: string
  /** Whom it is taken for; the same where it is named rightly. */
  readonly predicted: string
  /** Of `identity`, in [0, 1]. */
  readonly probability: number
  /** Of `predicted`, in [0, 1]. */
  readonly predictedProbability: number
  /** -ln(probability). */
  readonly loss: number
}

/** The `limit` photographs of the highest losses, the highest first, at a tie in the order of the dataset. */
export function worstPhotographs(
  measures: Measures,
  classes: readonly string[],
  limit: number,
): WorstPhotograph[] {
  const order = Array.from({ length: measures.count }, (_, index) => index)
  const lossOf = (index: number) => measures.losses[index] as number
  order.sort((a, b) => lossOf(b) - lossOf(a) || a - b)
  return order.slice(0, limit).map((index) =>
    Object.freeze({
      file: measures.fileAt(measures.places[index] as number),
      identity: classes[measures.labels[index] as number] as string,
      predicted: classes[measures.predicted[index] as number] as string,
      probability: measures.probabilities[index] as number,
      predictedProbability: measures.confidences[index] as number,
      loss: lossOf(index),
    }),
  )
}
