// Measures a model on labelled photographs: eval mode, no augmentation, no gradient.

import type { LabelledBatch } from '../data/index.js'
import { type LossSpec, type NativeModel, nativeCall } from '../native/index.js'

/** Means over samples, the loss's by their class weights; accuracies are fractions in [0, 1]. */
export interface Evaluation {
  readonly loss: number
  readonly top1: number
  readonly top5: number
  readonly count: number
}

/** Every mean is NaN where there is no sample. */
export async function evaluate(
  model: NativeModel,
  batches: AsyncIterable<LabelledBatch> | Iterable<LabelledBatch>,
  loss: LossSpec,
): Promise<Evaluation> {
  let lossSum = 0
  let weight = 0
  let correct = 0
  let correctTop5 = 0
  let count = 0
  for await (const { batch, labels } of batches) {
    const result = await nativeCall(model.evaluate({ batch, labels, loss, flip: false }))
    for (const one of result.loss) lossSum += one
    for (const rank of result.rank) {
      if (rank === 0) correct++
      if (rank < 5) correctTop5++
    }
    weight += result.weight
    count += labels.length
  }
  return { loss: lossSum / weight, top1: correct / count, top5: correctTop5 / count, count }
}
