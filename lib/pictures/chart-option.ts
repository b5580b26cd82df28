// Turns a laid-out line chart into the option object that ECharts draws.

import type { EChartsCoreOption } from 'echarts/core'
import {
  type ChartLayout,
  FONT_SIZE,
  type MarkLayout,
  type PanelLayout,
  positionOf,
  TITLE_SIZE,
} from './chart-layout.js'
import { drawable } from './chart-text.js'
import type { ChartSeries, LineChartSpec } from './line-chart-spec.js'
import { powerLabel, type Ticks, tickLabel } from './ticks.js'

/**
 * Colours that colour-blind people tell apart (M. Okabe, K. Ito: Color Universal Design, 2008), each with a
 * dash and a marker of its own for print without colour.
 */
const STYLES = [
  { color: '#0072b2', dash: [6, 4], symbol: 'circle', size: 7 },
  { color: '#d55e00', dash: 'solid', symbol: 'diamond', size: 10 },
  { color: '#009e73', dash: [2, 3], symbol: 'triangle', size: 8 },
  { color: '#cc79a7', dash: [10, 4], symbol: 'rect', size: 7 },
] as const

const TEXT = '#333333'
const FAINT = '#666666'
const GRID = '#e6e6e6'
const MARK_STYLES = {
  stage: { color: '#666666', width: 1.2, dash: [6, 4] },
  change: { color: '#707070', width: 1, dash: [1, 3] },
  best: { color: '#00704f', width: 1.4, dash: 'solid' },
} as const

/** Above this number of points, markers would hide the line. */
const MARKERS_LIMIT = 40
/** Of a series without a line. */
const POINT_SIZE = 6
/** Pixels from the left to the middle of the y axis's name. */
const NAME_LEFT = 20
const TITLE_CHARACTERS = 90
const LABEL_CHARACTERS = 60

export function optionOf(spec: LineChartSpec, layout: ChartLayout, fontFamily: string): EChartsCoreOption {
  const names = [...new Set(spec.panels.flatMap(({ series }) => series.map(({ name }) => name)))]
  const best = spec.marks?.find(({ kind }) => kind === 'best')?.x
  const x = { values: spec.x, places: spec.x.map((value) => positionOf(value, spec)) }
  const grid = layout.panels.map(({ top, height }) => ({
    left: layout.left,
    right: layout.right,
    top,
    height,
    outerBoundsMode: 'none', // the marks know where the axes are
  }))
  return {
    animation: false,
    backgroundColor: '#ffffff',
    textStyle: { fontFamily, color: TEXT, fontSize: FONT_SIZE },
    title: titles(spec, layout),
    legend: legend(names, layout),
    grid,
    xAxis: layout.panels.map((_, index) => xAxis(spec, layout, index)),
    yAxis: layout.panels.map((panel, index) => yAxis(panel, layout, index)),
    graphic: layout.marks.flatMap((mark) => markElements(mark, fontFamily)),
    series: layout.panels.flatMap(({ panel }, index) => {
      return panel.series.map((series) => ({
        ...line(series, panel.percent ? 100 : 1, styleOf(names.indexOf(series.name)), x, best),
        xAxisIndex: index,
        yAxisIndex: index,
      }))
    }),
  }
}

function titles(spec: LineChartSpec, { left, titleTop, subtitleTop }: ChartLayout): object[] {
  const text = drawable(spec.title, TITLE_CHARACTERS)
  const place = { left, padding: 0 }
  const title = {
    ...place,
    top: titleTop,
    text,
    textStyle: { color: TEXT, fontSize: TITLE_SIZE, fontWeight: 'bold' },
  }
  if (spec.subtitle === undefined) return [title]
  const subtitle = drawable(spec.subtitle, TITLE_CHARACTERS + LABEL_CHARACTERS)
  const textStyle = { color: FAINT, fontSize: FONT_SIZE, fontWeight: 'normal' }
  return [title, { ...place, top: subtitleTop, text: subtitle, textStyle }]
}

function legend(names: readonly string[], { left, legendTop }: ChartLayout): object {
  return {
    left,
    top: legendTop,
    padding: 0,
    itemGap: 24,
    itemWidth: 36,
    itemHeight: 13,
    data: names.map((name) => ({ name })),
    formatter: (name: string) => drawable(name, LABEL_CHARACTERS),
    textStyle: { color: TEXT, fontSize: FONT_SIZE },
  }
}

function axis(ticks: Ticks, label = (value: number) => tickLabel(value, ticks)): object {
  const { min, max, step, values, labelled = values } = ticks
  return {
    type: 'value',
    min,
    max,
    interval: step, // else ECharts computes round numbers of its own and refuses some of ours
    axisLine: { show: true, onZero: false, lineStyle: { color: TEXT, width: 1 } },
    axisTick: { show: true, customValues: values, length: 4, lineStyle: { color: TEXT } },
    axisLabel: {
      color: TEXT,
      fontSize: FONT_SIZE,
      customValues: labelled,
      formatter: label,
    },
    splitLine: { show: true, lineStyle: { color: GRID, width: 1 } },
    nameLocation: 'middle',
    nameTextStyle: { color: TEXT, fontSize: FONT_SIZE + 1 },
  }
}

/** Only the lowest panel labels the x that all share. */
function xAxis({ xLabel, xScale }: LineChartSpec, { xTicks, panels }: ChartLayout, index: number): object {
  const lowest = index === panels.length - 1
  const shared = axis(xTicks, xScale === 'log' ? powerLabel : undefined) as { axisLabel: object }
  return {
    ...shared,
    gridIndex: index,
    splitLine: { show: false },
    axisLabel: { ...shared.axisLabel, show: lowest },
    name: lowest ? drawable(xLabel, LABEL_CHARACTERS) : '',
    nameGap: 32,
  }
}

function yAxis({ panel, ticks }: PanelLayout, { left }: ChartLayout, index: number): object {
  const name = drawable(panel.yLabel, LABEL_CHARACTERS)
  return { ...axis(ticks), gridIndex: index, name, nameGap: left - NAME_LEFT }
}

type Style = (typeof STYLES)[number]

function styleOf(index: number): Style {
  return STYLES[index % STYLES.length] as Style
}

function line(
  { name, values, points = false }: ChartSeries,
  scale: number,
  { color, dash, symbol, size }: Style,
  x: { readonly values: readonly number[]; readonly places: readonly number[] },
  best: number | undefined,
): object {
  const finite = values.map((value) => (value !== null && Number.isFinite(value) ? value * scale : null))
  const marker = (index: number) => {
    if (x.values[index] === best) return { symbolSize: size + 4 }
    if (points) return { symbolSize: POINT_SIZE }
    const alone = (finite[index - 1] ?? null) === null && (finite[index + 1] ?? null) === null
    return x.values.length <= MARKERS_LIMIT || alone ? { symbolSize: size } : { symbol: 'none' }
  }
  return {
    type: 'line',
    name,
    data: finite.map((value, index) => ({ value: [x.places[index], value], ...marker(index) })),
    connectNulls: false,
    showSymbol: true,
    symbol,
    lineStyle: { color, width: points ? 0 : 2, type: dash },
    itemStyle: { color, borderColor: '#ffffff', borderWidth: 1 },
    silent: true,
    emphasis: { disabled: true },
  }
}

function markElements({ kind, x, top, bottom, label }: MarkLayout, fontFamily: string): object[] {
  const { color, width, dash } = MARK_STYLES[kind]
  const pole = {
    type: 'line',
    z: 1,
    silent: true,
    shape: { x1: x, y1: top, x2: x, y2: bottom },
    style: { stroke: color, lineWidth: width, lineDash: dash },
  }
  if (label === null) return [pole]
  const style = {
    text: label.text,
    x: label.side === 'right' ? x + 5 : x - 5,
    y: top + 1,
    textAlign: label.side === 'right' ? 'left' : 'right',
    textVerticalAlign: 'top',
    fill: color,
    fontFamily,
    fontSize: FONT_SIZE - 1,
  }
  return [pole, { type: 'text', z: 1, silent: true, style }]
}
