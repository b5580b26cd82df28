// One pass over the training photographs, and the measurement after it.

import type { PackedDataset } from '../data/index.js'
import { TorchError } from '../errors.js'
import { type Evaluation, evaluate, type LabelledBatch, stopIfAborted } from '../inference/index.js'
import { type NativeModel, type NativeTrainer, nativeCall } from '../native/index.js'
import type { Emit } from './events.js'
import type { Job } from './job.js'
import { epochBatches } from './sampler.js'
import { stageOf } from './stages.js'

export interface EpochPlan {
  readonly job: Job
  readonly emit: Emit
  /** From 1. */
  readonly epoch: number
  /** The learning rate at a share in [0, 1) of the epoch. */
  rateAt(progress: number): number
  /** Steps of the epochs before. */
  readonly globalStep: number
}

export interface TrainedEpoch {
  /** Means over the samples seen, while the weights moved. */
  readonly loss: number
  readonly top1: number
  readonly samples: number
  readonly dropped: number
  readonly seconds: number
  /** Steps since the run began. */
  readonly globalStep: number
}

/** @throws TorchError ABORTED between two steps, NOT_FINITE at the step whose loss is NaN or infinite. */
export async function trainEpoch(
  trainer: NativeTrainer,
  pack: PackedDataset,
  plan: EpochPlan,
): Promise<TrainedEpoch> {
  const { job, emit, epoch } = plan
  const { batchSize, accumulate, seed, epochs } = job.settings
  const dropSingle = stageOf(job.stages, epoch).batchNormSeesBatch
  const { batches, dropped } = epochBatches({
    count: pack.length,
    batchSize,
    seed,
    epoch: epoch - 1,
    dropSingle,
  })
  let { globalStep } = plan
  const updates = chunks(batches, accumulate)
  let lossSum = 0
  let weight = 0
  let correct = 0
  let samples = 0
  const began = performance.now()
  const seconds = (): number => (performance.now() - began) / 1000

  for (const [index, update] of updates.entries()) {
    stopIfAborted(job.signal, 'The training')
    const learningRate = plan.rateAt(index / updates.length)
    const labelled = update.map((indices) => labelledBatch(pack, indices))
    const spec = { batches: labelled, epoch: epoch - 1, step: globalStep, learningRate }
    const step = await nativeCall(trainer.step(spec))
    globalStep++
    lossSum += step.loss * step.weight
    weight += step.weight
    correct += step.correct
    samples += step.count
    emit({
      type: 'step',
      epoch,
      epochs,
      step: index + 1,
      steps: updates.length,
      globalStep,
      loss: step.loss,
      trainLoss: lossSum / weight,
      trainTop1: correct / samples,
      learningRate,
      gradientNorm: step.gradientNorm,
      samples,
      imagesPerSecond: samples / seconds(),
    })
  }
  return {
    loss: lossSum / weight,
    top1: correct / samples,
    samples,
    dropped,
    seconds: seconds(),
    globalStep,
  }
}

/**
 * Measures by the training's own loss, label smoothing included.
 *
 * @throws TorchError ABORTED between two batches, NOT_FINITE where the mean loss is NaN or infinite.
 */
export async function validate(
  model: NativeModel,
  pack: PackedDataset,
  plan: EpochPlan,
): Promise<Evaluation> {
  const { job, emit, epoch } = plan
  const { batchSize } = job.settings
  const total = pack.length

  function* batches(): Generator<LabelledBatch, void, undefined> {
    for (let start = 0; start < total; start += batchSize) {
      stopIfAborted(job.signal, 'The training')
      emit({ type: 'validate', epoch, done: start, total })
      const count = Math.min(batchSize, total - start)
      yield labelledBatch(
        pack,
        Int32Array.from({ length: count }, (_, offset) => start + offset),
      )
    }
    emit({ type: 'validate', epoch, done: total, total })
  }

  const evaluation = await evaluate(model, batches(), job.loss)
  if (Number.isFinite(evaluation.loss)) return evaluation
  // The last step's loss was finite, but its update was not: these weights are worth no checkpoint.
  throw new TorchError(
    'NOT_FINITE',
    `The validation loss became ${evaluation.loss} in epoch ${epoch}; a lower learning rate usually mends that`,
  )
}

/** The batches of each update, in their order. */
function chunks(batches: readonly Int32Array[], size: number): Int32Array[][] {
  const result: Int32Array[][] = []
  for (let start = 0; start < batches.length; start += size) result.push(batches.slice(start, start + size))
  return result
}

function labelledBatch({ pixels, labels }: PackedDataset, indices: Int32Array): LabelledBatch {
  return {
    batch: { kind: 'pack', pack: pixels, indices },
    labels: indices.map((index) => labels[index] as number),
  }
}
