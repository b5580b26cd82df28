// A training from its first file to its last.

import {
  type NativeModel,
  type NetworkDescription,
  native,
  nativeCall,
  type StateTensor,
} from '../native/index.js'
import { asSaidLater } from './checkpoint-content.js'
import { type Checkpoint, Checkpoints } from './checkpoints.js'
import { saveCurves } from './curves.js'
import type { Emit } from './events.js'
import type { Job } from './job.js'
import { type From, learn } from './learn.js'
import { savePhotographs } from './photograph-list.js'
import { planOf } from './plan.js'
import { recipeOf } from './record.js'
import { removeTemporary, takeFreshFolder } from './run-folder.js'
import type { RunResult } from './run-result.js'
import { beginning, type RunState } from './run-state.js'
import { earlierModels, SavedModels } from './saved-models.js'
import { readStart, type Start } from './start.js'

/** Resolves when the training is complete or was ended by the job's signal or settings. */
export async function train(job: Job, emit: Emit): Promise<RunResult> {
  const folder = await takeFreshFolder(job.output, job.overwrite)
  try {
    const { start, model } = await begin(job, emit)
    try {
      tellStart(job, start, emit)
      const plan = planOf(job, start, recipeOf(job, start), await savePhotographs(job.output, job.data))
      const { optimizer, schedule, epochs } = job.settings
      const state = beginning(schedule, optimizer.learningRate, epochs)
      return await toTheEnd(job, { plan, state, trainer: [], file: null }, model, emit)
    } finally {
      model.close()
    }
  } finally {
    await folder.release()
  }
}

/** Goes on from a checkpoint of the same folder, which the caller has taken, to the same end. */
export async function goOn(job: Job, checkpoint: Checkpoint, emit: Emit): Promise<RunResult> {
  const { file, plan, model: weights } = checkpoint
  await removeTemporary(job.output)
  const model = await asSaidLater(file, () => made(job, plan.normalisation))
  try {
    await asSaidLater(file, async () => {
      refuseIncomplete(weights, job.description)
      await nativeCall(model.load(weights))
      weights.length = 0 // as much memory as the network takes, for all of the run
    })
    return await toTheEnd(job, checkpoint, model, emit)
  } finally {
    model.close()
  }
}

/** A tensor that is not given would keep its random values. */
function refuseIncomplete(weights: readonly StateTensor[], { tensors }: NetworkDescription): void {
  const given = new Set(weights.map(({ name }) => name))
  for (const { name } of tensors)
    if (!given.has(name)) throw new RangeError(`Expected a tensor ${name} but received none`)
}

async function toTheEnd(job: Job, begun: From, model: NativeModel, emit: Emit): Promise<RunResult> {
  const { plan } = begun
  const earlier = await earlierModels(job.output, begun.state)
  if (earlier.best !== begun.state.best) tellBestMissing(begun.state, emit)
  const from = { ...begun, state: { ...begun.state, best: earlier.best } }
  const models = new SavedModels(job, plan, model, earlier, emit)
  const checkpoints = new Checkpoints(job.output, plan, model, from.state.globalStep, emit)
  const { reason, state } = await learn({ job, from, model, models, checkpoints, emit })
  const { best, last, bestEpoch } = models
  await saveCurves(job, state.rows, bestEpoch)
  const result = { reason, best, last, bestEpoch, history: state.rows, output: job.output }
  emit({ type: 'done', reason, best, last, bestEpoch, epochs: state.rows.length })
  return result
}

/** The network with its weights; what was read of a file is not kept beside it. */
export async function begin(job: Job, emit: Emit): Promise<{ start: Start; model: NativeModel }> {
  const { start, tensors } = await readStart(job, emit)
  const model = await made(job, start.normalisation)
  try {
    if (tensors.length > 0) await nativeCall(model.load([...tensors]))
    return { start, model }
  } catch (failure) {
    model.close()
    throw failure
  }
}

function made(
  { network, device, precision, settings: { seed } }: Job,
  normalisation: Start['normalisation'],
): Promise<NativeModel> {
  const spec = { network, normalisation, precision: precision.name, device: device.name, seed }
  return nativeCall(native().createModel(spec))
}

function tellBestMissing({ best }: RunState, emit: Emit): void {
  const message = `best.safetensors is not that of epoch ${best?.epoch}, but gone or of an epoch that is learned anew: the best model is chosen among the epochs to come.`
  emit({ type: 'warning', code: 'best_missing', message })
}

function tellStart({ freezingLeftAside }: Job, { loaded }: Start, emit: Emit): void {
  if (loaded !== null) emit({ type: 'loaded', ...loaded })
  if (!freezingLeftAside) return
  const message =
    'No pretrained weights: all layers learn from random weights, and the stages of freezing are left aside.'
  emit({ type: 'warning', code: 'all_layers_learn', message })
}
