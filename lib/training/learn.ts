// The epochs of a training: stage, train, validate, keep, schedule.

import { TorchError } from '../errors.js'
import { quoted } from '../files/index.js'
import type { Evaluation } from '../inference/index.js'
import { type NativeModel, type NativeTrainer, native, nativeCall } from '../native/index.js'
import type { Checkpoints } from './checkpoints.js'
import { isOver, NOTHING_SEEN, seen } from './early-stopping.js'
import { type EpochPlan, type TrainedEpoch, trainEpoch, validate } from './epoch.js'
import type { Emit } from './events.js'
import type { History, HistoryRow } from './history.js'
import type { Job } from './job.js'
import { openBoth, type Photographs } from './prepare.js'
import type { EndReason } from './run.js'
import { rateWithin } from './schedules.js'
import { stageSpec, trainerSpec } from './specs.js'
import { stageOf } from './stages.js'
import type { Start } from './start.js'

export interface Context {
  readonly job: Job
  readonly start: Start
  readonly model: NativeModel
  readonly history: History
  readonly checkpoints: Checkpoints
  readonly emit: Emit
}

/** @throws TorchError ABORTED when the signal asks for it, NOT_FINITE when a loss is; what was saved before stays. */
export async function learn(context: Context): Promise<EndReason> {
  const { job, start, model, checkpoints, emit } = context
  const photographs = await openBoth(job, start.imageSize, emit)
  try {
    await photographs.tellSkipped()
    const trainer = await nativeCall(native().createTrainer(trainerSpec(job, model)))
    try {
      return await allEpochs(context, trainer, photographs)
    } finally {
      trainer.close()
    }
  } catch (failure) {
    throw withCheckpoint(failure, checkpoints.saved)
  } finally {
    photographs.close()
  }
}

async function allEpochs(
  context: Context,
  trainer: NativeTrainer,
  photographs: Photographs,
): Promise<EndReason> {
  const { job, model, emit } = context
  const { optimizer, schedule, epochs, stopEarly } = job.settings
  let improvement = NOTHING_SEEN
  let state = schedule.start(optimizer.learningRate, epochs)
  let globalStep = 0
  for (let epoch = 1; epoch <= epochs; epoch++) {
    const current = state
    await enterStage(context, trainer, epoch, photographs.train.dataset.length)
    const rateAt = (progress: number) => rateWithin(schedule, current, progress)
    const plan = { job, emit, epoch, rateAt, globalStep }
    const trained = await trainEpoch(trainer, photographs.train, plan)
    const began = performance.now()
    const validation = await validate(model, photographs.val, plan)
    await photographs.tellSkipped()
    const row = await keep(context, plan, trained, validation, (performance.now() - began) / 1000)
    state = schedule.next(state, row)
    globalStep = trained.globalStep
    if (stopEarly === null) continue
    improvement = seen(stopEarly, improvement, row)
    if (isOver(stopEarly, improvement) && epoch < epochs) return 'stopped_early'
  }
  return 'completed'
}

async function enterStage(
  context: Context,
  trainer: NativeTrainer,
  epoch: number,
  samples: number,
): Promise<void> {
  const { job, start, emit } = context
  const inForce = stageOf(job.stages, epoch)
  const { number: stage, name, firstEpoch } = inForce
  if (firstEpoch !== epoch) return
  const set = trainer.setStage(stageSpec(job, inForce, start.imageSize, samples))
  const { trainableParameters, prefix, reason } = await nativeCall(set)
  emit({ type: 'stage', stage, name, epoch, trainableParameters, prefix })
  const folds = job.device.name === 'cpu' && job.precision.name !== 'float64'
  if (prefix !== 'plain' || !folds) return
  const message = `The frozen layers run slower than they could, as the plain network: ${reason}.`
  emit({ type: 'warning', code: 'prefix_plain', message })
}

/** Puts a complete epoch on disk, then tells of it. */
async function keep(
  { job, history, checkpoints, emit }: Context,
  { epoch, rateAt }: EpochPlan,
  { loss, top1, samples, dropped, seconds }: TrainedEpoch,
  validation: Evaluation,
  validationSeconds: number,
): Promise<HistoryRow> {
  const learningRate = rateAt(0)
  const row: HistoryRow = {
    epoch,
    stage: stageOf(job.stages, epoch).number,
    learningRate,
    trainLoss: loss,
    trainTop1: top1,
    valLoss: validation.loss,
    valTop1: validation.top1,
    valTop5: validation.top5,
    samples,
    dropped,
  }
  const imagesPerSecond = samples / seconds
  const best = await checkpoints.epochEnded(row)
  await history.add(row, { epoch, trainSeconds: seconds, validationSeconds, imagesPerSecond })
  if (dropped > 0 && history.rows.every((one) => one === row || one.dropped === 0)) tellDropped(emit)
  emit({
    type: 'epoch',
    epoch,
    epochs: job.settings.epochs,
    stage: row.stage,
    learningRate,
    train: { loss, top1 },
    validation: { loss: validation.loss, top1: validation.top1, top5: validation.top5 },
    best,
    samples,
    dropped,
    seconds: seconds + validationSeconds,
    imagesPerSecond,
  })
  return row
}

function tellDropped(emit: Emit): void {
  const message =
    'The last batch of an epoch would hold a single photograph: it is left out, as batch norms cannot learn from one.'
  emit({ type: 'warning', code: 'dropped', message })
}

/** A training that diverged says what is left of it. */
function withCheckpoint(failure: unknown, saved: string | null): unknown {
  if (!(failure instanceof TorchError) || failure.code !== 'NOT_FINITE') return failure
  const left =
    saved === null ? 'No epoch was complete before.' : `The last good checkpoint is ${quoted(saved)}.`
  return new TorchError('NOT_FINITE', `${failure.message}. ${left}`, { cause: failure })
}
