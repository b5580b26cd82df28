// Where everything of a line chart stands, in pixels: the frame, the panels' axes, the marks.

import { drawable, roughWidth } from './chart-text.js'
import { placeFlags } from './flags.js'
import type { ChartMark, ChartPanel, LineChartSpec } from './line-chart-spec.js'
import { countTicks, decadeTicks, type Ticks, tickLabel, valueTicks } from './ticks.js'

export const FONT_SIZE = 13
export const TITLE_SIZE = 18
const WIDTH = 900
/** At least; long numbers along the y axis take more. */
const LEFT = 76
/** Beside those numbers: the axis's name, gaps, a tick. */
const BESIDE_NUMBERS = 48
const RIGHT = 28
const TITLE_TOP = 18
const TITLE_HEIGHT = 28
const SUBTITLE_HEIGHT = 22
const LEGEND_HEIGHT = 30
const ROW_HEIGHT = 17
const PANEL_GAP = 26
const BOTTOM = 62
const MARK_CHARACTERS = 48
const STEPS = 5
/** The least that a panel of percents shows. */
const MINIMUM_PERCENTS = 10

export interface PanelLayout {
  readonly panel: ChartPanel
  readonly top: number
  readonly height: number
  readonly ticks: Ticks
}

export interface MarkLayout {
  readonly kind: NonNullable<ChartMark['kind']>
  readonly x: number
  readonly top: number
  readonly bottom: number
  /** null where there was no room. */
  readonly label: { readonly text: string; readonly side: 'left' | 'right' } | null
}

export interface ChartLayout {
  readonly width: number
  readonly height: number
  readonly left: number
  readonly right: number
  readonly titleTop: number
  readonly subtitleTop: number
  readonly legendTop: number
  /** In units of {@link positionOf}. */
  readonly xTicks: Ticks
  readonly panels: readonly PanelLayout[]
  readonly marks: readonly MarkLayout[]
}

export function layOut(spec: LineChartSpec): ChartLayout {
  const xTicks = ticksOfX(spec)
  const yTicks = spec.panels.map(ticksOfY)
  const left = Math.max(LEFT, BESIDE_NUMBERS + Math.ceil(Math.max(...yTicks.map(widestNumber))))
  const placed = (spec.marks ?? []).map((mark) => ({ ...mark, at: positionOf(mark.x, spec) }))
  const marks = placed.filter(({ at }) => at >= xTicks.min && at <= xTicks.max)
  const flags = marks.map(({ at, label }) => {
    const text = drawable(label, MARK_CHARACTERS)
    return { text, x: pixelOf(at, xTicks, left), width: roughWidth(text, FONT_SIZE - 1) + 12 }
  })
  const places = placeFlags(flags, left, WIDTH - 4)
  const rows = Math.max(0, ...places.map((place) => (place === null ? 0 : place.row + 1)))

  const subtitleTop = TITLE_TOP + TITLE_HEIGHT
  const legendTop = subtitleTop + (spec.subtitle === undefined ? 0 : SUBTITLE_HEIGHT)
  const top = legendTop + LEGEND_HEIGHT + rows * ROW_HEIGHT + 4
  const panelHeight = spec.panels.length === 1 ? 340 : 220
  const panels = spec.panels.map((panel, index) => ({
    panel,
    top: top + index * (panelHeight + PANEL_GAP),
    height: panelHeight,
    ticks: yTicks[index] as Ticks,
  }))
  const bottom = top + panels.length * (panelHeight + PANEL_GAP) - PANEL_GAP
  return {
    width: WIDTH,
    height: bottom + BOTTOM,
    left,
    right: RIGHT,
    titleTop: TITLE_TOP,
    subtitleTop,
    legendTop,
    xTicks,
    panels,
    marks: marks.map(({ kind = 'stage' }, index) => {
      const { x, text } = flags[index] as (typeof flags)[number]
      const place = places[index] ?? null
      const row = place === null ? 0 : place.row + 1
      const end = x - left < 1 ? top : bottom // a line on the axis would only blur it
      return { kind, x, top: top - row * ROW_HEIGHT, bottom: end, label: place && { text, side: place.side } }
    }),
  }
}

/** Where a value of x stands along the axis: at itself, or at its power of ten. */
export function positionOf(x: number, { xScale }: Pick<LineChartSpec, 'xScale'>): number {
  return xScale === 'log' ? Math.log10(x) : x
}

/** Some room on both sides, so that the first point does not lie on the axis. */
function ticksOfX(spec: LineChartSpec): Ticks {
  const first = positionOf(spec.x[0] as number, spec)
  const last = positionOf(spec.x.at(-1) as number, spec)
  if (spec.xScale === 'log') {
    const room = Math.max(0.02, (last - first) / 100)
    return decadeTicks(first - room, last + room)
  }
  const room = Math.max(0.5, (last - first) / 100)
  return { ...countTicks(first, last, 12), min: first - room, max: last + room }
}

/** Never below 0 where no value is, and never so narrow for percents that a tenth looks like a cliff. */
function ticksOfY({ percent = false, series }: ChartPanel): Ticks {
  const values = series
    .flatMap((one) => one.values)
    .filter((value) => value !== null && Number.isFinite(value))
  if (values.length === 0) return valueTicks(0, percent ? 100 : 1, STEPS)
  const scale = percent ? 100 : 1
  const low = (values as number[]).reduce((least, value) => Math.min(least, value)) * scale
  const high = (values as number[]).reduce((most, value) => Math.max(most, value)) * scale
  const room = Math.max((high - low) * 0.02, percent ? (MINIMUM_PERCENTS - (high - low)) / 2 : 0)
  const floor = low >= 0 ? 0 : -Infinity
  const ceiling = percent && high <= 100 ? 100 : Infinity
  return valueTicks(Math.max(low - room, floor), Math.min(high + room, ceiling), STEPS)
}

function widestNumber(ticks: Ticks): number {
  return Math.max(0, ...ticks.values.map((value) => roughWidth(tickLabel(value, ticks), FONT_SIZE)))
}

function pixelOf(x: number, { min, max }: Ticks, left: number): number {
  return left + ((x - min) / (max - min)) * (WIDTH - left - RIGHT)
}
