import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { type IntervalChartSpec, intervalChart } from '../../lib/pictures/index.js'
import { thrownBy } from '../data/thrown.js'

const row = { label: 'women', note: '1,200', low: 0.7, value: 0.8, high: 0.85 }
const right: IntervalChartSpec = {
  title: 'Accuracy by group',
  subtitle: 'Top-1',
  xLabel: 'Top-1 accuracy (%)',
  noteLabel: 'Photographs',
  sections: [
    {
      heading: 'gender',
      note: 'gap 10 points',
      rows: [row, { ...row, label: 'men', low: 0.75, value: 0.9, high: 1 }],
    },
  ],
  reference: { value: 0.85, label: 'all: 85.0 %' },
}
const withRow = (changed: object) => ({
  ...right,
  sections: [{ heading: 'h', rows: [{ ...row, ...changed }] }],
})

describe('wrong arguments', () => {
  test.each<[string, unknown, ErrorConstructor, string]>([
    ['nothing', undefined, TypeError, 'Expected an object for chart'],
    ['an unknown option', { ...right, x: 1 }, TypeError, 'Unknown option x in chart'],
    ['no title', { ...right, title: '' }, TypeError, 'for title'],
    ['a subtitle', { ...right, subtitle: 1 }, TypeError, 'for subtitle'],
    ['no label', { ...right, xLabel: undefined }, TypeError, 'for xLabel'],
    ['a label of notes', { ...right, noteLabel: '' }, TypeError, 'for noteLabel'],
    ['no sections', { ...right, sections: [] }, RangeError, 'for sections'],
    ['a section', { ...right, sections: [undefined] }, TypeError, 'for sections[0]'],
    ['no rows', { ...right, sections: [{ heading: 'h', rows: [] }] }, RangeError, 'for sections[0].rows'],
    ['no heading', { ...right, sections: [{ rows: [row] }] }, TypeError, 'for sections[0].heading'],
    [
      'a row',
      { ...right, sections: [{ heading: 'h', rows: [undefined] }] },
      TypeError,
      'for sections[0].rows[0]',
    ],
    [
      'many rows',
      { ...right, sections: Array(2).fill({ heading: 'h', rows: Array(201).fill(row) }) },
      RangeError,
      '402',
    ],
    ['NaN', withRow({ value: Number.NaN }), TypeError, 'for sections[0].rows[0].value'],
    ['a value below its interval', withRow({ value: 0.6 }), RangeError, 'between 0.7 and 1'],
    ['a value above its interval', withRow({ high: 0.75 }), RangeError, 'for sections[0].rows[0].high'],
    ['percents', withRow({ high: 85 }), RangeError, 'for sections[0].rows[0].high'],
    ['a reference', { ...right, reference: { value: 2, label: 'a' } }, RangeError, 'for reference.value'],
  ])('%s', async (_, spec, type, message) => {
    const error = await thrownBy(() => intervalChart(spec as IntervalChartSpec))
    expect(error).toBeInstanceOf(type)
    expect(error.message).toContain(message)
  })
})

test('values stand on the lines of their intervals, over a round axis', () => {
  const { svg } = intervalChart(right)
  const dots = [...svg.matchAll(/<circle cx="([\d.]+)"/g)].map(([, x]) => Number(x))
  expect(dots).toHaveLength(2)
  // The axis goes from 70 to 100 over 530 pixels.
  const pixels = 780 - 250
  expect(dots[0]).toBeCloseTo(250 + (10 / 30) * pixels, 1)
  expect(dots[1]).toBeCloseTo(250 + (20 / 30) * pixels, 1)
  expect(svg).toContain('>women<')
  expect(svg).toContain('>100<')
})

test('equal values without an interval still have an axis', () => {
  for (const value of [0, 0.5, 1]) {
    const { svg } = intervalChart(withRow({ low: value, value, high: value }) as IntervalChartSpec)
    expect(svg).not.toMatch(/NaN|Infinity/)
  }
})

test('any name can be drawn, and the same chart gives the same picture', async () => {
  const hostile = `<script>alert("1")</script>\u0000\u202e&\n${'w'.repeat(500)}`
  const spec = {
    ...right,
    title: hostile,
    sections: [{ heading: hostile, note: hostile, rows: [{ ...row, label: hostile, note: hostile }] }],
  }
  const picture = intervalChart(spec)
  expect(picture.svg).toBe(intervalChart(spec).svg)
  expect(picture.svg).not.toMatch(/<script|\u0000|\u202e/)
  const { width, height, format } = await sharp(await picture.png()).metadata()
  expect(format).toBe('png')
  expect([width, height].every((side) => (side as number) > 200)).toBe(true)
})
