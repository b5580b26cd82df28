// The rates that a schedule gives over a run, as tests compare them.

import { expect } from 'vitest'
import type { Schedule } from '../../lib/training/index.js'
import type { ScheduleState } from '../../lib/training/schedules.js'

/** The rate of the first epoch and the one after each metric. The state goes through JSON, as through a checkpoint. */
export function ratesOf(schedule: Schedule, initial: number, metrics: readonly number[]): number[] {
  let state: ScheduleState = through(schedule.start(initial, metrics.length))
  return [
    state.learningRate,
    ...metrics.map((metric) => {
      state = through(schedule.next(state, { valLoss: metric, valTop1: metric }))
      return state.learningRate
    }),
  ]
}

/** Compares with a table of PyTorch's rates, the first of which holds before the first epoch. */
export function expectRates(schedule: Schedule, initial: number, table: readonly number[]): void {
  const rates = ratesOf(schedule, initial, Array(table.length - 1).fill(1))
  for (const [epoch, rate] of rates.entries()) expect(rate).toBeCloseTo(table[epoch] as number, 12)
}

function through(state: ScheduleState): ScheduleState {
  return JSON.parse(JSON.stringify(state))
}
