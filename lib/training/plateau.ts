// ReduceLROnPlateau, decision for decision as PyTorch's.

import * as check from '../check.js'
import {
  type EpochMetrics,
  factorArgument,
  type Schedule,
  type ScheduleState,
  scheduleOf,
} from './schedules.js'

/** Of `reduceLROnPlateau()`. */
export interface PlateauOptions {
  /** The metric of the validation that is watched. Defaults to 'valLoss'. */
  monitor?: 'valLoss' | 'valTop1'
  /** Whether a lower or a higher metric is better. Defaults to 'min' for 'valLoss' and 'max' for 'valTop1'. */
  mode?: 'min' | 'max'
  /** What the rate is multiplied by, in (0, 1). Defaults to 0.1. */
  factor?: number
  /** Epochs without improvement that are let pass before the rate is reduced. Defaults to 10. */
  patience?: number
  /** How much better counts as better, at least 0. Defaults to 1e-4. */
  threshold?: number
  /** Whether the threshold is a share of the best metric or a difference from it. Defaults to 'rel'. */
  thresholdMode?: 'rel' | 'abs'
  /** Epochs after a reduction in which nothing is counted. Defaults to 0. */
  cooldown?: number
  /** The rate is never reduced below this. Defaults to 0. */
  minLearningRate?: number
  /** A reduction by no more than this is left out. Defaults to 1e-8. */
  epsilon?: number
}

interface PlateauState extends ScheduleState {
  readonly best: number | null // null before the first metric
  readonly badEpochs: number
  readonly cooldownLeft: number
}

type Settings = Required<PlateauOptions>

/**
 * Multiplies the rate by `factor` once the watched metric has not improved for more than `patience` epochs.
 * A metric that is NaN counts as not improved. Steps once an epoch, across all stages of freezing.
 *
 * @throws TypeError or RangeError for a setting of another type or outside its range.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.ReduceLROnPlateau.html
 */
export function reduceLROnPlateau(options?: PlateauOptions): Schedule {
  const settings = resolve(options)
  return scheduleOf({
    kind: 'reduceLROnPlateau',
    settings,
    start: (learningRate: number): PlateauState => ({
      epoch: 0,
      learningRate,
      best: null,
      badEpochs: 0,
      cooldownLeft: 0,
    }),
    next: (state: PlateauState, metrics: EpochMetrics) => next(settings, state, metrics[settings.monitor]),
  })
}

function resolve(options: PlateauOptions | undefined): Settings {
  const given = check.options('reduceLROnPlateau', options, [
    'monitor',
    'mode',
    'factor',
    'patience',
    'threshold',
    'thresholdMode',
    'cooldown',
    'minLearningRate',
    'epsilon',
  ])
  const monitor = check.oneOf('monitor', given.monitor ?? 'valLoss', ['valLoss', 'valTop1'])
  return {
    monitor,
    mode: check.oneOf('mode', given.mode ?? (monitor === 'valLoss' ? 'min' : 'max'), ['min', 'max']),
    factor: factorArgument(given.factor),
    patience: check.integer('patience', given.patience ?? 10, 0),
    threshold: check.number('threshold', given.threshold ?? 1e-4, 0),
    thresholdMode: check.oneOf('thresholdMode', given.thresholdMode ?? 'rel', ['rel', 'abs']),
    cooldown: check.integer('cooldown', given.cooldown ?? 0, 0),
    minLearningRate: check.number('minLearningRate', given.minLearningRate ?? 0, 0),
    epsilon: check.number('epsilon', given.epsilon ?? 1e-8, 0),
  }
}

function next(settings: Settings, state: PlateauState, metric: number): PlateauState {
  const better = isBetter(settings, metric, state.best)
  const cooling = state.cooldownLeft > 0
  const badEpochs = better || cooling ? 0 : state.badEpochs + 1
  const after = {
    epoch: state.epoch + 1,
    learningRate: state.learningRate,
    best: better ? metric : state.best,
    badEpochs,
    cooldownLeft: cooling ? state.cooldownLeft - 1 : 0,
  }
  if (badEpochs <= settings.patience) return after
  return {
    ...after,
    learningRate: reduced(settings, state.learningRate),
    badEpochs: 0,
    cooldownLeft: settings.cooldown,
  }
}

function isBetter(
  { mode, threshold, thresholdMode }: Settings,
  metric: number,
  best: number | null,
): boolean {
  if (best === null) return mode === 'min' ? metric < Infinity : metric > -Infinity // false for NaN
  if (mode === 'min') return metric < (thresholdMode === 'rel' ? best * (1 - threshold) : best - threshold)
  return metric > (thresholdMode === 'rel' ? best * (threshold + 1) : best + threshold)
}

function reduced({ factor, minLearningRate, epsilon }: Settings, rate: number): number {
  const lower = Math.max(rate * factor, minLearningRate)
  return rate - lower > epsilon ? lower : rate
}
