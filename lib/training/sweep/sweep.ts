// Many short trainings that differ in chosen settings, and a table of what came of them.

import { createHash } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import * as check from '../../check.js'
import { TorchError } from '../../errors.js'
import { attempt, quoted } from '../../files/index.js'
import { native, nativeNow } from '../../native/index.js'
import type { EpochEvent, RunEvent } from '../events.js'
import { LARGEST_BUDGET, LARGEST_SEED, SMALLEST_BUDGET } from '../settings.js'
import { Trainer } from '../trainer.js'
import { axesOf, type Combination, chosenPlaces, combinationAt, countOf } from './grid.js'
import type { SweepEvent, SweepOptions, SweepResult, SweepRow, SweepSpace } from './spec.js'
import {
  COLUMNS,
  finishedRows,
  folderName,
  prepare,
  type StoredRow,
  type SweepSettings,
  saveRows,
} from './state.js'

interface Trial extends Combination {
  /** From 1. */
  readonly trial: number
  readonly trainer: Trainer
}

interface Sweep {
  readonly settings: SweepSettings
  readonly trials: readonly Trial[]
  readonly output: string
  readonly timeBudget: number
  readonly signal: AbortSignal | undefined
  readonly tell: (event: SweepEvent) => void
}

/**
 * Trains once for each combination of values, or for some that are drawn, and keeps a table of the results: sweep.csv in the
 * output folder, saved after each trial, and a folder for each run, trial-001 and so on. `train` makes a trainer out of one
 * value of each setting, so that anything can be varied: what belongs to the optimizer, the head, the freezing or the
 * data. A trial whose loss becomes NaN or infinite is a row as others are. The same sweep in the same folder goes on where it
 * was interrupted; a trial that was not finished begins anew, and its folder is emptied.
 *
 * @throws TypeError or RangeError: an option is wrong, or a trainer's settings do not fit its network or data.
 * @throws TorchError FILE: the folder holds something else, a sweep of other settings, or one that another process goes on
 *   with. What a run throws but NOT_FINITE ends the sweep, as it would meet every trial.
 * @example
 * const { rows } = await sweep({
 *   over: {
 *     learningRate: [1e-4, 1e-3],
 *     dropout: [0.3, 0.5],
 *     frozen: { trunk: freeze.trunk(), most: freeze.allButLast(15) },
 *   },
 *   train: ({ learningRate, dropout, frozen }) =>
 *     FaceClassifier.inceptionResnetV1({ classes: faces })
 *       .pretrained('vggface2')
 *       .head({ dropout })
 *       .trainer({ train, val })
 *       .freeze(frozen)
 *       .optimizer(adam({ learningRate }))
 *       .epochs(3),
 *   output: 'runs/sweep',
 * })
 */
export async function sweep<const Over extends SweepSpace>(
  options: SweepOptions<Over>,
): Promise<SweepResult<Over>> {
  const planned = await plan(options)
  const { output, settings, trials } = planned
  await prepare(output, settings)
  const lockFile = join(output, 'sweep.lock')
  const lock = nativeNow(() => native('training').lockFile(lockFile))
  if (lock === null)
    throw new TorchError(
      'FILE',
      `Another process goes on with the sweep in ${quoted(output)}. Wait for its end.`,
    )
  try {
    const rows = await finishedRows(output, settings)
    const reason = await allTrials(planned, rows)
    const sorted = rows.map((row) => withFolder(row, output)).sort(byResult)
    // The rows are of these settings: finishedRows has refused others.
    return Object.freeze({
      reason,
      rows: sorted,
      trials: trials.length,
      output,
    }) as unknown as SweepResult<Over>
  } finally {
    await rm(lockFile, { force: true })
    lock.release()
  }
}

async function plan<Over extends SweepSpace>(options: SweepOptions<Over>): Promise<Sweep> {
  if (options === undefined) throw new TypeError(check.expected('an object', 'sweep', options))
  const known = ['over', 'train', 'output', 'trials', 'seed', 'timeBudget', 'signal', 'onEvent'] as const
  const given = check.options('sweep', options, known)
  const axes = axesOf(given.over, COLUMNS)
  const output = resolve(check.string('output', given.output))
  const most = countOf(axes)
  const trials = Math.min(check.integer('trials', given.trials ?? most, 1), most)
  const seed = check.integer('seed', given.seed ?? 0, 0, LARGEST_SEED)
  const timeBudget = given.timeBudget ?? null
  if (timeBudget !== null) check.number('timeBudget', timeBudget, SMALLEST_BUDGET, LARGEST_BUDGET)
  const signal = check.signal('signal', given.signal)
  const train = aFunction('train', given.train) as (values: Combination['values']) => unknown
  const { onEvent = () => undefined } = given
  aFunction('onEvent', onEvent)
  const places = chosenPlaces(axes, trials, seed)
  const combinations = places.map((place) => combinationAt(axes, place))
  const made = await makeTrainers(combinations, train)
  const over = Object.fromEntries(axes.map(({ name, choices }) => [name, choices.map(({ label }) => label)]))
  return {
    settings: { over, trials, seed, trainings: hashOf(made) },
    trials: made,
    output,
    timeBudget: timeBudget ?? Infinity,
    signal,
    tell: onEvent as Sweep['tell'],
  }
}

function aFunction(name: string, value: unknown): unknown {
  if (typeof value === 'function') return value
  throw new TypeError(check.expected('a function', name, value))
}

/** All before the first is started, so that one that cannot be does not end the sweep hours later. */
async function makeTrainers(
  combinations: readonly Combination[],
  train: (values: Combination['values']) => unknown,
): Promise<Trial[]> {
  const trials: Trial[] = []
  for (const [index, combination] of combinations.entries()) {
    const trainer = await train(combination.values)
    if (!(trainer instanceof Trainer))
      throw new TypeError(check.expected('a trainer', 'what train() returns', trainer))
    trials.push({ ...combination, trial: index + 1, trainer })
  }
  return trials
}

/** Refuses trainers that could not be started. */
function hashOf(trials: readonly Trial[]): string {
  const hash = createHash('sha256')
  for (const { trainer } of trials) hash.update(trainer.fingerprint())
  return hash.digest('hex')
}

/** Adds to `rows` and to the files. */
async function allTrials(planned: Sweep, rows: StoredRow[]): Promise<SweepResult['reason']> {
  const { trials, settings, output, timeBudget, signal, tell } = planned
  const finished = new Set(rows.map(({ trial }) => trial))
  for (const trial of trials) {
    if (finished.has(trial.trial)) continue
    if (signal?.aborted) return 'aborted'
    const left = timeBudget - rows.reduce((sum, { seconds }) => sum + seconds, 0)
    if (left < SMALLEST_BUDGET) return 'time_budget'
    tell({ type: 'trial', trial: trial.trial, trials: trials.length, settings: trial.labels })
    const row = await oneTrial(planned, trial, left)
    if (row === null) return 'aborted'
    rows.push(row)
    await saveRows(output, settings, rows)
    tell({ type: 'result', row: withFolder(row, output) })
  }
  return 'completed'
}

/** null where the sweep's signal ended it. */
async function oneTrial(planned: Sweep, trial: Trial, left: number): Promise<StoredRow | null> {
  const { output, signal, tell } = planned
  const folder = join(output, folderName(trial.trial))
  await attempt('empty the folder', folder, () => rm(folder, { recursive: true, force: true }))
  const own = trial.trainer.settings.timeBudget ?? Infinity
  const budget = Math.min(own, left)
  const trainer =
    budget === Infinity ? trial.trainer : trial.trainer.timeBudget(Math.min(budget, LARGEST_BUDGET))
  const epochs: EpochEvent[] = []
  const began = performance.now()
  const onEvent = (event: RunEvent) => {
    if (event.type === 'epoch') epochs.push(event)
    tell({ type: 'run', trial: trial.trial, event })
  }
  const reason = await ended(trainer, folder, signal, onEvent)
  if (reason === 'aborted') return null
  const best = epochs.findLast((epoch) => epoch.best)
  return {
    trial: trial.trial,
    settings: trial.labels,
    valTop1: best?.validation.top1 ?? null,
    valLoss: best?.validation.loss ?? null,
    bestEpoch: best?.epoch ?? null,
    epochs: epochs.length,
    seconds: (performance.now() - began) / 1000,
    reason,
  }
}

async function ended(
  trainer: Trainer,
  output: string,
  signal: AbortSignal | undefined,
  onEvent: (event: RunEvent) => void,
): Promise<SweepRow['reason']> {
  const stop = new AbortController()
  const either = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal])
  const run = trainer.start({ output, signal: either })
  try {
    for await (const event of run.events()) onEvent(event)
    return (await run.finished).reason
  } catch (failure) {
    // Where the listener threw, the run must not go on behind the caller's back.
    stop.abort(failure)
    await run.finished.catch(() => undefined)
    if (!(failure instanceof TorchError)) throw failure
    if (failure.code === 'NOT_FINITE') return 'not_finite'
    if (failure.code === 'ABORTED' && signal?.aborted) return 'aborted'
    throw failure
  }
}

function withFolder(row: StoredRow, output: string): SweepRow {
  return Object.freeze({ ...row, folder: join(output, folderName(row.trial)) })
}

/** As a run chooses its best epoch; at a tie the earlier trial. */
function byResult(one: SweepRow, other: SweepRow): number {
  const top1 = (other.valTop1 ?? -1) - (one.valTop1 ?? -1)
  if (top1 !== 0) return top1
  const [loss, otherLoss] = [one.valLoss ?? Infinity, other.valLoss ?? Infinity]
  return loss === otherLoss ? one.trial - other.trial : loss - otherLoss
}
