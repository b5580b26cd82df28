import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { constant, cosine, reduceLROnPlateau } from '../../lib/training/index.js'
import { type Schedule, type ScheduleState, scheduleArgument } from '../../lib/training/schedules.js'

interface PlateauGolden {
  mode: 'min' | 'max'
  patience: number
  factor: number
  threshold: number
  thresholdMode: 'rel' | 'abs'
  cooldown: number
  minLr: number
  initialLr: number
  metric: number[]
  lr: number[]
}

const goldens = JSON.parse(
  readFileSync(new URL('../fixtures/goldens/reduce_lr_on_plateau.json', import.meta.url), 'utf8'),
) as PlateauGolden[]

/** The rate after each metric. */
function ratesAfter(schedule: Schedule, initial: number, metrics: readonly number[]): number[] {
  let state: ScheduleState = schedule.start(initial, metrics.length)
  return metrics.map((metric) => {
    state = JSON.parse(JSON.stringify(schedule.next(state, { valLoss: metric, valTop1: metric })))
    return state.learningRate
  })
}

describe('wrong settings', () => {
  it.each([
    [() => reduceLROnPlateau({ factor: 1 }), 'Expected a number above 0 and below 1 for factor'],
    [() => reduceLROnPlateau({ factor: 0 }), 'Expected a number above 0 and below 1 for factor'],
    [() => reduceLROnPlateau({ patience: -1 }), 'Expected an integer of at least 0 for patience'],
    [() => cosine({ minLearningRate: -1 }), 'for minLearningRate'],
  ])('%s is a RangeError', (make, message) => {
    expect(make).toThrow(RangeError)
    expect(make).toThrow(message)
  })

  it.each([
    [
      () => reduceLROnPlateau({ monitor: 'loss' as never }),
      "Expected one of 'valLoss', 'valTop1' for monitor",
    ],
    [
      () => reduceLROnPlateau({ patience: 1.5 }),
      'Expected an integer of at least 0 for patience but received 1.5',
    ],
    [() => reduceLROnPlateau({ minLr: 0 } as never), 'Unknown option minLr in reduceLROnPlateau'],
    [() => cosine({ epochs: 3 } as never), 'Unknown option epochs in cosine'],
    [() => scheduleArgument('schedule', cosine), 'Expected a schedule made by constant(), cosine()'],
  ])('%s is a TypeError', (make, message) => {
    expect(make).toThrow(TypeError)
    expect(make).toThrow(message)
  })
})

describe('reduceLROnPlateau', () => {
  it('has goldens', () => expect(goldens.length).toBeGreaterThan(3))

  it.each(goldens)('gives the rates of PyTorch: $mode, $thresholdMode, patience $patience', (golden) => {
    const schedule = reduceLROnPlateau({
      mode: golden.mode,
      patience: golden.patience,
      factor: golden.factor,
      threshold: golden.threshold,
      thresholdMode: golden.thresholdMode,
      cooldown: golden.cooldown,
      minLearningRate: golden.minLr,
    })
    const rates = ratesAfter(schedule, golden.initialLr, golden.metric)
    const worst = Math.max(...rates.map((rate, i) => Math.abs(rate - (golden.lr[i] as number))))
    expect(rates).toHaveLength(golden.lr.length)
    expect(worst).toBeLessThanOrEqual(1e-12)
  })

  it('counts NaN as not improved', () => {
    const schedule = reduceLROnPlateau({ patience: 1, factor: 0.5 })
    expect(ratesAfter(schedule, 1, [2, Number.NaN, Number.NaN, 1])).toEqual([1, 1, 0.5, 0.5])
    expect(ratesAfter(schedule, 1, [Number.NaN, Number.NaN, 5])).toEqual([1, 0.5, 0.5])
  })

  it('watches validation top-1 upwards', () => {
    const schedule = reduceLROnPlateau({ monitor: 'valTop1', patience: 0, factor: 0.5 })
    expect(schedule.settings.mode).toBe('max')
    const first = schedule.next(schedule.start(1, 9), { valLoss: 1, valTop1: 0.2 })
    const second = schedule.next(first, { valLoss: 2, valTop1: 0.4 })
    const third = schedule.next(second, { valLoss: 0, valTop1: 0.4 })
    expect([first, second, third].map((state) => state.learningRate)).toEqual([1, 1, 0.5])
  })

  it('leaves a reduction out that is no larger than epsilon', () => {
    const schedule = reduceLROnPlateau({ patience: 0, factor: 0.5, epsilon: 0.6 })
    expect(ratesAfter(schedule, 1, [1, 1, 1])).toEqual([1, 1, 1])
  })

  it('serves several runs at once', () => {
    const schedule = reduceLROnPlateau({ patience: 0, factor: 0.5 })
    const one = schedule.next(schedule.next(schedule.start(1, 9), { valLoss: 1, valTop1: 0 }), {
      valLoss: 1,
      valTop1: 0,
    })
    expect(one.learningRate).toBe(0.5)
    expect(schedule.start(1, 9).learningRate).toBe(1)
  })
})

it("cosine falls from the optimizer's rate towards the minimum, half way in the middle", () => {
  const schedule = cosine({ minLearningRate: 0.2 })
  const rates = [schedule.start(1, 4).learningRate, ...ratesAfter(schedule, 1, [0, 0, 0, 0])]
  const expectedRates = [
    1,
    0.2 + 0.8 * (0.5 + Math.SQRT1_2 / 2),
    0.6,
    0.2 + 0.8 * (0.5 - Math.SQRT1_2 / 2),
    0.2,
  ]
  for (const [i, rate] of rates.entries()) expect(rate).toBeCloseTo(expectedRates[i] as number, 12)
})

it('constant keeps the rate', () => {
  expect(ratesAfter(constant(), 0.3, [3, 2, 1])).toEqual([0.3, 0.3, 0.3])
})
