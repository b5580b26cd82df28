import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { type ReliabilityBin, type ReliabilityChartSpec, reliabilityChart } from '../../lib/pictures/index.js'
import { thrownBy } from '../data/thrown.js'

const empty: ReliabilityBin = { lower: 0, upper: 0.5, count: 0, accuracy: null, confidence: null }
const full: ReliabilityBin = { lower: 0.5, upper: 1, count: 7, accuracy: 0.6, confidence: 0.9 }
const right: ReliabilityChartSpec = {
  title: 'Calibration',
  xLabel: 'Probability (%)',
  yLabel: 'Accuracy (%)',
  countLabel: 'Photographs',
  bins: [empty, full],
}
const withBin = (changed: object) => ({ ...right, bins: [{ ...full, ...changed }] })

describe('wrong arguments', () => {
  test.each<[string, unknown, ErrorConstructor, string]>([
    ['nothing', undefined, TypeError, 'Expected an object for chart'],
    ['an unknown option', { ...right, x: 1 }, TypeError, 'Unknown option x in chart'],
    ['no title', { ...right, title: '' }, TypeError, 'for title'],
    ['no label', { ...right, countLabel: undefined }, TypeError, 'for countLabel'],
    ['no bins', { ...right, bins: [] }, RangeError, 'for bins'],
    ['a bin', { ...right, bins: [undefined] }, TypeError, 'for bins[0]'],
    ['edges', withBin({ upper: 0.4 }), RangeError, 'for bins[0].upper'],
    ['a count', withBin({ count: -1 }), RangeError, 'for bins[0].count'],
    ['NaN', withBin({ accuracy: Number.NaN }), TypeError, 'for bins[0].accuracy'],
    ['no accuracy of a full bin', withBin({ accuracy: null }), TypeError, 'for bins[0].accuracy'],
  ])('%s', async (_, spec, type, message) => {
    const error = await thrownBy(() => reliabilityChart(spec as ReliabilityChartSpec))
    expect(error).toBeInstanceOf(type)
    expect(error.message).toContain(message)
  })
})

/** Heights in pixels of the areas of a colour. */
function heights(svg: string, color: string): number[] {
  const areas = [...svg.matchAll(new RegExp(`height="([\\d.]+)" fill="${color}"`, 'g'))]
  return areas.map(([, height]) => Number(height))
}

test('a bar reaches the accuracy, and what is missing to the probability stands on it', () => {
  const { svg } = reliabilityChart(right)
  const side = 620 - 28 - 96
  expect(heights(svg, '#0072b2')[1]).toBeCloseTo(0.6 * side, 1) // behind the legend's
  expect(heights(svg, '#f2c7a5')[1]).toBeCloseTo(0.3 * side, 1)
  expect(heights(svg, '#9fd8c4')).toHaveLength(1)
})

test('a model that is not sure enough has another colour', () => {
  const { svg } = reliabilityChart({ ...right, bins: [{ ...full, accuracy: 0.95 }] })
  expect(heights(svg, '#9fd8c4')).toHaveLength(2)
  expect(heights(svg, '#f2c7a5')).toHaveLength(1)
})

test('bins that are all empty, a single photograph and very many have whole numbers at their axis', () => {
  for (const bins of [
    [empty],
    [{ ...full, count: 1 }],
    [{ ...full, count: 3 }],
    [{ ...full, count: 350_000 }],
  ]) {
    const { svg } = reliabilityChart({ ...right, bins })
    expect(svg).not.toMatch(/NaN|Infinity/)
    expect(svg).not.toMatch(/>\d+\.\d+</)
  }
})

test('the same chart gives the same picture, as PNG too', async () => {
  const picture = reliabilityChart({ ...right, title: '<b>&\u0000' })
  expect(picture.svg).toBe(reliabilityChart({ ...right, title: '<b>&\u0000' }).svg)
  expect(picture.svg).not.toContain('<b>')
  expect((await sharp(await picture.png()).metadata()).format).toBe('png')
})
