// What a sweep tries, what it tells and what it finds.

import type { RunEvent } from '../events.js'
import type { EndReason } from '../run-result.js'
import type { Trainer } from '../trainer.js'

/** What is tried of one setting: a list of numbers, texts or truths, or choices of any kind by name. */
export type SweepAxis = readonly (number | string | boolean)[] | Readonly<Record<string, unknown>>

/** The settings of a sweep by name, such as `{ learningRate: [1e-4, 1e-3] }`. */
export type SweepSpace = Readonly<Record<string, SweepAxis>>

type ValueOf<Axis> = Axis extends readonly (infer Value)[] ? Value : Axis[keyof Axis]
type LabelOf<Axis> = Axis extends readonly (infer Value)[] ? Value : keyof Axis

/** One value of each setting, as `train` receives them. */
export type SweepChoice<Over extends SweepSpace> = { readonly [Name in keyof Over]: ValueOf<Over[Name]> }

/** One value of each setting as a table shows it: of choices by name, the name. */
export type SweepLabels<Over extends SweepSpace> = { readonly [Name in keyof Over]: LabelOf<Over[Name]> }

/** Of {@link sweep}. */
export interface SweepOptions<Over extends SweepSpace> {
  /** What is tried: each combination of these values, or `trials` of them. At most 1,000,000 combinations. */
  over: Over
  /** Makes the trainer of a trial out of one value of each setting. It is asked once for each trial, before the first. */
  train: (choice: SweepChoice<Over>) => Trainer | Promise<Trainer>
  /** The sweep's folder, which is made. It may be empty or hold the same sweep, which then goes on. */
  output: string
  /** If there are more combinations than this, so many are drawn, none twice. At least 1; defaults to all. */
  trials?: number
  /** Of that drawing. Below 2^32; defaults to 0. */
  seed?: number
  /**
   * Seconds of the whole sweep, those of its finished trials included when it goes on. The running trial ends at its next
   * step then, and counts as finished. Above 0; defaults to no limit.
   */
  timeBudget?: number
  /** Stops the sweep at the next step of the running trial, which begins anew when the sweep goes on. */
  signal?: AbortSignal
  /** Told of each trial, of all that its run tells, and of its result. */
  onEvent?: (event: SweepEvent<Over>) => void
}

/** A finished trial. */
export interface SweepRow<Over extends SweepSpace = SweepSpace> {
  /** From 1. */
  readonly trial: number
  readonly settings: SweepLabels<Over>
  /** Of the best epoch, as a run chooses it; null where no epoch was completed. */
  readonly valTop1: number | null
  readonly valLoss: number | null
  /** From 1. */
  readonly bestEpoch: number | null
  /** Completed ones. */
  readonly epochs: number
  readonly seconds: number
  /** How the run ended; 'not_finite': a loss became NaN or infinite. */
  readonly reason: EndReason | 'not_finite'
  /** Absolute path of the run's folder. */
  readonly folder: string
}

/** A trial begins; `trials` is the number of all. */
export interface SweepTrialEvent<Over extends SweepSpace = SweepSpace> {
  readonly type: 'trial'
  readonly trial: number
  readonly trials: number
  readonly settings: SweepLabels<Over>
}

/** The run of a trial tells something. */
export interface SweepRunEvent {
  readonly type: 'run'
  readonly trial: number
  readonly event: RunEvent
}

/** A trial is finished, and its row is on disk. */
export interface SweepResultEvent<Over extends SweepSpace = SweepSpace> {
  readonly type: 'result'
  readonly row: SweepRow<Over>
}

/** What a sweep tells; its `type` says which. */
export type SweepEvent<Over extends SweepSpace = SweepSpace> =
  | SweepTrialEvent<Over>
  | SweepRunEvent
  | SweepResultEvent<Over>

/** What {@link sweep} resolves with. */
export interface SweepResult<Over extends SweepSpace = SweepSpace> {
  /** All trials were made, the signal ended them, or the time was used up. */
  readonly reason: 'completed' | 'aborted' | 'time_budget'
  /** Finished trials, the best first: higher validation top-1, then lower loss; those without an epoch last. */
  readonly rows: readonly SweepRow<Over>[]
  /** Trials in all, finished or not. */
  readonly trials: number
  /** The sweep's folder. */
  readonly output: string
}
