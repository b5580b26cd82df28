import { expect, test } from 'vitest'
import { countTicks, decadeTicks, powerLabel, tickLabel, valueTicks } from '../../lib/pictures/ticks.js'

test.each([
  [0, 1, [0, 0.2, 0.4, 0.6, 0.8, 1], 1],
  [1.31, 7.7, [0, 2, 4, 6, 8], 0],
  [0.1, 0.31, [0.1, 0.15, 0.2, 0.25, 0.3, 0.35], 2],
  [51, 62, [50, 52.5, 55, 57.5, 60, 62.5], 1],
  [-0.9, 0.9, [-1, -0.5, 0, 0.5, 1], 1],
  [5, 5, [4.4, 4.6, 4.8, 5, 5.2, 5.4, 5.6], 1],
  [0, 0, [-0.6, -0.4, -0.2, 0, 0.2, 0.4, 0.6], 1],
])('from %d to %d', (low, high, values, digits) => {
  const ticks = valueTicks(low, high, 5)
  expect(ticks.values).toEqual(values)
  expect(ticks).toMatchObject({ min: values[0], max: values.at(-1), digits })
})

test.each([
  [1, 1, [1]],
  [1, 2, [1, 2]],
  [1, 10, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]],
  [1, 40, [5, 10, 15, 20, 25, 30, 35, 40]],
  [0, 1000, [0, 100, 200, 300, 400, 500, 600, 700, 800, 900, 1000]],
])('counts from %i to %i', (low, high, values) => {
  expect(countTicks(low, high, 12)).toMatchObject({ min: low, max: high, values, digits: 0 })
})

test('labels are short at any scale', () => {
  const labels = (low: number, high: number) => {
    const ticks = valueTicks(low, high, 5)
    return ticks.values.map((value) => tickLabel(value, ticks))
  }
  expect(labels(0.0001, 0.0002)).toEqual(['0.00010', '0.00012', '0.00014', '0.00016', '0.00018', '0.00020'])
  expect(labels(0, 2.5e-9)).toEqual(['0', '5e-10', '1e-9', '1.5e-9', '2e-9', '2.5e-9'])
  expect(labels(0, 5e6)).toEqual(['0', '1e+6', '2e+6', '3e+6', '4e+6', '5e+6'])
})

test.each<[number, number, string[]]>([
  [1e-6, 1, ['1e-6', '1e-5', '0.0001', '0.001', '0.01', '0.1', '1']],
  [1.5e-3, 0.3, ['0.01', '0.1']],
  [1e-3, 9e-3, ['0.001', '0.002', '0.005']],
  [0.012, 0.045, ['0.02', '0.03', '0.04']],
  [100, 3e7, ['100', '1000', '10000', '100000', '1e+6', '1e+7']],
])('a logarithmic axis from %d to %d', (low, high, labels) => {
  const ticks = decadeTicks(Math.log10(low), Math.log10(high))
  expect(ticks.labelled?.map(powerLabel)).toEqual(labels)
  expect(ticks).toMatchObject({ min: Math.log10(low), max: Math.log10(high) })
  for (const value of ticks.labelled ?? []) expect(ticks.values).toContain(value)
})
