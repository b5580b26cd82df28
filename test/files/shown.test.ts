import { expect, test } from 'vitest'
import { listed, plain, quoted } from '../../lib/files/index.js'

test('a name in a message cannot act on a terminal', () => {
  expect(quoted('a "b" \\ \u001b[2J\u009b1m\u202ecba\n')).toBe(
    '"a \\"b\\" \\\\ \\u001b[2J\\u009b1m\\u202ecba\\n"',
  )
  expect(quoted('Zo\u00eb \u4e2d\u{1f600}')).toBe('"Zo\u00eb \u4e2d\u{1f600}"')
})

test('of another message the first line is shown, as it is but for what a terminal would obey', () => {
  expect(plain(' no "file"\u0007 here\n    at stack')).toBe('no "file"\\u0007 here')
  expect(plain('')).toBe('')
})

test('a long list is cut', () => {
  expect(listed(['a', 'b', 'c'], 2)).toBe('"a", "b" and 1 more')
  expect(listed(['a', 'b'], 2)).toBe('"a", "b"')
  expect(listed([])).toBe('')
})
