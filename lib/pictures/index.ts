// Pictures from data. Nothing is loaded before the first one is drawn.

export { contactSheet } from './contact-sheet.js'
export type { ContactSheetSpec, SheetGroup, SheetTile } from './contact-sheet-spec.js'
export { intervalChart } from './interval-chart.js'
export type { IntervalChartSpec, IntervalRow, IntervalSection } from './interval-chart-spec.js'
export { lineChart } from './line-chart.js'
export type { ChartMark, ChartPanel, ChartSeries, LineChartSpec } from './line-chart-spec.js'
export { pngSize } from './png.js'
export { reliabilityChart } from './reliability-chart.js'
export type { ReliabilityBin, ReliabilityChartSpec } from './reliability-chart-spec.js'
export type { Picture } from './svg.js'
