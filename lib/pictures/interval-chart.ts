// Shares with their intervals, one a row, so that groups can be compared: SVG, and PNG made from it.

import {
  checkIntervalChart,
  type IntervalChartSpec,
  type IntervalRow,
  type IntervalSection,
} from './interval-chart-spec.js'
import {
  contentTop,
  FAINT,
  FONT_SIZE,
  GRID,
  line,
  MARGIN,
  type Picture,
  pageOf,
  TEXT,
  textAt,
} from './svg.js'
import { type Ticks, tickLabel, valueTicks } from './ticks.js'

const WIDTH = 900
/** Where the frame begins and ends: labels stand to the left of it, notes to the right. */
const LEFT = 250
const RIGHT = WIDTH - 120
const GAP = 12
const ROW = 26
const HEADING = 34
/** Below the frame: numbers and the axis's name. */
const BOTTOM = 66
/** Above the frame: what the dashed line and the notes are. */
const ABOVE = 34
const MARK = '#0072b2'
const REFERENCE = { color: '#707070', width: 1.2, dashed: true }
/** Pixels of the line that stands beside its label. */
const KEY = 32
/** Half the height of an interval's ends. */
const CAP = 5

/**
 * Draws each row's value as a dot on the line of its interval, all over one axis of percents.
 *
 * @throws TypeError or RangeError naming the part that is wrong.
 */
export function intervalChart(spec: IntervalChartSpec): Picture {
  checkIntervalChart(spec)
  const { title, subtitle, sections } = spec
  const ticks = ticksOf(spec)
  const top = contentTop({ subtitle }) + ABOVE
  const parts = aboveOf(spec, top)
  let at = top
  for (const section of sections) {
    parts.push(...sectionOf(section, at, ticks, spec.reference?.value))
    at += HEADING + section.rows.length * ROW
  }
  parts.push(...axisOf(spec.xLabel, at, ticks))
  return pageOf({ title, subtitle, width: WIDTH, height: at + BOTTOM }, parts)
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
  return LEFT + ((100 * share - min) / (max - min)) * (RIGHT - LEFT)
}

function aboveOf({ noteLabel, reference }: IntervalChartSpec, top: number): string[] {
  const parts: string[] = []
  const y = top - 4
  if (noteLabel !== undefined) {
    const width = WIDTH - RIGHT - MARGIN
    parts.push(textAt(noteLabel, { x: WIDTH - MARGIN, y, width, fill: FAINT, anchor: 'end' }))
  }
  if (reference !== undefined) {
    parts.push(line([LEFT, y - 4], [LEFT + KEY, y - 4], REFERENCE))
    const x = LEFT + KEY + 8
    parts.push(textAt(reference.label, { x, y, width: RIGHT - x, fill: FAINT }))
  }
  return parts
}

/** The lines begin below the heading, so that none crosses its note. */
function sectionOf(
  { heading, note = '', rows }: IntervalSection,
  top: number,
  ticks: Ticks,
  reference: number | undefined,
): string[] {
  const y = top + HEADING - 12
  const [from, to] = [top + HEADING - 4, top + HEADING + rows.length * ROW]
  const column = (x: number, style: Parameters<typeof line>[2]) => line([x, from], [x, to], style)
  return [
    textAt(heading, { x: MARGIN, y, width: LEFT - MARGIN - GAP, bold: true }),
    ...(note === '' ? [] : [textAt(note, { x: LEFT, y, width: RIGHT - LEFT, fill: FAINT })]),
    ...ticks.values.map((value) => column(xOf(value / 100, ticks), { color: GRID })),
    ...(reference === undefined ? [] : [column(xOf(reference, ticks), REFERENCE)]),
    ...rows.flatMap((row, index) => markOf(row, top + HEADING + (index + 0.5) * ROW, ticks)),
  ]
}

function markOf({ label, note, low, value, high }: IntervalRow, y: number, ticks: Ticks): string[] {
  const style = { color: MARK, width: 2 }
  const cap = (x: number) => line([x, y - CAP], [x, y + CAP], style)
  const [from, at, to] = [xOf(low, ticks), xOf(value, ticks), xOf(high, ticks)]
  const noteWidth = WIDTH - RIGHT - MARGIN - GAP
  return [
    textAt(label, { x: LEFT - GAP, y: y + 4, width: LEFT - MARGIN - GAP, anchor: 'end' }),
    line([from, y], [to, y], style),
    cap(from),
    cap(to),
    `<circle cx="${at.toFixed(2)}" cy="${y}" r="5" fill="${MARK}" stroke="#ffffff" stroke-width="1"/>`,
    ...(note === undefined
      ? []
      : [textAt(note, { x: WIDTH - MARGIN, y: y + 4, width: noteWidth, fill: FAINT, anchor: 'end' })]),
  ]
}

function axisOf(label: string, y: number, ticks: Ticks): string[] {
  return [
    line([LEFT, y], [RIGHT, y], { color: TEXT }),
    ...ticks.values.flatMap((value) => {
      const x = xOf(value / 100, ticks)
      const text = tickLabel(value, ticks)
      return [
        line([x, y], [x, y + 4], { color: TEXT }),
        textAt(text, { x, y: y + 20, width: 80, anchor: 'middle' }),
      ]
    }),
    textAt(label, {
      x: (LEFT + RIGHT) / 2,
      y: y + 46,
      width: RIGHT - LEFT,
      size: FONT_SIZE + 1,
      anchor: 'middle',
    }),
  ]
}
