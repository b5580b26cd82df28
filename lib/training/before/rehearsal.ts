// A few real steps and a validation in each stage of a training, on the first of its photographs.

import { TorchError } from '../../errors.js'
import { quoted } from '../../files/index.js'
import type { Evaluation } from '../../inference/index.js'
import { matchState, readBundle, refuseMisfits } from '../../model/index.js'
import {
  type NativeModel,
  type NativeTrainer,
  native,
  nativeCall,
  type StageResult,
} from '../../native/index.js'
import { type EpochPlan, type Reached, trainEpoch, validate } from '../epoch.js'
import type { Job } from '../job.js'
import { recipeOf, versionsOf } from '../record.js'
import { NO_STEPS } from '../run-state.js'
import { NO_MODELS, SavedModels } from '../saved-models.js'
import { rateWithin } from '../schedules.js'
import { stageSpec, trainerSpec } from '../specs.js'
import type { Stage } from '../stages.js'
import type { Start } from '../start.js'
import { begin } from '../train.js'
import { type HeldPhotographs, holdSome } from './held.js'
import { MemoryWatch } from './memory.js'

/** The first step of a stage prepares the network, so that only the others tell its speed. */
const UPDATES = 3
/** Batches of an update, however many the training has: they are all held in memory. */
const MOST_BATCHES = 4

/** What one stage did. */
export interface RehearsedStage {
  readonly stage: Stage
  readonly set: StageResult
  readonly trained: Reached
  readonly validation: Evaluation
  /** Of the first update. */
  readonly learningRate: number
  /** Updates that were made. */
  readonly steps: number
  /** Of an update of the training, photographs being decoded before; the first is left out where there are others. */
  readonly secondsPerStep: number
  /** Of the validation's batch, photographs being decoded before. */
  readonly validationSeconds: number
  /** Of a checkpoint. */
  readonly savingSeconds: number
  /** Bytes that the process took at most while it learned and was measured. */
  readonly peakMemory: number
}

export interface Rehearsal {
  readonly start: Start
  readonly stages: readonly RehearsedStage[]
  readonly skipped: HeldPhotographs['skipped']
  /** Bytes that the process took with LibTorch and without the network. */
  readonly memoryBefore: number
  /** Of each photograph, those that go before it being decoded at the same time. */
  readonly decodingSeconds: number
}

/**
 * Goes through what a run goes through: weights are read, photographs decoded, each stage learns and is measured, and its
 * bundle is saved into the job's folder, read back and laid beside the network.
 *
 * @throws What a run throws.
 */
export async function rehearse(asked: Job): Promise<Rehearsal> {
  const { accumulate } = asked.settings
  const fewer = Math.min(accumulate, MOST_BATCHES)
  const job = { ...asked, settings: { ...asked.settings, accumulate: fewer } }
  const watch = new MemoryWatch()
  const memoryBefore = process.memoryUsage.rss()
  try {
    const { start, model } = await begin(job, () => undefined)
    try {
      const held = await holdSome(job, start.imageSize, UPDATES)
      try {
        const stages = await allStages({ job, start, model, held, watch, times: accumulate / fewer })
        return { start, stages, skipped: held.skipped, memoryBefore, decodingSeconds: held.secondsEach }
      } finally {
        await held.close()
      }
    } finally {
      model.close()
    }
  } finally {
    watch.stop()
  }
}

interface Scene {
  readonly job: Job
  readonly start: Start
  readonly model: NativeModel
  readonly held: HeldPhotographs
  readonly watch: MemoryWatch
  /** By which an update of the training has more batches. */
  readonly times: number
}

async function allStages(scene: Scene): Promise<RehearsedStage[]> {
  const { job, model } = scene
  const trainer = await nativeCall(native().createTrainer(trainerSpec(job, model)))
  try {
    const stages: RehearsedStage[] = []
    let globalStep = 0
    for (const stage of job.stages) {
      const rehearsed = await oneStage(scene, trainer, stage, globalStep)
      stages.push(rehearsed)
      globalStep = rehearsed.trained.globalStep
    }
    return stages
  } finally {
    trainer.close()
  }
}

async function oneStage(
  { job, start, model, held, watch, times: more }: Scene,
  trainer: NativeTrainer,
  stage: Stage,
  globalStep: number,
): Promise<RehearsedStage> {
  watch.takePeak()
  const spec = stageSpec(job, stage, start.imageSize, job.data.train.length)
  const set = await nativeCall(trainer.setStage(spec))
  const rateAt = rateOf(job, stage.firstEpoch)
  const times = [performance.now()]
  const plan: EpochPlan = {
    job,
    epoch: stage.firstEpoch,
    emit: ({ type }) => type === 'step' && times.push(performance.now()),
    rateAt,
  }
  let trained: Reached = { sums: NO_STEPS, globalStep }
  await trainEpoch(trainer, held.train, plan, trained, async (now) => {
    trained = now
  })
  if (times.length === 1)
    throw new TorchError('DATASET', 'Too few of the first photographs can be read to learn from a batch.')
  const began = performance.now()
  const validation = await validate(model, held.val, plan)
  const validationSeconds = (performance.now() - began) / 1000
  const peakMemory = watch.takePeak()
  const savingSeconds = await saveAndReadBack(job, start, model, stage)
  const learningRate = rateAt(0)
  const measured = {
    learningRate,
    steps: times.length - 1,
    secondsPerStep: more * perStep(times),
    validationSeconds,
    savingSeconds,
  }
  return { stage, set, trained, validation, ...measured, peakMemory }
}

/** The rate of an epoch if the validation improves in all before. */
function rateOf({ settings }: Job, epoch: number): (progress: number) => number {
  const { schedule, optimizer, epochs } = settings
  let state = schedule.start(optimizer.learningRate, epochs)
  for (let past = 1; past < epoch; past++)
    state = schedule.next(state, { valLoss: -past, valTop1: past / epochs })
  return (progress) => rateWithin(schedule, state, progress)
}

function perStep(times: readonly number[]): number {
  const [first, second] = [times[0] as number, times[1] as number]
  const last = times.at(-1) as number
  return (times.length > 2 ? (last - second) / (times.length - 2) : last - first) / 1000
}

/** Returns the seconds that saving took. */
async function saveAndReadBack(job: Job, start: Start, model: NativeModel, stage: Stage): Promise<number> {
  const { imageSize, normalisation } = start
  const plan = { imageSize, normalisation, recipe: recipeOf(job, start), versions: versionsOf(job) }
  const models = new SavedModels(job, plan, model, NO_MODELS, () => undefined)
  const began = performance.now()
  await models.interrupted(stage.firstEpoch)
  const seconds = (performance.now() - began) / 1000
  const { tensors } = await readBundle(models.last)
  const match = matchState(tensors, job.description)
  refuseMisfits(match, (reason) => `Cannot read ${quoted(models.last)} back: ${reason}.`)
  return seconds
}
