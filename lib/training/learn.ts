// The epochs of a training: stage, train, validate, keep, schedule.

import { TorchError } from '../errors.js'
import { quoted } from '../files/index.js'
import type { Evaluation } from '../inference/index.js'
import { type NativeModel, type NativeTrainer, native, nativeCall } from '../native/index.js'
import { asSaidLater } from './checkpoint-content.js'
import type { Checkpoint, Checkpoints } from './checkpoints.js'
import { saveConfig } from './config.js'
import { saveCurves } from './curves.js'
import { isOver, seen } from './early-stopping.js'
import { type EpochPlan, trainEpoch, validate } from './epoch.js'
import type { Emit } from './events.js'
import { History, type HistoryRow } from './history.js'
import type { Job } from './job.js'
import { openBoth, type Photographs } from './prepare.js'
import type { EndReason } from './run-result.js'
import { type EpochSums, NO_STEPS, type RunState } from './run-state.js'
import type { SavedModels } from './saved-models.js'
import { rateWithin, storable } from './schedules.js'
import { stageSpec, trainerSpec } from './specs.js'
import { stageOf } from './stages.js'

/** Where a run begins, or goes on; `file` is that of the checkpoint, null at the beginning. */
export type From = Pick<Checkpoint, 'plan' | 'state' | 'trainer'> & { readonly file: string | null }

export interface Context {
  readonly job: Job
  readonly from: From
  readonly model: NativeModel
  readonly models: SavedModels
  readonly checkpoints: Checkpoints
  readonly emit: Emit
}

export interface Ended {
  readonly reason: EndReason
  readonly state: RunState
}

/** The training under way, with where it stands. */
interface Session extends Context {
  readonly trainer: NativeTrainer
  readonly photographs: Photographs
  readonly history: History
  state: RunState
}

/** @throws TorchError NOT_FINITE when a loss is; what was saved before stays. */
export async function learn(context: Context): Promise<Ended> {
  const { file } = context.from
  const make = () => trainerOf(context)
  const trainer = await (file === null ? make() : asSaidLater(file, make))
  try {
    return await withPhotographs(context, trainer)
  } finally {
    trainer.close()
  }
}

async function withPhotographs(context: Context, trainer: NativeTrainer): Promise<Ended> {
  const { job, from, models, checkpoints, emit } = context
  try {
    const photographs = await openBoth(job, from.plan.imageSize, emit)
    try {
      await photographs.tellSkipped()
      const state = await recognised(context, await photographs.fingerprint())
      const history = await History.begin(job.output, state)
      return await untilItEnds({ ...context, trainer, photographs, history, state })
    } finally {
      photographs.close()
    }
  } catch (failure) {
    // Ended before the first step: of a run that goes on, what is there to go on from is there already.
    const reason = endedBy(job, failure)
    if (reason === null) throw failure
    const { state } = from
    if (models.saved === null) await averaged({ job, trainer }, () => models.interrupted(state.epoch))
    if (from.file === null) await checkpoints.save(state, trainer)
    return { reason, state }
  }
}

/** Notes which photographs they are, or finds that they are those that the run began with. */
async function recognised({ job, from }: Context, fingerprint: string): Promise<RunState> {
  const known = from.state.fingerprint
  if (known === null) await saveConfig(job, from.plan, fingerprint)
  else if (known !== fingerprint) {
    const message = `The photographs of ${quoted(job.output)} have changed since the run began, or are decoded by another version: it cannot go on. Bring them back, or start anew.`
    throw new TorchError('DATASET', message)
  }
  return { ...from.state, fingerprint }
}

async function trainerOf({ job, from, model }: Context): Promise<NativeTrainer> {
  const trainer = await nativeCall(native().createTrainer(trainerSpec(job, model)))
  if (from.trainer.length === 0) return trainer
  try {
    await nativeCall(trainer.load(from.trainer))
    from.trainer.length = 0 // as much memory as the optimizer takes, for all of the run
    return trainer
  } catch (failure) {
    trainer.close()
    throw failure
  }
}

async function untilItEnds(session: Session): Promise<Ended> {
  const { job, models, checkpoints, trainer } = session
  let reason: EndReason | null
  try {
    reason = await allEpochs(session)
  } catch (failure) {
    reason = endedBy(job, failure)
    if (reason === null) {
      await saveCurves(job, session.state.rows, models.bestEpoch).catch(() => undefined) // the first failure is the one to tell
      throw withBest(failure, models)
    }
    await averaged(session, () => models.interrupted(session.state.epoch))
  }
  await checkpoints.save(session.state, trainer)
  return { reason, state: session.state }
}

async function allEpochs(session: Session): Promise<EndReason> {
  const { job, emit, trainer, photographs, checkpoints } = session
  const { schedule, epochs, stopEarly } = job.settings
  const { epoch: first } = session.state
  for (let epoch = first; epoch <= epochs; epoch++) {
    if (stopEarly !== null && isOver(stopEarly, session.state.improvement)) return 'stopped_early'
    const { schedule: current } = session.state
    const stage = stageOf(job.stages, epoch)
    if (epoch === first || stage.firstEpoch === epoch) await enterStage(session, epoch)
    const plan: EpochPlan = {
      job,
      emit,
      epoch,
      rateAt: (progress) => rateWithin(schedule, current, progress),
    }
    await trainEpoch(trainer, photographs.train, plan, session.state, async (now) => {
      session.state = { ...session.state, ...now }
      await checkpoints.stepEnded(session.state, trainer)
    })
    await averaged(session, () => validateAndKeep(session, plan))
    await checkpoints.epochEnded(session.state, trainer)
  }
  return 'completed'
}

/** Works with the running average of the weights in the model's place, where one is kept. */
async function averaged(
  { job, trainer }: Pick<Session, 'job' | 'trainer'>,
  work: () => Promise<void>,
): Promise<void> {
  if (job.settings.averageDecay === null) return work()
  await nativeCall(trainer.swapAverage())
  try {
    await work()
  } finally {
    await nativeCall(trainer.swapAverage())
  }
}

async function validateAndKeep(session: Session, plan: EpochPlan): Promise<void> {
  const { job, model, photographs } = session
  const { schedule, stopEarly } = job.settings
  const began = performance.now()
  const validation = await validate(model, photographs.val, plan)
  await photographs.tellSkipped()
  const { sums } = session.state
  const row = rowOf(job, plan, sums, validation)
  const validationSeconds = (performance.now() - began) / 1000
  const imagesPerSecond = sums.samples / sums.seconds
  const timing = { epoch: plan.epoch, trainSeconds: sums.seconds, validationSeconds, imagesPerSecond }
  const best = await session.models.epochEnded(row)
  await session.history.add(row, timing)
  const { state } = session
  session.state = {
    ...state,
    epoch: plan.epoch + 1,
    sums: NO_STEPS,
    schedule: storable('schedule.next()', schedule.next(state.schedule, row)),
    improvement: stopEarly === null ? state.improvement : seen(stopEarly, state.improvement, row),
    rows: [...state.rows, row],
    timing: [...state.timing, timing],
    best: best ? row : state.best,
  }
  tell(session, row, { best, seconds: sums.seconds + validationSeconds, imagesPerSecond })
}

async function enterStage({ job, from, trainer, photographs, emit }: Session, epoch: number): Promise<void> {
  const inForce = stageOf(job.stages, epoch)
  const { number: stage, name } = inForce
  const samples = photographs.train.dataset.length
  const set = trainer.setStage(stageSpec(job, inForce, from.plan.imageSize, samples))
  const { trainableParameters, prefix, reason } = await nativeCall(set)
  emit({ type: 'stage', stage, name, epoch, trainableParameters, prefix })
  const folds = job.device.name === 'cpu' && job.precision.name !== 'float64'
  if (prefix !== 'plain' || !folds) return
  const message = `The frozen layers run slower than they could, as the plain network: ${reason}.`
  emit({ type: 'warning', code: 'prefix_plain', message })
}

function rowOf(
  job: Job,
  { epoch, rateAt }: EpochPlan,
  { lossSum, weight, correct, samples, dropped }: EpochSums,
  { loss, top1, top5 }: Evaluation,
): HistoryRow {
  return {
    epoch,
    stage: stageOf(job.stages, epoch).number,
    learningRate: rateAt(0),
    trainLoss: lossSum / weight,
    trainTop1: correct / samples,
    valLoss: loss,
    valTop1: top1,
    valTop5: top5,
    samples,
    dropped,
  }
}

function tell(
  { job, state, emit }: Session,
  row: HistoryRow,
  measured: { best: boolean; seconds: number; imagesPerSecond: number },
): void {
  const { epoch, stage, learningRate, samples, dropped } = row
  if (dropped > 0 && state.rows.every((one) => one === row || one.dropped === 0)) tellDropped(emit)
  emit({
    type: 'epoch',
    epoch,
    epochs: job.settings.epochs,
    stage,
    learningRate,
    train: { loss: row.trainLoss, top1: row.trainTop1 },
    validation: { loss: row.valLoss, top1: row.valTop1, top5: row.valTop5 },
    samples,
    dropped,
    ...measured,
  })
}

function tellDropped(emit: Emit): void {
  const message =
    'The last batch of an epoch would hold a single photograph: it is left out, as batch norms cannot learn from one.'
  emit({ type: 'warning', code: 'dropped', message })
}

/** A training that diverged says what is left of it. */
function withBest(failure: unknown, { best, bestEpoch }: SavedModels): unknown {
  if (!(failure instanceof TorchError) || failure.code !== 'NOT_FINITE') return failure
  const left =
    bestEpoch === null
      ? 'No epoch was complete before.'
      : `The best model is that of epoch ${bestEpoch}, ${quoted(best)}.`
  return new TorchError('NOT_FINITE', `${failure.message}. ${left}`, { cause: failure })
}

/** Why it ends where its signal or its time ended it; null for any other failure. */
function endedBy({ signal, outOfTime }: Job, failure: unknown): EndReason | null {
  if (!signal?.aborted || !(failure instanceof TorchError) || failure.code !== 'ABORTED') return null
  // Of two that came together, the first is the combined signal's reason.
  return outOfTime?.aborted && signal.reason === outOfTime.reason ? 'time_budget' : 'aborted'
}
