// The points of a learning-rate range test as a table and as a picture.

import { join, resolve } from 'node:path'
import { stringify } from 'csv-stringify/sync'
import { saveDurably } from '../../files/index.js'
import { architectures } from '../../model/index.js'
import { type ChartMark, lineChart } from '../../pictures/index.js'
import type { RatePoint } from './rate-curve.js'
import type { LearningRateFiles, RateFindings } from './rate-findings.js'

/** So much above the highest loss of the descent, as a share of that, nothing is drawn: it would flatten the rest. */
const HEADROOM = 0.5

export async function saveRates(folder: string, test: RateFindings): Promise<LearningRateFiles> {
  const path = (end: string) => join(resolve(folder), `learning-rate.${end}`)
  const files = { csv: path('csv'), svg: path('svg'), png: path('png') }
  const rows = test.points.map(({ learningRate, loss, smoothed }) => [learningRate, loss, smoothed])
  await saveDurably(files.csv, stringify([['learningRate', 'loss', 'smoothedLoss'], ...rows]))
  if (test.points.length === 0) return { ...files, svg: null, png: null }
  const { points } = test
  const drawn = drawnValues(points)
  const chart = await lineChart({
    title: `Learning-rate range test of ${architectures[test.architecture].displayName}`,
    subtitle: subtitleOf(test),
    xLabel: 'Learning rate',
    xScale: 'log',
    x: points.map(({ learningRate }) => learningRate),
    panels: [
      {
        yLabel: 'Training loss',
        series: [
          { name: 'Loss of a step', values: drawn.loss, points: true },
          { name: 'Smoothed', values: drawn.smoothed },
        ],
      },
    ],
    marks: marksOf(test),
  })
  await saveDurably(files.svg, chart.svg)
  await saveDurably(files.png, await chart.png())
  return files
}

function subtitleOf({ stageName, points, reason, suggestion }: RateFindings): string {
  const last = points.at(-1)?.learningRate ?? 0
  const end = reason === 'diverged' ? `diverged at ${shown(last)}` : `no divergence up to ${shown(last)}`
  const fall = suggestion === null ? '; no clear descent' : ''
  return `${stageName[0]?.toUpperCase()}${stageName.slice(1)}; ${points.length} steps, ${end}${fall}`
}

function marksOf({ suggestion, belowMinimum }: RateFindings): ChartMark[] {
  const marks: ChartMark[] = []
  if (suggestion !== null)
    marks.push({ x: suggestion, label: `steepest descent: ${shown(suggestion)}`, kind: 'best' })
  if (belowMinimum !== null)
    marks.push({ x: belowMinimum, label: `minimum / 10: ${shown(belowMinimum)}`, kind: 'change' })
  return marks
}

/** null where it would flatten the rest. */
function drawnValues(points: readonly RatePoint[]): Record<'loss' | 'smoothed', (number | null)[]> {
  const smoothed = points.map((point) => point.smoothed)
  const lowest = smoothed.reduce((least, value) => Math.min(least, value))
  const descent = points.slice(0, smoothed.indexOf(lowest) + 1)
  const highest = descent.reduce((most, { loss }) => Math.max(most, loss), lowest)
  const ceiling = highest + Math.max(highest - lowest, HEADROOM * Math.abs(highest))
  const below = (value: number) => (value <= ceiling ? value : null)
  return { loss: points.map(({ loss }) => below(loss)), smoothed: smoothed.map(below) }
}

function shown(rate: number): string {
  const rounded = Number(rate.toPrecision(2))
  return rounded < 1e-3 ? rounded.toExponential() : `${rounded}`
}
