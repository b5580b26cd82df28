// A rate that rises to its full height at the beginning of a training.

import * as check from '../check.js'
import { type FiniteSchedule, type ScheduleState, scheduleOf } from './schedules.js'

/** Of `linearWarmUp()`. */
export interface LinearWarmUpOptions {
  /** Epochs until the full rate, at least 1. */
  epochs: number
  /** The share of the optimizer's rate that the first step has, in [0, 1). Defaults to 1/3, as PyTorch's LinearLR. */
  from?: number
}

interface WarmUpState extends ScheduleState {
  /** The full rate. */
  readonly full: number
}

/**
 * Rises linearly from a share of the optimizer's rate to all of it, a little with every step, and holds it from there
 * on. At the boundaries of epochs the rate is that of PyTorch's LinearLR with start_factor = from, end_factor = 1 and
 * total_iters = epochs; it also takes `from: 0`, which LinearLR cannot.
 *
 * @example sequence(linearWarmUp({ epochs: 2 }), cosine())
 * @throws TypeError or RangeError for a setting of another type or outside its range.
 * @see Goyal et al., "Accurate, large minibatch SGD: training ImageNet in 1 hour", 2017, section 2.2
 */
export function linearWarmUp(options: LinearWarmUpOptions): FiniteSchedule {
  if (options === undefined) throw new TypeError(check.expected('an object', 'linearWarmUp', options))
  const given = check.options('linearWarmUp', options, ['epochs', 'from'])
  const epochs = check.integer('epochs', given.epochs, 1)
  const from = check.number('from', given.from ?? 1 / 3, 0, 1)
  if (from === 1) throw new RangeError(check.expected('a number below 1', 'from', from))

  /** After `passed` epochs, a fraction included. */
  const rate = (full: number, passed: number): number =>
    passed >= epochs ? full : full * (from + (1 - from) * (passed / epochs))
  return scheduleOf({
    kind: 'linearWarmUp',
    settings: { epochs, from },
    epochs,
    start: (full: number): WarmUpState => ({ epoch: 0, learningRate: rate(full, 0), full }),
    next: (state: WarmUpState): WarmUpState => {
      const epoch = state.epoch + 1
      return { ...state, epoch, learningRate: rate(state.full, epoch) }
    },
    within: ({ epoch, full }: WarmUpState, progress: number) => rate(full, epoch + progress),
  })
}
