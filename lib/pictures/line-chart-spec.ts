// What a line chart shows, and the checks of it.

import * as check from '../check.js'
import { list } from './list.js'

export interface ChartSeries {
  readonly name: string
  /** One value for each x. Where there is none, or no finite one, the line has a gap. */
  readonly values: readonly (number | null)[]
  /** Points alone, for what scatters; else a line. Defaults to false. */
  readonly points?: boolean
}

export interface ChartPanel {
  /** With the unit. */
  readonly yLabel: string
  /** Values are fractions and are shown as percent. Defaults to false. */
  readonly percent?: boolean
  /** At least one. A name in several panels has one colour and one entry in the legend. */
  readonly series: readonly ChartSeries[]
}

/** A vertical line through all panels with a label above them. */
export interface ChartMark {
  /** May lie between two points: 3.5 is the end of epoch 3. */
  readonly x: number
  readonly label: string
  /** How it is drawn: a stage dashed, a change dotted, the best in solid green. Defaults to 'stage'. */
  readonly kind?: 'stage' | 'change' | 'best'
}

export interface LineChartSpec {
  readonly title: string
  readonly subtitle?: string
  /** One to four, one below the other over the same x, with no more than four names of series in all. */
  readonly panels: readonly ChartPanel[]
  readonly xLabel: string
  /** Ascending; above 0 on a logarithmic axis. */
  readonly x: readonly number[]
  /** On a logarithmic axis equal ratios are equally wide. Defaults to 'linear'. */
  readonly xScale?: 'linear' | 'log'
  readonly marks?: readonly ChartMark[]
}

const PANELS_LIMIT = 4
const SERIES_LIMIT = 4
const X_SCALES = ['linear', 'log'] as const
const MARK_KINDS = ['stage', 'change', 'best'] as const

/** @throws TypeError or RangeError naming the part that is wrong. */
export function checkLineChart(spec: LineChartSpec): void {
  if (spec === undefined) throw new TypeError(check.expected('an object', 'chart', spec))
  const known = ['title', 'subtitle', 'panels', 'xLabel', 'x', 'xScale', 'marks'] as const
  const {
    title,
    subtitle,
    panels,
    xLabel,
    x,
    xScale = 'linear',
    marks = [],
  } = check.options('chart', spec, known)
  check.string('title', title)
  if (subtitle !== undefined) check.string('subtitle', subtitle)
  check.string('xLabel', xLabel)
  const leastX = check.oneOf('xScale', xScale, X_SCALES) === 'log' ? Number.MIN_VALUE : -Infinity
  checkAscending(x, leastX)
  for (const [index, panel] of list('panels', panels, 1, PANELS_LIMIT).entries()) {
    checkPanel(`panels[${index}]`, panel as ChartPanel, x.length)
  }
  const names = new Set(panels.flatMap(({ series }) => series.map(({ name }) => name)))
  if (names.size > SERIES_LIMIT) {
    throw new RangeError(
      `Expected at most ${SERIES_LIMIT} names of series for panels but received ${names.size}`,
    )
  }
  for (const [index, mark] of list('marks', marks, 0, Infinity).entries()) {
    checkMark(`marks[${index}]`, mark as ChartMark, leastX)
  }
}

function checkAscending(x: readonly number[], least: number): void {
  let previous = -Infinity
  for (const [index, given] of list('x', x, 1, Infinity).entries()) {
    const value = check.number(`x[${index}]`, given, least)
    if (value <= previous)
      throw new RangeError(check.expected(`a number above ${previous}`, `x[${index}]`, value))
    previous = value
  }
}

function checkPanel(name: string, panel: ChartPanel, count: number): void {
  const { yLabel, percent = false, series } = check.options(name, panel, ['yLabel', 'percent', 'series'])
  check.string(`${name}.yLabel`, yLabel)
  check.boolean(`${name}.percent`, percent)
  for (const [index, one] of list(`${name}.series`, series, 1, SERIES_LIMIT).entries()) {
    checkSeries(`${name}.series[${index}]`, one as ChartSeries, count)
  }
}

function checkSeries(name: string, series: ChartSeries, count: number): void {
  const given = check.options(name, series, ['name', 'values', 'points'])
  check.string(`${name}.name`, given.name)
  check.boolean(`${name}.points`, given.points ?? false)
  for (const [index, value] of list(`${name}.values`, given.values, count, count).entries()) {
    if (value === null || typeof value === 'number') continue
    throw new TypeError(check.expected('a number or null', `${name}.values[${index}]`, value))
  }
}

function checkMark(name: string, mark: ChartMark, leastX: number): void {
  const { x, label, kind = 'stage' } = check.options(name, mark, ['x', 'label', 'kind'])
  check.number(`${name}.x`, x, leastX)
  check.string(`${name}.label`, label)
  check.oneOf(`${name}.kind`, kind, MARK_KINDS)
}
