// Shares with their intervals, one a row, so that groups can be compared: SVG, and PNG made from it.

import { drawable, escaped, fitted, roughWidth } from './chart-text.js'
import {
  checkIntervalChart,
  type IntervalChartSpec,
  type IntervalRow,
  type IntervalSection,
} from './interval-chart-spec.js'
import type { Picture } from './line-chart.js'
import { FONT_FAMILY, renderPng } from './png.js'
import { type Ticks, tickLabel, valueTicks } from './ticks.js'

const WIDTH = 900
const MARGIN = 28
/** Where the frame begins and ends: labels stand to the left of it, notes to the right. */
const LEFT = 250
const RIGHT = WIDTH - 120
const GAP = 12
const ROW = 26
const HEADING = 34
const TITLE_SIZE = 18
const FONT_SIZE = 13
const TEXT = '#333333'
const FAINT = '#666666'
const GRID = '#e6e6e6'
const MARK = '#0072b2'
const REFERENCE = '#707070'
/** Half the height of an interval's ends. */
const CAP = 5

/**
 * Draws each row's value as a dot on the line of its interval, all over one axis of percents.
 *
 * @throws TypeError or RangeError naming the part that is wrong.
 */
export function intervalChart(spec: IntervalChartSpec): Picture {
  checkIntervalChart(spec)
  const svg = draw(spec)
  return { svg, png: () => renderPng(svg) }
}

function draw(spec: IntervalChartSpec): string {
  const { title, subtitle, xLabel, noteLabel, sections, reference } = spec
  const ticks = ticksOf(spec)
  const top = MARGIN + 26 + (subtitle === undefined ? 0 : 22) + 34
  const rows = sections.reduce((sum, section) => sum + HEADING + section.rows.length * ROW, 0)
  const bottom = top + rows + 8
  const marks: string[] = []
  let at = top
  for (const section of sections) {
    marks.push(...headingOf(section, at))
    at += HEADING
    for (const row of section.rows) {
      marks.push(...markOf(row, at + ROW / 2, ticks))
      at += ROW
    }
  }
  const height = bottom + 66
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="${FONT_FAMILY}" font-size="${FONT_SIZE}">`,
    `<title>${escaped(drawable(title, 200))}</title>`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    textAt(title, MARGIN, MARGIN + 14, WIDTH - 2 * MARGIN, { size: TITLE_SIZE, bold: true }),
    ...(subtitle === undefined
      ? []
      : [textAt(subtitle, MARGIN, MARGIN + 38, WIDTH - 2 * MARGIN, { fill: FAINT })]),
    ...axisOf(ticks, top, bottom),
    textAt(xLabel, (LEFT + RIGHT) / 2, bottom + 46, RIGHT - LEFT, { size: FONT_SIZE + 1, anchor: 'middle' }),
    ...(noteLabel === undefined
      ? []
      : [textAt(noteLabel, WIDTH - MARGIN, top - 8, WIDTH - RIGHT - MARGIN, { fill: FAINT, anchor: 'end' })]),
    ...(reference === undefined ? [] : referenceOf(reference, ticks, top, bottom)),
    ...marks,
    '</svg>',
  ].join('\n')
}

/** Around all intervals, at least 10 percents wide. */
function ticksOf({ sections, reference }: IntervalChartSpec): Ticks {
  let low = reference?.value ?? 1
  let high = reference?.value ?? 0
  for (const { rows } of sections) {
    for (const row of rows) {
      low = Math.min(low, row.low)
      high = Math.max(high, row.high)
    }
  }
  const room = Math.max(0, 0.1 - (high - low)) / 2
  return valueTicks(100 * Math.max(0, low - room), 100 * Math.min(1, high + room), 6)
}

function xOf(share: number, { min, max }: Ticks): number {
  return round(LEFT + ((100 * share - min) / (max - min)) * (RIGHT - LEFT))
}

function axisOf(ticks: Ticks, top: number, bottom: number): string[] {
  return [
    ...ticks.values.flatMap((value) => {
      const x = xOf(value / 100, ticks)
      return [
        line(x, top, x, bottom, GRID, 1),
        line(x, bottom, x, bottom + 4, TEXT, 1),
        textAt(tickLabel(value, ticks), x, bottom + 20, 80, { anchor: 'middle' }),
      ]
    }),
    line(LEFT, bottom, RIGHT, bottom, TEXT, 1),
  ]
}

function referenceOf(
  { value, label }: NonNullable<IntervalChartSpec['reference']>,
  ticks: Ticks,
  top: number,
  bottom: number,
): string[] {
  const x = xOf(value, ticks)
  const half = roughWidth(label, FONT_SIZE - 1) / 2
  const middle = Math.min(Math.max(x, LEFT + half), RIGHT - half)
  return [
    line(x, top - 4, x, bottom, REFERENCE, 1.2, ' stroke-dasharray="6 4"'),
    textAt(label, middle, top - 8, RIGHT - LEFT, { size: FONT_SIZE - 1, fill: REFERENCE, anchor: 'middle' }),
  ]
}

function headingOf({ heading, note = '' }: IntervalSection, top: number): string[] {
  const y = top + HEADING - 12
  const shown = note === '' ? [] : [textAt(note, LEFT + GAP, y, RIGHT - LEFT - 2 * GAP, { fill: FAINT })]
  return [textAt(heading, MARGIN, y, LEFT - MARGIN - GAP, { bold: true }), ...shown]
}

function markOf({ label, note, low, value, high }: IntervalRow, y: number, ticks: Ticks): string[] {
  const [from, at, to] = [xOf(low, ticks), xOf(value, ticks), xOf(high, ticks)]
  return [
    textAt(label, LEFT - GAP, y + 4, LEFT - MARGIN - GAP, { anchor: 'end' }),
    line(from, y, to, y, MARK, 2),
    line(from, y - CAP, from, y + CAP, MARK, 2),
    line(to, y - CAP, to, y + CAP, MARK, 2),
    `<circle cx="${at}" cy="${y}" r="5" fill="${MARK}" stroke="#ffffff" stroke-width="1"/>`,
    ...(note === undefined
      ? []
      : [textAt(note, WIDTH - MARGIN, y + 4, WIDTH - RIGHT - MARGIN - GAP, { fill: FAINT, anchor: 'end' })]),
  ]
}

interface TextStyle {
  readonly size?: number
  readonly fill?: string
  readonly bold?: boolean
  readonly anchor?: 'start' | 'middle' | 'end'
}

/** Without what goes beyond `width` pixels. */
function textAt(
  text: string,
  x: number,
  y: number,
  width: number,
  { size = FONT_SIZE, fill = TEXT, bold = false, anchor = 'start' }: TextStyle = {},
): string {
  const weight = bold ? ' font-weight="bold"' : ''
  const shown = escaped(fitted(text, width, bold ? size * 1.08 : size))
  return `<text x="${round(x)}" y="${round(y)}" font-size="${size}" fill="${fill}" text-anchor="${anchor}"${weight} xml:space="preserve">${shown}</text>`
}

function line(
  x1: number,
  y1: number,
  x2: number,
  y2: number,
  color: string,
  width: number,
  more = '',
): string {
  return `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" stroke="${color}" stroke-width="${width}"${more}/>`
}

/** Hundredths of a pixel. */
function round(pixels: number): number {
  return Math.round(100 * pixels) / 100
}
