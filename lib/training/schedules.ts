// Schedules of the learning rate as values. A schedule holds no state of its own: it makes the state that a run
// starts with and, after each epoch, the next one, so that one value serves any number of runs.

import * as check from '../check.js'

/** Where a schedule stands: plain JSON, so that it can be stored with a checkpoint. */
export interface ScheduleState {
  /** The epoch to come, from 0. */
  readonly epoch: number
  /** The rate of the epoch to come. */
  readonly learningRate: number
}

/** What a schedule may look at after an epoch. */
export interface EpochMetrics {
  readonly valLoss: number
  readonly valTop1: number
}

/** A schedule and its settings, made by {@link constant}, {@link cosine} or `reduceLROnPlateau`. Immutable. */
export interface Schedule {
  readonly kind: 'constant' | 'cosine' | 'reduceLROnPlateau'
  readonly settings: Readonly<Record<string, string | number>>
  /** The state before the first of `epochs` epochs, at the optimizer's rate. */
  start(learningRate: number, epochs: number): ScheduleState
  /** The state after an epoch that gave these metrics. */
  next(state: ScheduleState, metrics: EpochMetrics): ScheduleState
}

/** The optimizer's rate throughout. */
export function constant(): Schedule {
  return Object.freeze({
    kind: 'constant',
    settings: Object.freeze({}),
    start: (learningRate: number) => ({ epoch: 0, learningRate }),
    next: (state: ScheduleState) => ({ ...state, epoch: state.epoch + 1 }),
  })
}

export interface CosineOptions {
  /** The rate that the last epoch falls towards, at least 0. Defaults to 0. */
  minLearningRate?: number
}

interface CosineState extends ScheduleState {
  readonly initial: number
  readonly epochs: number
}

/**
 * Cosine decay over the epochs of the run, stepped once an epoch, as PyTorch's CosineAnnealingLR with T_max = epochs.
 *
 * @throws TypeError or RangeError for a setting of another type or outside its range.
 * @see Loshchilov and Hutter, "SGDR: stochastic gradient descent with warm restarts", 2017
 */
export function cosine(options?: CosineOptions): Schedule {
  const given = check.options('cosine', options, ['minLearningRate'])
  const minimum = check.number('minLearningRate', given.minLearningRate ?? 0, 0)
  return Object.freeze({
    kind: 'cosine',
    settings: Object.freeze({ minLearningRate: minimum }),
    start: (learningRate: number, epochs: number): CosineState => ({
      epoch: 0,
      learningRate,
      initial: learningRate,
      epochs,
    }),
    next: (state: CosineState): CosineState => {
      const epoch = state.epoch + 1
      const share = (1 + Math.cos((Math.PI * epoch) / state.epochs)) / 2 // from 1 down to 0
      return { ...state, epoch, learningRate: minimum + (state.initial - minimum) * share }
    },
  })
}

/** Checks that a value is a schedule; `name` is the argument's. */
export function scheduleArgument(name: string, candidate: unknown): Schedule {
  const { start, next } = (candidate ?? {}) as Partial<Schedule>
  if (typeof start === 'function' && typeof next === 'function') return candidate as Schedule
  throw new TypeError(
    check.expected('a schedule made by constant(), cosine() or reduceLROnPlateau()', name, candidate),
  )
}
