import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { constant, cosine, reduceLROnPlateau } from '../../lib/training/index.js'
import { rateWithin, scheduleArgument, scheduleIn } from '../../lib/training/schedules.js'
import { expectRates, ratesOf } from './rates.js'

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

describe('wrong settings', () => {
  it.each([
    [() => reduceLROnPlateau({ factor: 1 }), 'Expected a number above 0 and below 1 for factor'],
    [() => reduceLROnPlateau({ factor: 0 }), 'Expected a number above 0 and below 1 for factor'],
    [() => reduceLROnPlateau({ patience: -1 }), 'Expected an integer of at least 0 for patience'],
    [() => cosine({ minLearningRate: -1 }), 'for minLearningRate'],
    [() => cosine().forEpochs(0), 'Expected an integer of at least 1 for epochs but received 0'],
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
    [() => scheduleArgument('schedule', cosine), 'Expected a schedule such as cosine()'],
    [
      () => scheduleArgument('schedule', cosine().forEpochs(2)),
      'Expected a schedule to the end, without .forEpochs(n), for schedule but received ScheduleStage',
    ],
    [() => cosine().forEpochs(1.5), 'Expected an integer of at least 1 for epochs'],
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
    const rates = ratesOf(schedule, golden.initialLr, golden.metric).slice(1)
    const worst = Math.max(...rates.map((rate, i) => Math.abs(rate - (golden.lr[i] as number))))
    expect(rates).toHaveLength(golden.lr.length)
    expect(worst).toBeLessThanOrEqual(1e-12)
  })

  // The rates after each metric, computed by PyTorch 2.13 with factor 0.5, patience 1 and threshold 0.1.
  const watched = [2.4, Number.NaN, 2.2, 0.5, 0.7, 2.6, 0.7, Number.NaN, 1.8, 0.4, 0.8, 1.1]
  it.each([
    ['min', 'rel', 0, [1, 1, 0.5, 0.5, 0.5, 0.25, 0.25, 0.125, 0.125, 0.125, 0.125, 0.0625]],
    ['min', 'rel', 2, [1, 1, 0.5, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.25, 0.25, 0.125]],
    ['min', 'abs', 0, [1, 1, 1, 1, 1, 0.5, 0.5, 0.25, 0.25, 0.125, 0.125, 0.0625]],
    ['min', 'abs', 2, [1, 1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25]],
    ['max', 'rel', 0, [1, 1, 0.5, 0.5, 0.25, 0.25, 0.125, 0.125, 0.0625, 0.0625, 0.03125, 0.03125]],
    ['max', 'rel', 2, [1, 1, 0.5, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.25, 0.125, 0.125]],
    ['max', 'abs', 0, [1, 1, 0.5, 0.5, 0.25, 0.25, 0.25, 0.125, 0.125, 0.0625, 0.0625, 0.03125]],
    ['max', 'abs', 2, [1, 1, 0.5, 0.5, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.25, 0.125]],
  ] as const)(
    'decides as PyTorch where a metric is NaN: %s, %s, cooldown %i',
    (mode, thresholdMode, cooldown, table) => {
      const options = { mode, thresholdMode, cooldown, factor: 0.5, patience: 1, threshold: 0.1 }
      expect(ratesOf(reduceLROnPlateau(options), 1, watched)).toEqual([1, ...table])
    },
  )

  it('counts NaN as not improved', () => {
    const schedule = reduceLROnPlateau({ patience: 1, factor: 0.5 })
    expect(ratesOf(schedule, 1, [2, Number.NaN, Number.NaN, 1])).toEqual([1, 1, 1, 0.5, 0.5])
    expect(ratesOf(schedule, 1, [Number.NaN, Number.NaN, 5])).toEqual([1, 1, 0.5, 0.5])
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
    expect(ratesOf(schedule, 1, [1, 1, 1])).toEqual([1, 1, 1, 1])
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

describe('cosine', () => {
  it("falls from the optimizer's rate towards the minimum, half way in the middle", () => {
    const high = 0.6 + 0.4 * Math.SQRT1_2
    const low = 0.6 - 0.4 * Math.SQRT1_2
    expectRates(cosine({ minLearningRate: 0.2 }), 1, [1, high, 0.6, low, 0.2])
  })

  it('gives the rates of CosineAnnealingLR', () => {
    const table = [0.1, 0.0923606797749979, 0.0723606797749979, 0.0476393202250021, 0.0276393202250021, 0.02]
    expectRates(cosine({ minLearningRate: 0.02 }), 0.1, table)
  })
})

it('constant keeps the rate', () => {
  expect(ratesOf(constant(), 0.3, [3, 2, 1])).toEqual([0.3, 0.3, 0.3, 0.3])
})

it.each([constant(), cosine(), reduceLROnPlateau()])('$kind holds its rate within an epoch', (schedule) => {
  const second = schedule.next(schedule.start(0.3, 4), { valLoss: 1, valTop1: 0 })
  for (const progress of [0, 0.5, 0.99])
    expect(rateWithin(schedule, second, progress)).toBe(second.learningRate)
  expect(schedule.epochs).toBeUndefined()
  expect(scheduleIn(schedule, 3)).toBe(schedule)
})

it('a schedule for a number of epochs is immutable', () => {
  const schedule = cosine()
  const stage = schedule.forEpochs(3)
  expect(stage).toMatchObject({ schedule, epochs: 3 })
  expect(() => Object.assign(stage, { epochs: 4 })).toThrow(TypeError)
  expect(() => Object.assign(schedule, { kind: 'constant' })).toThrow(TypeError)
  expect(() => Object.assign(schedule.settings, { minLearningRate: 1 })).toThrow(TypeError)
})
