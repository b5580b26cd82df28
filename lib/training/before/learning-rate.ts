// The learning-rate range test: a short training whose rate rises from far too low to far too high.

import { tmpdir } from 'node:os'
import * as check from '../../check.js'
import { type LabelledBatch, openPhotographs, type PhotographSource } from '../../data/index.js'
import { TorchError } from '../../errors.js'
import { freshFolder } from '../../files/index.js'
import { stopIfAborted } from '../../inference/index.js'
import { type NativeTrainer, native, nativeCall } from '../../native/index.js'
import type { OnProgress } from '../../progress/index.js'
import { chunks } from '../epoch.js'
import type { Job } from '../job.js'
import { epochBatches } from '../sampler.js'
import { stageSpec, trainerSpec } from '../specs.js'
import type { Stage } from '../stages.js'
import { begin } from '../train.js'
import { jobAhead, type Plan } from './job.js'
import { belowLowest, RateCurve, type RatePoint, steepestRate } from './rate-curve.js'
import { saveRates } from './rate-files.js'
import type { LearningRateTest } from './rate-findings.js'

/** Of `Trainer.findLearningRate()`. */
export interface LearningRateOptions {
  /** The rate of the first step, above 0. Defaults to 1e-6. */
  from?: number
  /** The rate of the last step, above `from`. Defaults to 1. */
  to?: number
  /** Updates, from 10 to 10,000. Defaults to 100. */
  steps?: number
  /** The stage of freezing whose layers learn, from 1. Defaults to the last of the training. */
  stage?: number
  /** A folder for learning-rate.csv, .svg and .png, which is made; it may exist if it is empty. Defaults to none. */
  output?: string
  /** Stops it at its next step; it then rejects with ABORTED. */
  signal?: AbortSignal
  /** Told of each step, and of the bytes of published weights. */
  onProgress?: OnProgress
}

interface Settings {
  readonly from: number
  readonly to: number
  readonly steps: number
  readonly onProgress: OnProgress | undefined
}

const DEFAULT_FROM = 1e-6
const DEFAULT_TO = 1
const DEFAULT_STEPS = 100
const FEWEST_STEPS = 10
const MOST_STEPS = 10_000
const LOWEST_RATE = 1e-12
const HIGHEST_RATE = 1e6

/** What `Trainer.findLearningRate()` does. */
export async function findLearningRate(
  plan: Plan,
  options: LearningRateOptions | undefined,
): Promise<LearningRateTest> {
  const known = ['from', 'to', 'steps', 'stage', 'output', 'signal', 'onProgress'] as const
  const given = check.options('findLearningRate', options, known)
  const settings = settingsOf(given)
  const signal = check.signal('signal', given.signal)
  const output = given.output === undefined ? null : check.string('output', given.output)
  // The job's folder is for checkpoints, of which a test has none.
  const job = jobAhead(plan, output ?? tmpdir(), signal)
  const number = check.integer('stage', given.stage ?? job.stages.length, 1, job.stages.length)
  const stage = job.stages[number - 1] as Stage
  if (output !== null) await freshFolder(output)
  const { points, reason } = await test(job, stage, settings)
  const found = {
    architecture: job.classifier.architecture,
    stage: stage.number,
    stageName: stage.name,
    points: Object.freeze(points),
    reason,
    suggestion: steepestRate(points),
    belowMinimum: belowLowest(points),
  }
  return Object.freeze({ ...found, files: output === null ? null : await saveRates(output, found) })
}

function settingsOf(given: LearningRateOptions): Settings {
  const from = check.number('from', given.from ?? DEFAULT_FROM, LOWEST_RATE, HIGHEST_RATE)
  const to = check.number('to', given.to ?? DEFAULT_TO, LOWEST_RATE, HIGHEST_RATE)
  if (to <= from) throw new RangeError(check.expected(`a number above ${from}, the first rate,`, 'to', to))
  const { onProgress } = given
  if (onProgress !== undefined && typeof onProgress !== 'function')
    throw new TypeError(check.expected('a function', 'onProgress', onProgress))
  const steps = check.integer('steps', given.steps ?? DEFAULT_STEPS, FEWEST_STEPS, MOST_STEPS)
  return { from, to, steps, onProgress }
}

type Tested = Pick<LearningRateTest, 'reason'> & { readonly points: RatePoint[] }

/** On a network of its own. */
async function test(job: Job, stage: Stage, settings: Settings): Promise<Tested> {
  const { data, signal } = job
  const { batchSize, accumulate, cache } = job.settings
  const { start, model } = await begin(job, (event) => {
    if (event.type !== 'fetch') return
    const { weights, done, total } = event
    settings.onProgress?.({ task: `Fetching the weights ${weights}`, done, total })
  })
  try {
    const opened = await openPhotographs([data.train, data.val], {
      ...{ size: start.imageSize, cache, batchSize, held: accumulate, signal },
    })
    try {
      const trainer = await nativeCall(native().createTrainer(trainerSpec(job, model)))
      try {
        const [train] = opened.sources as [PhotographSource]
        await nativeCall(trainer.setStage(stageSpec(job, stage, start.imageSize, train.dataset.length)))
        return await risingRates(job, stage, trainer, train, settings)
      } finally {
        trainer.close()
      }
    } finally {
      opened.close()
    }
  } finally {
    model.close()
  }
}

async function risingRates(
  job: Job,
  stage: Stage,
  trainer: NativeTrainer,
  train: PhotographSource,
  { from, to, steps, onProgress }: Settings,
): Promise<Tested> {
  const curve = new RateCurve()
  let step = 0
  for await (const { epoch, batches } of updates(job, stage, train, steps)) {
    stopIfAborted(job.signal, 'The learning-rate test')
    // Rounding must not lead beyond the last rate.
    const learningRate = Math.min(to, from * (to / from) ** (step / (steps - 1)))
    const loss = await lossOf(trainer, { batches, epoch, step, learningRate })
    if (loss === null) return { points: curve.points, reason: 'diverged' }
    curve.add(learningRate, loss)
    step++
    onProgress?.({ task: 'Trying learning rates', done: step, total: steps })
    if (curve.diverged) return { points: curve.points, reason: 'diverged' }
  }
  return { points: curve.points, reason: 'completed' }
}

/** null where it is not finite: that ends a training, and is what a test looks for. */
async function lossOf(
  trainer: NativeTrainer,
  spec: Parameters<NativeTrainer['step']>[0],
): Promise<number | null> {
  try {
    return (await nativeCall(trainer.step(spec))).loss
  } catch (failure) {
    if (failure instanceof TorchError && failure.code === 'NOT_FINITE') return null
    throw failure
  }
}

interface Update {
  /** From 0. */
  readonly epoch: number
  readonly batches: LabelledBatch[]
}

/** As many updates as there are steps, of as many epochs as it takes, in the order in which a training would make them. */
async function* updates(
  { settings }: Job,
  { batchNormSeesBatch }: Stage,
  source: PhotographSource,
  steps: number,
): AsyncGenerator<Update, void, undefined> {
  const { batchSize, sampling, seed, accumulate } = settings
  const spec = { labels: source.dataset.labels(), batchSize, sampling, seed, dropSingle: batchNormSeesBatch }
  const least = batchNormSeesBatch ? 2 : 1
  let left = steps
  for (let epoch = 0; left > 0; epoch++) {
    const order = epochBatches({ ...spec, epoch }).batches.slice(0, left * accumulate)
    const before = left
    for await (const all of chunks(source.batches(order), accumulate, order.length)) {
      const batches = all.filter(({ labels }) => labels.length >= least)
      if (batches.length === 0) continue
      left--
      yield { epoch, batches }
    }
    if (left === before)
      throw new TorchError('DATASET', 'No photograph can be read. Look at them with faces.inspect().')
  }
}
