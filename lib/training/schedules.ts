// Schedules of the learning rate as values. A schedule holds no state of its own: it makes the state that a run
// starts with and, after each epoch, the next one, so that one value serves any number of runs.

import { isDeepStrictEqual } from 'node:util'
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

/** Which schedule it is. */
export type ScheduleKind =
  | 'constant'
  | 'cosine'
  | 'linearWarmUp'
  | 'reduceLROnPlateau'
  | 'sequence'
  | 'stepDecay'

/** A setting as JSON holds it. */
export type ScheduleSetting =
  | string
  | number
  | null
  | readonly ScheduleSetting[]
  | { readonly [name: string]: ScheduleSetting }

/** A schedule and its settings, made by a factory such as {@link cosine}. Immutable. */
export interface Schedule {
  readonly kind: ScheduleKind
  readonly settings: Readonly<Record<string, ScheduleSetting>>
  /** Epochs after which it has done its work; undefined where it goes on for as long as the run. */
  readonly epochs?: number
  /** The state before the first of `epochs` epochs, at the optimizer's rate. */
  start(learningRate: number, epochs: number): ScheduleState
  /** The state after an epoch that gave these metrics. */
  next(state: ScheduleState, metrics: EpochMetrics): ScheduleState
  /** The rate at a share `progress` in [0, 1) of the epoch to come. Without it the rate holds throughout an epoch. */
  within?(state: ScheduleState, progress: number): number
  /** The schedule in force in an epoch, from 1, where it is made of several. */
  partAt?(epoch: number): Schedule
  /** This schedule for so many epochs, at least 1, as a part of a `sequence`. */
  forEpochs(epochs: number): ScheduleStage
}

/** A schedule that knows when it has done its work. */
export interface FiniteSchedule extends Schedule {
  readonly epochs: number
}

/** A schedule for a number of epochs. Immutable. */
export class ScheduleStage {
  readonly schedule: Schedule
  readonly epochs: number

  /** Use `forEpochs` of a schedule. */
  constructor(schedule: Schedule, epochs: number) {
    this.schedule = schedule
    this.epochs = epochs
    Object.freeze(this)
  }
}

/** An immutable schedule of these parts. */
export function scheduleOf<Parts extends Omit<Schedule, 'forEpochs'>>(
  parts: Parts,
): Parts & Pick<Schedule, 'forEpochs'> {
  const schedule = { ...parts, forEpochs }
  Object.freeze(schedule.settings)
  Object.freeze(schedule)
  ofFactories.add(schedule)
  return schedule
}

const ofFactories = new WeakSet<object>()

/** Whether kind and settings say all of a schedule: one that a user wrote has functions of its own. */
export const isOfFactory = (schedule: Schedule): boolean => ofFactories.has(schedule)

function forEpochs(this: Schedule, epochs: number): ScheduleStage {
  return new ScheduleStage(this, check.integer('epochs', epochs, 1))
}

/** The rate at a share `progress` in [0, 1) of the epoch that `state` stands before. */
export function rateWithin(schedule: Schedule, state: ScheduleState, progress: number): number {
  return schedule.within?.(state, progress) ?? state.learningRate
}

/** @throws TypeError where a checkpoint would give back another state: JSON knows neither NaN nor Infinity. */
export function storable(name: string, state: ScheduleState): ScheduleState {
  if (isDeepStrictEqual(JSON.parse(JSON.stringify(state) ?? 'null'), state)) return state
  throw new TypeError(check.expected('what JSON can hold', name, state))
}

/** The schedule in force in an epoch, from 1: itself, or the part of a sequence. */
export function scheduleIn(schedule: Schedule, epoch: number): Schedule {
  return schedule.partAt?.(epoch) ?? schedule
}

/** The optimizer's rate throughout. */
export function constant(): Schedule {
  return scheduleOf({
    kind: 'constant',
    settings: {},
    start: (learningRate: number) => ({ epoch: 0, learningRate }),
    next: (state: ScheduleState) => ({ ...state, epoch: state.epoch + 1 }),
  })
}

/** Of `cosine()`. */
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
  return scheduleOf({
    kind: 'cosine',
    settings: { minLearningRate: minimum },
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
  if (candidate instanceof ScheduleStage) {
    throw new TypeError(check.expected('a schedule to the end, without .forEpochs(n),', name, candidate))
  }
  const { start, next } = (candidate ?? {}) as Partial<Schedule>
  if (typeof start === 'function' && typeof next === 'function') return candidate as Schedule
  throw new TypeError(check.expected('a schedule such as cosine() or reduceLROnPlateau()', name, candidate))
}

/** Checks what a reduction multiplies the rate by. Defaults to 0.1. */
export function factorArgument(factor: unknown): number {
  const checked = check.number('factor', factor ?? 0.1, 0, 1)
  if (checked > 0 && checked < 1) return checked
  throw new RangeError(check.expected('a number above 0 and below 1', 'factor', checked))
}
