import { describe, expect, it } from 'vitest'
import { linearWarmUp } from '../../lib/training/index.js'
import { rateWithin, type ScheduleState } from '../../lib/training/schedules.js'
import { expectRates } from './rates.js'

describe('wrong settings', () => {
  it.each<[unknown, ErrorConstructor, string]>([
    [undefined, TypeError, 'Expected an object for linearWarmUp but received undefined'],
    [2, TypeError, 'Expected an object for linearWarmUp but received 2'],
    [{}, TypeError, 'Expected an integer of at least 1 for epochs but received undefined'],
    [{ epochs: 0.5 }, TypeError, 'Expected an integer of at least 1 for epochs but received 0.5'],
    [{ epochs: 0 }, RangeError, 'Expected an integer of at least 1 for epochs but received 0'],
    [{ epochs: 2, from: '0' }, TypeError, 'Expected a number between 0 and 1 for from but received "0"'],
    [{ epochs: 2, from: -0.1 }, RangeError, 'Expected a number between 0 and 1 for from'],
    [{ epochs: 2, from: 1 }, RangeError, 'Expected a number below 1 for from but received 1'],
    [{ epochs: 2, steps: 9 }, TypeError, 'Unknown option steps in linearWarmUp; known options: epochs, from'],
  ])('%o', (options, error, message) => {
    expect(() => linearWarmUp(options as never)).toThrow(error)
    expect(() => linearWarmUp(options as never)).toThrow(message)
  })
})

// Computed by PyTorch 2.13's LinearLR(start_factor, 1, total_iters) at a rate of 0.1.
it.each([
  [{ epochs: 4, from: 0.1 }, [0.01, 0.0325, 0.055, 0.0775, 0.1, 0.1, 0.1]],
  [{ epochs: 3 }, [0.1 / 3, 0.0555555555555556, 0.0777777777777778, 0.1, 0.1]],
  [{ epochs: 1 }, [0.1 / 3, 0.1, 0.1]],
])('gives the rates of LinearLR at the boundaries of epochs: %o', (options, table) =>
  expectRates(linearWarmUp(options), 0.1, table),
)

it('rises with every step, as LinearLR over the steps of its epochs', () => {
  // Computed by PyTorch 2.13's LinearLR(0.2, 1, total_iters=8): two epochs of four steps, and two steps more.
  const table = [0.02, 0.03, 0.04, 0.05, 0.06, 0.07, 0.08, 0.09, 0.1, 0.1]
  const schedule = linearWarmUp({ epochs: 2, from: 0.2 })
  let state: ScheduleState = schedule.start(0.1, 3)
  for (const [step, rate] of table.entries()) {
    if (step > 0 && step % 4 === 0) state = schedule.next(state, { valLoss: 1, valTop1: 0 })
    expect(rateWithin(schedule, state, (step % 4) / 4)).toBeCloseTo(rate, 12)
  }
})

it('can begin at nothing, and reaches exactly the full rate', () => {
  const schedule = linearWarmUp({ epochs: 3, from: 0 })
  expectRates(schedule, 0.3, [0, 0.1, 0.2, 0.3, 0.3])
  let state: ScheduleState = schedule.start(0.7, 3)
  for (let epoch = 0; epoch < 3; epoch++) state = schedule.next(state, { valLoss: 1, valTop1: 0 })
  expect(state.learningRate).toBe(0.7)
})

it('is a frozen value that knows its own length', () => {
  const schedule = linearWarmUp({ epochs: 2 })
  expect(schedule).toMatchObject({ kind: 'linearWarmUp', epochs: 2, settings: { epochs: 2, from: 1 / 3 } })
  expect(Object.isFrozen(schedule) && Object.isFrozen(schedule.settings)).toBe(true)
})
