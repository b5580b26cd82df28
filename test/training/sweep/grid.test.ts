import { describe, expect, it } from 'vitest'
import { axesOf, chosenPlaces, combinationAt, countOf } from '../../../lib/training/sweep/grid.js'

const over = { rate: [1, 2, 3], frozen: { none: 'a', all: 'b' }, wide: [true, false] }

describe('wrong spaces', () => {
  it.each<[string, unknown, ErrorConstructor, string]>([
    [
      'nothing',
      undefined,
      TypeError,
      'Expected an object of values by setting for over but received undefined',
    ],
    ['a list', [1], TypeError, 'Expected an object of values by setting for over'],
    ['a Map', new Map(), TypeError, 'Expected an object of values by setting for over'],
    ['no setting', {}, RangeError, 'Expected at least one setting for over'],
    ['a name with a comma', { 'a,b': [1] }, RangeError, 'Expected a name of letters and digits'],
    [
      'a name of the table',
      { trial: [1] },
      RangeError,
      'none of trial, valLoss, for over but received "trial"',
    ],
    ['no value', { a: [] }, RangeError, 'Expected at least one value for over.a'],
    ['no choice', { a: {} }, RangeError, 'Expected at least one value for over.a'],
    [
      'a number',
      { a: 1 },
      TypeError,
      'Expected an array of values or an object of choices by name for over.a',
    ],
    [
      'an object in a list',
      { a: [{}] },
      TypeError,
      'Expected a finite number, a text, true or false for over.a[0]',
    ],
    ['NaN', { a: [1, NaN] }, TypeError, 'for over.a[1] but received NaN'],
    ['a value twice', { a: [1, 2, 1] }, RangeError, 'Expected values of which none stands twice for over.a'],
    ['an empty name', { a: { '': 1 } }, TypeError, 'Expected a non-empty string for a name in over.a'],
    [
      'too many combinations',
      Object.fromEntries([...'abcdefg'].map((name) => [name, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]])),
      RangeError,
      'Expected at most 1000000 combinations for over but received 10000000',
    ],
  ])('%s', (_, wrong, kind, message) => {
    const checked = () => axesOf(wrong as never, ['trial', 'valLoss'])
    expect(checked).toThrow(kind)
    expect(checked).toThrow(message)
  })
})

describe('a grid', () => {
  const axes = axesOf(over, [])

  it('has every combination once, the last setting changing first', () => {
    expect(countOf(axes)).toBe(12)
    const all = chosenPlaces(axes, 12, 7).map((place) => combinationAt(axes, place))
    expect(all.slice(0, 3).map(({ labels }) => labels)).toEqual([
      { rate: 1, frozen: 'none', wide: true },
      { rate: 1, frozen: 'none', wide: false },
      { rate: 1, frozen: 'all', wide: true },
    ])
    expect(all[2]?.values).toEqual({ rate: 1, frozen: 'b', wide: true })
    expect(new Set(all.map(({ labels }) => JSON.stringify(labels))).size).toBe(12)
  })

  it('draws some, none twice, by the seed alone', () => {
    const drawn = chosenPlaces(axes, 5, 1)
    expect(new Set(drawn).size).toBe(5)
    expect(Math.max(...drawn)).toBeLessThan(12)
    expect(chosenPlaces(axes, 5, 1)).toEqual(drawn)
    expect(chosenPlaces(axes, 5, 2)).not.toEqual(drawn)
  })
})
