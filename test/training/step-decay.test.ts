import { describe, expect, it } from 'vitest'
import { stepDecay } from '../../lib/training/index.js'
import { rateWithin } from '../../lib/training/schedules.js'
import { expectRates } from './rates.js'

describe('wrong settings', () => {
  it.each<[unknown, ErrorConstructor, string]>([
    [undefined, TypeError, 'Expected an object for stepDecay but received undefined'],
    [null, TypeError, 'Expected an object for stepDecay but received null'],
    [{}, TypeError, 'Expected an integer of at least 1 for every but received undefined'],
    [{ every: '2' }, TypeError, 'Expected an integer of at least 1 for every but received "2"'],
    [{ every: 0 }, RangeError, 'Expected an integer of at least 1 for every but received 0'],
    [{ every: 2, factor: '0.1' }, TypeError, 'Expected a number between 0 and 1 for factor'],
    [{ every: 2, factor: 2 }, RangeError, 'Expected a number between 0 and 1 for factor but received 2'],
    [{ every: 2, factor: 0 }, RangeError, 'Expected a number above 0 and below 1 for factor but received 0'],
    [{ every: 2, factor: 1 }, RangeError, 'Expected a number above 0 and below 1 for factor but received 1'],
    [{ every: 2, gamma: 0.1 }, TypeError, 'Unknown option gamma in stepDecay; known options: every, factor'],
  ])('%o', (options, error, message) => {
    expect(() => stepDecay(options as never)).toThrow(error)
    expect(() => stepDecay(options as never)).toThrow(message)
  })
})

// Computed by PyTorch 2.13's StepLR(step_size, gamma) at a rate of 0.1.
it.each([
  [{ every: 2, factor: 0.5 }, [0.1, 0.1, 0.05, 0.05, 0.025, 0.025, 0.0125]],
  [{ every: 3 }, [0.1, 0.1, 0.1, 0.01, 0.01, 0.01, 0.001, 0.001]],
  [{ every: 1, factor: 0.9 }, [0.1, 0.09, 0.081, 0.0729, 0.06561, 0.059049]],
])('gives the rates of StepLR: %o', (options, table) => expectRates(stepDecay(options), 0.1, table))

it('holds its rate within an epoch, also in the last before a reduction', () => {
  const schedule = stepDecay({ every: 1 })
  expect(rateWithin(schedule, schedule.start(0.1, 2), 0.9)).toBe(0.1)
})

it('is a frozen value with every default', () => {
  const schedule = stepDecay({ every: 4 })
  expect(schedule).toMatchObject({ kind: 'stepDecay', settings: { every: 4, factor: 0.1 } })
  expect(Object.isFrozen(schedule) && Object.isFrozen(schedule.settings)).toBe(true)
})
