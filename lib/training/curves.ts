// The picture that a run ends with: loss and accuracy over the epochs, with what changed on the way.

import { join } from 'node:path'
import { saveDurably } from '../files/index.js'
import { architectures } from '../model/index.js'
import { type ChartMark, type ChartSeries, lineChart } from '../pictures/index.js'
import type { HistoryRow } from './history.js'
import type { Job } from './job.js'
import { scheduleIn } from './schedules.js'

/** Writes curves.svg and curves.png; nothing where no epoch was completed. */
export async function saveCurves(
  job: Job,
  rows: readonly HistoryRow[],
  bestEpoch: number | null,
): Promise<void> {
  const best = rows.find(({ epoch }) => epoch === bestEpoch)
  if (best === undefined) return
  const { displayName } = architectures[job.classifier.architecture]
  const chart = await lineChart({
    title: `${displayName}, ${job.classifier.classes.length} identities`,
    subtitle: `Best: epoch ${best.epoch}, validation top-1 ${(100 * best.valTop1).toFixed(1)} %`,
    xLabel: 'Epoch',
    x: rows.map(({ epoch }) => epoch),
    panels: [
      { yLabel: 'Loss', series: bothParts(rows, 'trainLoss', 'valLoss') },
      { yLabel: 'Top-1 accuracy (%)', percent: true, series: bothParts(rows, 'trainTop1', 'valTop1') },
    ],
    marks: [
      ...stageMarks(job, rows),
      ...rateMarks(job, rows),
      { x: best.epoch, label: 'best', kind: 'best' },
    ],
  })
  await saveDurably(join(job.output, 'curves.svg'), chart.svg)
  await saveDurably(join(job.output, 'curves.png'), await chart.png())
}

function bothParts(
  rows: readonly HistoryRow[],
  train: keyof HistoryRow,
  validation: keyof HistoryRow,
): ChartSeries[] {
  return [
    { name: 'Training', values: rows.map((row) => row[train]) },
    { name: 'Validation', values: rows.map((row) => row[validation]) },
  ]
}

/** Where there are several stages: the first at the left edge, the others between two epochs. */
function stageMarks({ stages }: Job, rows: readonly HistoryRow[]): ChartMark[] {
  const begun = stages.filter(({ firstEpoch }) => firstEpoch <= rows.length)
  if (begun.length === 1) return []
  return begun.map(({ name, firstEpoch }) => ({ x: firstEpoch === 1 ? 1 : firstEpoch - 0.5, label: name }))
}

/** Reductions by a plateau, also within a sequence; a rate that falls every epoch needs no mark. */
function rateMarks({ settings }: Job, rows: readonly HistoryRow[]): ChartMark[] {
  return rows.flatMap(({ epoch, learningRate }, index): ChartMark[] => {
    if (scheduleIn(settings.schedule, epoch).kind !== 'reduceLROnPlateau') return []
    const before = rows[index - 1]?.learningRate ?? learningRate
    if (learningRate >= before) return []
    return [{ x: epoch - 0.5, label: `rate ${Number(learningRate.toPrecision(3))}`, kind: 'change' }]
  })
}
