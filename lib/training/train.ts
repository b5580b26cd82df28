// A training from its first file to its last.

import { TorchError } from '../errors.js'
import { freshFolder } from '../files/index.js'
import { type NativeModel, native, nativeCall } from '../native/index.js'
import { Checkpoints } from './checkpoints.js'
import { saveCurves } from './curves.js'
import type { Emit } from './events.js'
import { History } from './history.js'
import type { Job } from './job.js'
import { learn } from './learn.js'
import { saveConfig } from './record.js'
import type { EndReason, RunResult } from './run.js'
import { readStart, type Start } from './start.js'

/** Resolves when the training is complete or was ended by the job's signal or settings. */
export async function train(job: Job, emit: Emit): Promise<RunResult> {
  await freshFolder(job.output)
  const { start, model } = await begin(job, emit)
  try {
    tellStart(job, start, emit)
    await saveConfig(job, start)
    const history = await History.begin(job.output)
    const checkpoints = new Checkpoints(job, start, model, emit)
    const reason = await untilAborted(job, () => learn({ job, start, model, history, checkpoints, emit }))
    if (reason === 'aborted' || reason === 'time_budget')
      await checkpoints.interrupted(history.rows.length + 1)
    const { best, last, bestEpoch } = checkpoints
    await saveCurves(job, history.rows, bestEpoch)
    return { reason, best, last, bestEpoch, history: history.rows, output: job.output }
  } finally {
    model.close()
  }
}

/** The network with its weights; what was read of a file is not kept beside it. */
export async function begin(job: Job, emit: Emit): Promise<{ start: Start; model: NativeModel }> {
  const { network, device, precision, settings } = job
  const { start, tensors } = await readStart(job, emit)
  const { normalisation } = start
  const { seed } = settings
  const spec = { network, normalisation, precision: precision.name, device: device.name, seed }
  const model = await nativeCall(native().createModel(spec))
  try {
    if (tensors.length > 0) await nativeCall(model.load([...tensors]))
    return { start, model }
  } catch (failure) {
    model.close()
    throw failure
  }
}

function tellStart({ freezingLeftAside }: Job, { loaded }: Start, emit: Emit): void {
  if (loaded !== null) emit({ type: 'loaded', ...loaded })
  if (!freezingLeftAside) return
  const message =
    'No pretrained weights: all layers learn from random weights, and the stages of freezing are left aside.'
  emit({ type: 'warning', code: 'all_layers_learn', message })
}

async function untilAborted({ signal, outOfTime }: Job, work: () => Promise<EndReason>): Promise<EndReason> {
  try {
    return await work()
  } catch (failure) {
    if (!signal?.aborted || !(failure instanceof TorchError) || failure.code !== 'ABORTED') throw failure
    // Of two that came together, the first is the combined signal's reason.
    return outOfTime?.aborted && signal.reason === outOfTime.reason ? 'time_budget' : 'aborted'
  }
}
