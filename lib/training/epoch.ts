// One pass over the training photographs, and the measurement after it.

import type { BatchOrder, LabelledBatch, PhotographSource } from '../data/index.js'
import { TorchError } from '../errors.js'
import { type Evaluation, evaluate, stopIfAborted } from '../inference/index.js'
import { type NativeModel, type NativeTrainer, nativeCall } from '../native/index.js'
import type { Emit } from './events.js'
import type { Job } from './job.js'
import type { RunState } from './run-state.js'
import { epochBatches } from './sampler.js'
import { stageOf } from './stages.js'

export interface EpochPlan {
  readonly job: Job
  readonly emit: Emit
  /** From 1. */
  readonly epoch: number
  /** The learning rate at a share in [0, 1) of the epoch. */
  rateAt(progress: number): number
}

/** What is known after a step: it is where a run can go on. */
export type Reached = Pick<RunState, 'sums' | 'globalStep'>

/**
 * The updates of an epoch that are still to be done; `reached` is called after each.
 *
 * @throws TorchError ABORTED between two steps, NOT_FINITE at the step whose loss is NaN or infinite.
 */
export async function trainEpoch(
  trainer: NativeTrainer,
  source: PhotographSource,
  plan: EpochPlan,
  from: Reached,
  reached: (now: Reached) => Promise<void>,
): Promise<void> {
  const { job, emit, epoch } = plan
  const { batchSize, accumulate, sampling, seed, epochs } = job.settings
  const dropSingle = stageOf(job.stages, epoch).batchNormSeesBatch
  const labels = source.dataset.labels()
  const order = epochBatches({ labels, batchSize, sampling, seed, epoch: epoch - 1, dropSingle })
  let { globalStep } = from
  let { updates, lossSum, weight, correct, samples, dropped } = from.sums
  if (updates === 0) ({ dropped } = order)
  const steps = Math.ceil(order.batches.length / accumulate)
  const began = performance.now()
  const seconds = (): number => from.sums.seconds + (performance.now() - began) / 1000

  const left = order.batches.slice(updates * accumulate)
  for await (const update of chunks(source.batches(left), accumulate, left.length)) {
    stopIfAborted(job.signal, 'The training')
    const learningRate = plan.rateAt(updates++ / steps)
    // Where photographs turn out to be unreadable on the way, little or nothing may be left of a batch.
    const batches = update.filter(({ labels }) => labels.length > (dropSingle ? 1 : 0))
    for (const { labels } of update) if (labels.length === 1 && dropSingle) dropped++
    if (batches.length === 0) continue
    const spec = { batches, epoch: epoch - 1, step: globalStep, learningRate }
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
      step: updates,
      steps,
      globalStep,
      loss: step.loss,
      trainLoss: lossSum / weight,
      trainTop1: correct / samples,
      learningRate,
      gradientNorm: step.gradientNorm,
      samples,
      imagesPerSecond: samples / seconds(),
    })
    const sums = { updates, lossSum, weight, correct, samples, dropped, seconds: seconds() }
    await reached({ sums, globalStep })
  }
}

/**
 * Measures by the training's own loss, label smoothing included.
 *
 * @throws TorchError ABORTED between two batches, NOT_FINITE where the mean loss is NaN or infinite.
 */
export async function validate(
  model: NativeModel,
  source: PhotographSource,
  plan: EpochPlan,
): Promise<Evaluation> {
  const { job, emit, epoch } = plan
  const { batchSize } = job.settings
  const total = source.dataset.length

  async function* batches(): AsyncGenerator<LabelledBatch, void, undefined> {
    let done = 0
    for await (const batch of source.batches(inOrder(total, batchSize))) {
      stopIfAborted(job.signal, 'The training')
      emit({ type: 'validate', epoch, done, total })
      if (batch.labels.length > 0) yield batch
      done = Math.min(done + batchSize, total)
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

/**
 * The batches of each update, in their order. Of the last update none is asked for beyond the `total` that there are: a source
 * that has no more frees the pixels of those before.
 */
export async function* chunks<T>(
  items: AsyncIterable<T>,
  size: number,
  total: number,
): AsyncGenerator<T[], void, undefined> {
  let chunk: T[] = []
  let taken = 0
  for await (const item of items) {
    chunk.push(item)
    taken++
    if (chunk.length < size && taken < total) continue
    yield chunk
    chunk = []
  }
}

/** All samples as they stand. */
function* inOrder(total: number, batchSize: number): Generator<BatchOrder, void, undefined> {
  for (let start = 0; start < total; start += batchSize) {
    const count = Math.min(batchSize, total - start)
    yield { samples: Int32Array.from({ length: count }, (_, offset) => start + offset), turns: null }
  }
}
