// Lines over a shared x, as in the curves of a training: SVG, and PNG made from it.

import { createHash } from 'node:crypto'
import { layOut } from './chart-layout.js'
import { optionOf } from './chart-option.js'
import { drawable, escaped } from './chart-text.js'
import { checkLineChart, type LineChartSpec } from './line-chart-spec.js'
import { FONT_FAMILY, renderPng } from './png.js'
import type { Picture } from './svg.js'

const NAME_CHARACTERS = 200

/**
 * Draws one to four panels below each other. Series differ by colour, dash and marker, so that they can be
 * told apart without colour; gaps and a single point are drawn as such.
 *
 * @example const chart = await lineChart({ title: 'InceptionResnetV1', panels: [{ yLabel: 'Loss', series: [{
 *   name: 'training', values: [2.1, 1.4] }] }], xLabel: 'Epoch', x: [1, 2], }) await
 *   saveDurably('curves.svg', chart.svg)
 * @throws TypeError or RangeError naming the part that is wrong.
 */
export async function lineChart(spec: LineChartSpec): Promise<Picture> {
  checkLineChart(spec)
  const svg = await draw(spec)
  return { svg, png: () => renderPng(svg) }
}

async function draw(spec: LineChartSpec): Promise<string> {
  const echarts = await loadEcharts()
  const layout = layOut(spec)
  const chart = echarts.init(null, null, {
    renderer: 'svg',
    ssr: true,
    width: layout.width,
    height: layout.height,
  })
  try {
    chart.setOption(optionOf(spec, layout, FONT_FAMILY))
    return finished(chart.renderToSVGString(), spec)
  } finally {
    chart.dispose()
  }
}

/** Loaded at the first chart: importing this room must cost nothing (100 ms else). */
async function loadEcharts() {
  const [core, charts, components, renderers] = await Promise.all([
    import('echarts/core'),
    import('echarts/charts'),
    import('echarts/components'),
    import('echarts/renderers'),
  ])
  const { GraphicComponent, GridComponent, LegendPlainComponent, TitleComponent } = components
  core.use([
    charts.LineChart,
    GraphicComponent,
    GridComponent,
    LegendPlainComponent,
    TitleComponent,
    renderers.SVGRenderer,
  ])
  return core
}

/**
 * Takes out what serves a mouse, gives the picture a name for those who hear it read, and replaces the
 * numbers that ECharts counts through the process by a hash of the chart, which makes the text the chart's
 * own.
 */
function finished(svg: string, spec: LineChartSpec): string {
  const hash = createHash('sha256').update(JSON.stringify(spec)).digest('hex').slice(0, 10)
  const name = escaped(drawable(spec.title, NAME_CHARACTERS))
  return svg
    .replace(/<style.*<\/style>\s*/s, '')
    .replace(/ (class="zr\d+-[^"]*"|pointer-events="visible")/g, '')
    .replace(/\bzr\d+-/g, `chart-${hash}-`)
    .replace('<svg ', '<svg role="img" ')
    .replace('>', () => `>\n<title>${name}</title>`)
}
