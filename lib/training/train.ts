// A training from its first file to its last.

import { type NativeModel, native, nativeCall } from '../native/index.js'
import { type Checkpoint, Checkpoints } from './checkpoints.js'
import { saveCurves } from './curves.js'
import type { Emit } from './events.js'
import { History } from './history.js'
import type { Job } from './job.js'
import { type From, learn } from './learn.js'
import { savePhotographs } from './photograph-list.js'
import { planOf } from './plan.js'
import { recipeOf } from './record.js'
import { removeTemporary, takeFolder, takeFreshFolder } from './run-folder.js'
import type { RunResult } from './run-result.js'
import { beginning } from './run-state.js'
import { SavedModels } from './saved-models.js'
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

/** Goes on from a checkpoint of the same folder, to the same end. */
export async function goOn(job: Job, checkpoint: Checkpoint, emit: Emit): Promise<RunResult> {
  const folder = await takeFolder(job.output)
  try {
    await removeTemporary(job.output)
    const model = await made(job, checkpoint.plan.normalisation)
    try {
      await nativeCall(model.load(checkpoint.model))
      return await toTheEnd(job, checkpoint, model, emit)
    } finally {
      model.close()
    }
  } finally {
    await folder.release()
  }
}

async function toTheEnd(job: Job, from: From, model: NativeModel, emit: Emit): Promise<RunResult> {
  const { plan } = from
  const history = await History.begin(job.output, from.state)
  const models = new SavedModels(job, plan, model, from.state.best, emit)
  const checkpoints = new Checkpoints(job.output, plan, model, emit)
  const { reason, state } = await learn({ job, from, model, history, models, checkpoints, emit })
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

function tellStart({ freezingLeftAside }: Job, { loaded }: Start, emit: Emit): void {
  if (loaded !== null) emit({ type: 'loaded', ...loaded })
  if (!freezingLeftAside) return
  const message =
    'No pretrained weights: all layers learn from random weights, and the stages of freezing are left aside.'
  emit({ type: 'warning', code: 'all_layers_learn', message })
}
