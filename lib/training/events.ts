// What a run tells while it goes on. Epochs, stages and steps count from 1; accuracies are fractions in [0, 1].

import type { RunResult } from './run-result.js'
import type { Loaded } from './take.js'

/** Something that a person should know of and that stops nothing. `message` is one line. */
export interface WarningEvent {
  readonly type: 'warning'
  readonly code:
    | 'all_layers_learn' // stages of freezing were given, but no pretrained weights
    | 'skipped' // photographs that cannot be read
    | 'cache_damaged' // decoded photographs on disk that are decoded again
    | 'dropped' // a last batch of a single sample
    | 'prefix_plain' // the frozen layers cannot be folded on this machine
    | 'checkpoint_damaged' // a checkpoint that the run does not go on from
    | 'best_missing' // the best model of a run that goes on is no longer there: removed, or replaced before a kill
    | 'resumed_elsewhere' // the run goes on with another LibTorch or number of threads than it began with
  readonly message: string
}

/** The run goes on from a checkpoint. */
export interface ResumedEvent {
  readonly type: 'resumed'
  readonly file: string
  /** The epoch under way; one more than there are where all are complete. */
  readonly epoch: number
  /** Steps since the run began. */
  readonly globalStep: number
}

/** Published weights are being fetched; `done` and `total` count bytes. */
export interface FetchEvent {
  readonly type: 'fetch'
  /** Their name, as `.pretrained()` takes it. */
  readonly weights: string
  readonly done: number
  readonly total: number
}

/** Weights were taken, all of them or the trunk's. */
export interface LoadedEvent extends Loaded {
  readonly type: 'loaded'
}

/** Photographs are being decoded or found in the cache; `done` and `total` count those of all parts. */
export interface PrepareEvent {
  readonly type: 'prepare'
  /** As a person would say it: 'Decoding photographs', 'Checking the decoded photographs'. */
  readonly task: string
  readonly done: number
  readonly total: number
}

/** Other layers learn from this epoch on. */
export interface StageEvent {
  readonly type: 'stage'
  readonly stage: number
  readonly name: string
  readonly epoch: number
  readonly trainableParameters: number
  /** How the frozen layers below all that learn run: there are none, folded and fused, or as they are. */
  readonly prefix: 'none' | 'folded' | 'plain'
}

/** One step of the optimizer. */
export interface StepEvent {
  readonly type: 'step'
  readonly epoch: number
  readonly epochs: number
  readonly step: number
  /** Steps of this epoch. */
  readonly steps: number
  /** Steps since the run began. */
  readonly globalStep: number
  /** Mean over the samples of the update, by their class weights, before it. */
  readonly loss: number
  /** Mean over the samples of the epoch so far. */
  readonly trainLoss: number
  readonly trainTop1: number
  readonly learningRate: number
  /** L2 norm of all gradients before clipping; null where they are not clipped. */
  readonly gradientNorm: number | null
  /** Samples of the epoch so far. */
  readonly samples: number
  /** Over the epoch so far, validation not counted. */
  readonly imagesPerSecond: number
}

/** The validation of an epoch is under way; `done` and `total` count photographs. */
export interface ValidateEvent {
  readonly type: 'validate'
  readonly epoch: number
  readonly done: number
  readonly total: number
}

/** An epoch and its validation are complete. */
export interface EpochEvent {
  readonly type: 'epoch'
  readonly epoch: number
  readonly epochs: number
  readonly stage: number
  readonly learningRate: number
  /** Means over the augmented batches, with dropout, while the weights moved. */
  readonly train: { readonly loss: number; readonly top1: number }
  readonly validation: { readonly loss: number; readonly top1: number; readonly top5: number }
  /** Whether this is the best epoch so far. */
  readonly best: boolean
  readonly samples: number
  /** Samples left out, see {@link WarningEvent} 'dropped'. */
  readonly dropped: number
  readonly seconds: number
  readonly imagesPerSecond: number
}

/**
 * A file is on disk, whole: the best or the latest model, which opens by itself, or what the run can be resumed from.
 */
export interface CheckpointEvent {
  readonly type: 'checkpoint'
  /** The one under way, else the one that is complete. */
  readonly epoch: number
  readonly kind: 'best' | 'last' | 'resume'
  readonly file: string
}

/** The run has ended; the last event. */
export interface DoneEvent extends Omit<RunResult, 'history' | 'output'> {
  readonly type: 'done'
  /** Complete ones. */
  readonly epochs: number
}

/** What a run tells; its `type` says which. */
export type RunEvent =
  | WarningEvent
  | ResumedEvent
  | FetchEvent
  | LoadedEvent
  | PrepareEvent
  | StageEvent
  | StepEvent
  | ValidateEvent
  | EpochEvent
  | CheckpointEvent
  | DoneEvent

const FREQUENT: ReadonlySet<RunEvent['type']> = new Set(['fetch', 'prepare', 'step', 'validate'])

/** Events of which only the latest matters: a stream that is not read keeps no more than one of a kind in a row. */
export function isFrequent(event: RunEvent): boolean {
  return FREQUENT.has(event.type)
}

export type Emit = (event: RunEvent) => void
