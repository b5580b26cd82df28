// torch.optim.lr_scheduler.ReduceLROnPlateau: the rate after each metric.
import * as check from '../../lib/check.js'
import { reduceLROnPlateau } from '../../lib/training/index.js'
import { type Check, within, worstDifference } from './check.js'
import { fields, list, numbers } from './read.js'

export interface PlateauGolden {
  readonly mode: 'min' | 'max'
  readonly patience: number
  readonly factor: number
  readonly threshold: number
  readonly thresholdMode: 'rel' | 'abs'
  readonly cooldown: number
  readonly minLr: number
  readonly initialLr: number
  readonly metric: number[]
  readonly lr: number[]
}

const TOLERANCE = 1e-12

export function readPlateaus(value: unknown): PlateauGolden[] {
  return list('golden', value, (name, one) => {
    const golden = fields(name, one)
    const metric = numbers(`${name}.metric`, golden.metric)
    return {
      mode: check.oneOf(`${name}.mode`, golden.mode, ['min', 'max']),
      patience: check.integer(`${name}.patience`, golden.patience, 0),
      factor: check.number(`${name}.factor`, golden.factor, 0, 1),
      threshold: check.number(`${name}.threshold`, golden.threshold, 0),
      thresholdMode: check.oneOf(`${name}.thresholdMode`, golden.thresholdMode, ['rel', 'abs']),
      cooldown: check.integer(`${name}.cooldown`, golden.cooldown, 0),
      minLr: check.number(`${name}.minLr`, golden.minLr, 0),
      initialLr: check.number(`${name}.initialLr`, golden.initialLr, 0),
      metric,
      lr: numbers(`${name}.lr`, golden.lr, metric.length),
    }
  })
}

export function checkPlateaus(goldens: readonly PlateauGolden[]): Check[] {
  return goldens.map((golden, index) => {
    const { mode, thresholdMode, patience, lr } = golden
    const name = `${index}: ${mode} ${thresholdMode} patience ${patience}`
    return within(name, 'float64', worstDifference(ratesOf(golden), lr), TOLERANCE)
  })
}

function ratesOf({ minLr, initialLr, metric, lr: _, ...settings }: PlateauGolden): number[] {
  const schedule = reduceLROnPlateau({ ...settings, minLearningRate: minLr })
  let state = schedule.start(initialLr, metric.length)
  return metric.map((value) => {
    state = schedule.next(state, { valLoss: value, valTop1: value })
    return state.learningRate
  })
}
