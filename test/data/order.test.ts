import { expect, test } from 'vitest'
import { byCodePoint } from '../../lib/data/order.js'

test('sorts by code point, as Python does, where JavaScript sorts by UTF-16 unit', () => {
  // sorted(...) of Python 3.11
  const sorted = [
    '',
    '10',
    '9',
    'A',
    'B',
    'a',
    'a-b',
    'a/c',
    'ab',
    'é',
    '\u4e2d',
    '\ue000',
    '\uffee',
    '\u{1f600}',
    '\u{1f601}',
  ]
  const shuffled = [7, 14, 0, 3, 12, 9, 1, 13, 5, 11, 2, 10, 8, 6, 4].map((index) => sorted[index] as string)
  expect([...shuffled].sort()).not.toEqual(sorted)
  expect(shuffled.sort(byCodePoint)).toEqual(sorted)
})
