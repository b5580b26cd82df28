// A rate that falls in steps of equal length.

import * as check from '../check.js'
import { factorArgument, type Schedule, type ScheduleState, scheduleOf } from './schedules.js'

/** Of `stepDecay()`. */
export interface StepDecayOptions {
  /** Epochs between two reductions, at least 1. */
  every: number
  /** What the rate is multiplied by, in (0, 1). Defaults to 0.1. */
  factor?: number
}

/**
 * Multiplies the rate by `factor` after each `every` epochs, as PyTorch's StepLR.
 *
 * @example stepDecay({ every: 30, factor: 0.1 })
 * @throws TypeError or RangeError for a setting of another type or outside its range.
 * @see He, Zhang, Ren and Sun, "Deep residual learning for image recognition", 2016, section 3.4, for such a decay
 */
export function stepDecay(options: StepDecayOptions): Schedule {
  if (options === undefined) throw new TypeError(check.expected('an object', 'stepDecay', options))
  const given = check.options('stepDecay', options, ['every', 'factor'])
  const every = check.integer('every', given.every, 1)
  const factor = factorArgument(given.factor)
  return scheduleOf({
    kind: 'stepDecay',
    settings: { every, factor },
    start: (learningRate: number) => ({ epoch: 0, learningRate }),
    next: (state: ScheduleState) => {
      const epoch = state.epoch + 1
      const reduces = epoch % every === 0
      return { ...state, epoch, learningRate: reduces ? state.learningRate * factor : state.learningRate }
    },
  })
}
