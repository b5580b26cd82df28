import { describe, expect, it } from 'vitest'
import {
  constant,
  cosine,
  linearWarmUp,
  reduceLROnPlateau,
  type Schedule,
  sequence,
  stepDecay,
} from '../../lib/training/index.js'
import { rateWithin, type ScheduleState, scheduleIn } from '../../lib/training/schedules.js'
import { expectRates, ratesOf } from './rates.js'

const warmUp = linearWarmUp({ epochs: 2, from: 0.25 })

describe('wrong parts', () => {
  it.each<[unknown[], ErrorConstructor, string]>([
    [[], TypeError, 'Expected at least one schedule for parts but received an array of 0'],
    [
      [warmUp, 'cosine'],
      TypeError,
      'Expected a schedule such as cosine() or reduceLROnPlateau() for parts[1]',
    ],
    [[null, cosine()], TypeError, 'for parts[0] but received null of type null'],
    [[warmUp, cosine], TypeError, 'for parts[1] but received a function'],
    [[cosine(), constant()], RangeError, 'Expected .forEpochs(n), as other schedules follow, for parts[0]'],
    [
      [warmUp, cosine().forEpochs(3)],
      RangeError,
      'Expected no .forEpochs(n), as the last goes on to the end, for parts[1]',
    ],
    [[warmUp, sequence(cosine())], TypeError, 'Expected a schedule that is no sequence itself for parts[1]'],
    [[sequence(cosine()).forEpochs(2), cosine()], TypeError, 'is no sequence itself for parts[0]'],
  ])('%#: %s', (parts, error, message) => {
    expect(() => sequence(...(parts as [Schedule]))).toThrow(error)
    expect(() => sequence(...(parts as [Schedule]))).toThrow(message)
  })
})

describe('the rates of SequentialLR, computed by PyTorch 2.13 at a rate of 0.1', () => {
  it('LinearLR(0.25, 1, 2), then CosineAnnealingLR(6, 0.001)', () => {
    const table = [
      0.025, 0.0625, 0.1, 0.0933682574873297, 0.07525, 0.0505, 0.02575, 0.0076317425126703, 0.001,
    ]
    expectRates(sequence(warmUp, cosine({ minLearningRate: 0.001 })), 0.1, table)
    expectRates(sequence(warmUp.forEpochs(2), cosine({ minLearningRate: 0.001 })), 0.1, table)
  })

  it('LinearLR(0.1, 1, 3) cut short by milestone 2, then StepLR(2, 0.5)', () => {
    const schedule = sequence(
      linearWarmUp({ epochs: 3, from: 0.1 }).forEpochs(2),
      stepDecay({ every: 2, factor: 0.5 }),
    )
    expectRates(schedule, 0.1, [0.01, 0.04, 0.1, 0.1, 0.05, 0.05, 0.025, 0.025])
  })

  it('LinearLR(0.5, 1, 1) until milestone 3, CosineAnnealingLR(4) until 7, then StepLR(1, 0.5)', () => {
    const schedule = sequence(
      linearWarmUp({ epochs: 1, from: 0.5 }).forEpochs(3),
      cosine().forEpochs(4),
      stepDecay({ every: 1, factor: 0.5 }),
    )
    const table = [
      0.05, 0.1, 0.1, 0.1, 0.0853553390593274, 0.05, 0.0146446609406726, 0.1, 0.05, 0.025, 0.0125,
    ]
    expectRates(schedule, 0.1, table)
  })
})

it('moves within an epoch only while its part does', () => {
  const schedule = sequence(warmUp, cosine())
  const metrics = { valLoss: 1, valTop1: 0 }
  let state: ScheduleState = schedule.start(0.1, 4)
  expect(rateWithin(schedule, state, 0.5)).toBeCloseTo(0.04375, 12)
  state = schedule.next(state, metrics)
  expect(rateWithin(schedule, state, 0.5)).toBeCloseTo(0.08125, 12)
  state = schedule.next(state, metrics)
  expect(rateWithin(schedule, state, 0.5)).toBe(0.1)
})

it('lets a plateau see the metrics of its own time alone', () => {
  const schedule = sequence(constant().forEpochs(2), reduceLROnPlateau({ patience: 0, factor: 0.5 }))
  expect(ratesOf(schedule, 1, [1, 1, 5, 5, 4, 4])).toEqual([1, 1, 1, 1, 0.5, 0.5, 0.25])
})

it('gives the last part at least one epoch, and a shorter run never comes to it', () => {
  expectRates(sequence(linearWarmUp({ epochs: 4, from: 0 }), cosine()), 1, [0, 0.25, 0.5])
  expectRates(sequence(warmUp, cosine()), 1, [0.25, 0.625, 1])
  expectRates(sequence(cosine()), 1, [1, 0.75, 0.25, 0])
})

it('knows the part of an epoch', () => {
  const last = cosine()
  const schedule = sequence(warmUp, stepDecay({ every: 1 }).forEpochs(1), last)
  const kinds = [1, 2, 3, 4, 99].map((epoch) => scheduleIn(schedule, epoch).kind)
  expect(kinds).toEqual(['linearWarmUp', 'linearWarmUp', 'stepDecay', 'cosine', 'cosine'])
  expect(scheduleIn(schedule, 4)).toBe(last)
})

it('is a frozen value whose settings are JSON', () => {
  const { kind, settings } = sequence(warmUp, constant().forEpochs(3), cosine())
  const parts = [
    { schedule: { kind: 'linearWarmUp', epochs: 2, from: 0.25 }, epochs: 2 },
    { schedule: { kind: 'constant' }, epochs: 3 },
    { schedule: { kind: 'cosine', minLearningRate: 0 }, epochs: null },
  ]
  expect(JSON.parse(JSON.stringify({ kind, ...settings }))).toEqual({ kind: 'sequence', parts })
  expect(() => (settings.parts as unknown[]).push(1)).toThrow(TypeError)
  expect(() => Object.assign((settings.parts as object[])[0] as object, { epochs: 1 })).toThrow(TypeError)
})
