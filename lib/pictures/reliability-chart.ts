// Accuracy over probability, with how many lie where: SVG, and PNG made from it.

import {
  checkReliabilityChart,
  type ReliabilityBin,
  type ReliabilityChartSpec,
} from './reliability-chart-spec.js'
import { area, contentTop, FONT_SIZE, GRID, line, MARGIN, type Picture, pageOf, TEXT, textAt } from './svg.js'
import { type Ticks, tickLabel, valueTicks } from './ticks.js'

const WIDTH = 620
const LEFT = 96
const RIGHT = WIDTH - MARGIN
const LEGEND = 30
/** As high as wide, so that the diagonal is one. */
const HIGH = RIGHT - LEFT
const LOW = 110
const BETWEEN = 24
const BOTTOM = 62
/** Pixels between two bars. */
const GAP = 2
const ACCURACY = '#0072b2'
/** Between the accuracy and a higher or a lower mean probability. */
const TOO_SURE = '#f2c7a5'
const NOT_SURE = '#9fd8c4'
const COUNT = '#8a8a8a'
/** Pixels of the line on top of what the accuracy reaches. */
const TOP_LINE = 3
const PERCENTS = valueTicks(0, 100, 5)

/** A panel of the page, its values from the bottom upwards. */
interface Panel {
  readonly top: number
  readonly height: number
  readonly ticks: Ticks
}

/**
 * Draws a bar of accuracy for each bin and its distance from the bin's mean probability, over bars of counts. (A.
 * Niculescu-Mizil, R. Caruana: Predicting Good Probabilities With Supervised Learning, 2005.)
 *
 * @throws TypeError or RangeError naming the part that is wrong.
 */
export function reliabilityChart(spec: ReliabilityChartSpec): Picture {
  checkReliabilityChart(spec)
  const { title, subtitle, xLabel, yLabel, countLabel, bins } = spec
  const top = contentTop({ subtitle }) + LEGEND
  const upper: Panel = { top, height: HIGH, ticks: PERCENTS }
  const most = bins.reduce((largest, { count }) => Math.max(largest, count), 1)
  const lower: Panel = { top: top + HIGH + BETWEEN, height: LOW, ticks: countAxis(most) }
  const bottom = lower.top + LOW
  const parts = [
    ...legendOf(top - 14),
    ...frameOf(upper, yLabel),
    ...bins.flatMap((bin) => accuracyBars(bin, upper)),
    line([LEFT, top + HIGH], [RIGHT, top], { color: TEXT, width: 1.4, dashed: true }),
    ...frameOf(lower, countLabel),
    ...bins.filter(({ count }) => count > 0).map((bin) => bar(bin, lower, [0, bin.count], COUNT)),
    ...PERCENTS.values.flatMap((value) => {
      const x = xOf(value / 100)
      const text = tickLabel(value, PERCENTS)
      return [
        line([x, bottom], [x, bottom + 4], { color: TEXT }),
        textAt(text, { x, y: bottom + 20, width: 60, anchor: 'middle' }),
      ]
    }),
    textAt(xLabel, {
      x: (LEFT + RIGHT) / 2,
      y: bottom + 44,
      width: HIGH,
      size: FONT_SIZE + 1,
      anchor: 'middle',
    }),
  ]
  return pageOf({ title, subtitle, width: WIDTH, height: bottom + BOTTOM }, parts)
}

/** From 0, at whole numbers. */
function countAxis(most: number): Ticks {
  const ticks = valueTicks(0, most, 3)
  return ticks.digits === 0 ? ticks : valueTicks(0, Math.max(2, most), 2)
}

function xOf(probability: number): number {
  return LEFT + probability * (RIGHT - LEFT)
}

function yOf(value: number, { top, height, ticks: { min, max } }: Panel): number {
  return top + height * (1 - (value - min) / (max - min))
}

function bar(
  { lower, upper }: ReliabilityBin,
  panel: Panel,
  [from, to]: readonly [from: number, to: number],
  fill: string,
): string {
  const [left, right] = [xOf(lower) + GAP / 2, xOf(upper) - GAP / 2]
  return area([left, yOf(from, panel)], [right, yOf(to, panel)], fill)
}

function accuracyBars(bin: ReliabilityBin, panel: Panel): string[] {
  if (bin.accuracy === null || bin.confidence === null) return []
  const [accuracy, confidence] = [100 * bin.accuracy, 100 * bin.confidence]
  const [low, high] = [Math.min(accuracy, confidence), Math.max(accuracy, confidence)]
  const y = yOf(accuracy, panel)
  return [
    bar(bin, panel, [0, low], ACCURACY),
    bar(bin, panel, [low, high], accuracy < confidence ? TOO_SURE : NOT_SURE),
    area(
      [xOf(bin.lower) + GAP / 2, y],
      [xOf(bin.upper) - GAP / 2, Math.min(y + TOP_LINE, yOf(0, panel))],
      ACCURACY,
    ),
  ]
}

function frameOf(panel: Panel, label: string): string[] {
  const { top, height, ticks } = panel
  const middle = top + height / 2
  return [
    ...ticks.values.flatMap((value) => {
      const y = yOf(value, panel)
      const text = tickLabel(value, ticks)
      return [
        line([LEFT, y], [RIGHT, y], { color: GRID }),
        textAt(text, { x: LEFT - 8, y: y + 4, width: 60, anchor: 'end' }),
      ]
    }),
    line([LEFT, top], [LEFT, top + height], { color: TEXT }),
    line([LEFT, top + height], [RIGHT, top + height], { color: TEXT }),
    textAt(label, {
      x: MARGIN + 8,
      y: middle,
      width: height,
      size: FONT_SIZE + 1,
      anchor: 'middle',
      upright: true,
    }),
  ]
}

/** Each key at its pixel. */
function legendOf(y: number): string[] {
  const keys = [
    { text: 'accuracy', left: LEFT, color: ACCURACY },
    { text: 'too sure', left: LEFT + 108, color: TOO_SURE },
    { text: 'not sure enough', left: LEFT + 212, color: NOT_SURE },
  ]
  const dashed = LEFT + 360
  return [
    ...keys.flatMap(({ text, left, color }) => [
      area([left, y - 10], [left + 18, y + 1], color),
      textAt(text, { x: left + 26, y, width: 120 }),
    ]),
    line([dashed, y - 4], [dashed + 20, y - 4], { color: TEXT, width: 1.4, dashed: true }),
    textAt('perfect', { x: dashed + 28, y, width: 80 }),
  ]
}
