import { expect, test } from 'vitest'
import { columns, duration, size } from '../../../lib/training/before/table.js'

test.each([
  [0, '0 ms'],
  [0.0123, '12 ms'],
  [0.9996, '1.0 s'],
  [59.94, '59.9 s'],
  [59.96, '1 min 0 s'],
  [75, '1 min 15 s'],
  [3599.7, '1 h 0 min'],
  [8000, '2 h 13 min'],
  [200_000, '55 h 33 min'],
])('%d seconds are %s', (seconds, text) => expect(duration(seconds)).toBe(text))

test.each([
  [0, '0 bytes'],
  [999, '999 bytes'],
  [1234, '1.2 kB'],
  [999_999, '1.0 MB'],
  [1.5e9, '1.5 GB'],
  [2e15, '2000.0 TB'],
])('%d bytes are %s', (bytes, text) => expect(size(bytes)).toBe(text))

test('columns stand to the left and to the right', () => {
  const rows = [
    ['stage', 'learn'],
    ['1: a', '10'],
  ]
  expect(columns(rows, 1)).toEqual([
    '------------',
    'stage  learn',
    '------------',
    '1: a      10',
    '------------',
  ])
})
