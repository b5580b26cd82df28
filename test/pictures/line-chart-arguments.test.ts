// What lineChart() refuses, and in which words.
import { describe, expect, test } from 'vitest'
import { type LineChartSpec, lineChart } from '../../lib/pictures/index.js'

describe('wrong arguments', () => {
  const series = { name: 'training', values: [1, 2] }
  const right: LineChartSpec = {
    title: 't',
    panels: [{ yLabel: 'y', series: [series] }],
    xLabel: 'x',
    x: [1, 2],
  }

  test.each<[string, unknown, ErrorConstructor, string]>([
    ['nothing', undefined, TypeError, 'Expected an object for chart but received undefined'],
    ['null', null, TypeError, 'Expected an object for chart but received null'],
    ['an unknown option', { ...right, width: 3 }, TypeError, 'Unknown option width in chart'],
    ['no title', { ...right, title: '' }, TypeError, 'Expected a non-empty string for title'],
    ['a subtitle', { ...right, subtitle: 3 }, TypeError, 'Expected a non-empty string for subtitle'],
    ['an x label', { ...right, xLabel: null }, TypeError, 'Expected a non-empty string for xLabel'],
    ['x', { ...right, x: 2 }, TypeError, 'Expected an array for x but received 2'],
    ['no x', { ...right, x: [] }, RangeError, 'Expected an array of 1 or more elements for x'],
    ['a text in x', { ...right, x: [1, '2'] }, TypeError, 'Expected a number for x[1] but received "2"'],
    ['x that stands still', { ...right, x: [1, 1] }, RangeError, 'Expected a number above 1 for x[1]'],
    ['a scale', { ...right, xScale: 'ln' }, TypeError, "Expected one of 'linear', 'log' for xScale"],
    ['the logarithm of 0', { ...right, x: [0, 1], xScale: 'log' }, RangeError, 'for x[0] but received 0'],
    [
      'a mark at the logarithm of -1',
      { ...right, xScale: 'log', marks: [{ x: -1, label: 'b' }] },
      RangeError,
      'for marks[0].x but received -1',
    ],
    [
      'points',
      { ...right, panels: [{ yLabel: 'y', series: [{ ...series, points: 1 }] }] },
      TypeError,
      'Expected true or false for panels[0].series[0].points',
    ],
    ['no panel', { ...right, panels: [] }, RangeError, 'Expected an array of 1 to 4 elements for panels'],
    ['a panel', { ...right, panels: [null] }, TypeError, 'Expected an object for panels[0]'],
    ['a missing panel', { ...right, panels: [undefined] }, TypeError, 'for panels[0].yLabel'],
    ['no series', { ...right, panels: [{ yLabel: 'y', series: [] }] }, RangeError, 'for panels[0].series'],
    [
      'percent',
      { ...right, panels: [{ yLabel: 'y', percent: 1, series: [series] }] },
      TypeError,
      'Expected true or false for panels[0].percent',
    ],
    [
      'too few values',
      { ...right, x: [1, 2, 3] },
      RangeError,
      'Expected an array of 3 elements for panels[0].series[0].values but received an array of 2',
    ],
    [
      'a text as value',
      { ...right, panels: [{ yLabel: 'y', series: [{ name: 'a', values: [1, '2'] }] }] },
      TypeError,
      'Expected a number or null for panels[0].series[0].values[1]',
    ],
    [
      'five names',
      {
        ...right,
        panels: ['abc', 'de'].map((names) => ({
          yLabel: 'y',
          series: [...names].map((name) => ({ ...series, name })),
        })),
      },
      RangeError,
      'Expected at most 4 names of series for panels but received 5',
    ],
    ['a mark', { ...right, marks: [{ x: 'a', label: 'b' }] }, TypeError, 'Expected a number for marks[0].x'],
    [
      'no label',
      { ...right, marks: [{ x: 1 }] },
      TypeError,
      'Expected a non-empty string for marks[0].label',
    ],
    [
      'a kind',
      { ...right, marks: [{ x: 1, label: 'b', kind: 'c' }] },
      TypeError,
      "Expected one of 'stage', 'change', 'best'",
    ],
  ])('%s', async (_, spec, error, message) => {
    const drawn = lineChart(spec as never)
    await expect(drawn).rejects.toThrow(error)
    await expect(drawn).rejects.toThrow(message)
  })
})
