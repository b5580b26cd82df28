// Draws a report: the reliability diagram, the accuracy of each group, and the worst photographs.

import { grouped, percent, thumbnails } from '../../data/index.js'
import { quoted } from '../../files/index.js'
import {
  contactSheet,
  type IntervalRow,
  type IntervalSection,
  intervalChart,
  type Picture,
  reliabilityChart,
  type SheetTile,
} from '../../pictures/index.js'
import { type GroupedResults, gapText } from './fairness.js'
import type { EvaluationResults } from './results.js'
import type { WorstPhotograph } from './worst.js'

/** Columns that the picture shows, groups in all, and groups of one column, the largest ones. */
const COLUMNS_SHOWN = 60
const ROWS_SHOWN = 240
const GROUPS_SHOWN = 24
/** Photographs on the sheet. */
const WORST_SHOWN = 60
const COLUMNS = 5
const TILE_SIZE = 160

/** Of all bins, over how many photographs each has. */
export function calibrationChart(report: EvaluationResults): Picture {
  const { calibration, expectedCalibrationError, count } = report
  return reliabilityChart({
    title: 'Calibration',
    subtitle: `Expected calibration error ${percent(expectedCalibrationError)}, ${photographs(count)}`,
    xLabel: 'Probability of the named identity (%)',
    yLabel: 'Top-1 accuracy (%)',
    countLabel: 'Photographs',
    bins: calibration,
  })
}

/** null where there are no groups. */
export function groupsChart({ groups, top1, count }: EvaluationResults): Picture | null {
  const columns = groups.slice(0, COLUMNS_SHOWN)
  const limit = Math.min(GROUPS_SHOWN, Math.floor(ROWS_SHOWN / columns.length))
  const sections = columns.map((one) => sectionOf(one, limit)).filter(({ rows }) => rows.length > 0)
  if (sections.length === 0) return null
  return intervalChart({
    title: 'Accuracy by group',
    subtitle: `Top-1 accuracy with its 95 % interval, ${photographs(count)}`,
    xLabel: 'Top-1 accuracy (%)',
    noteLabel: 'Photographs',
    sections,
    reference: { value: top1, label: `all photographs: ${percent(top1)}` },
  })
}

function sectionOf({ column, groups, gap }: GroupedResults, limit: number): IntervalSection {
  const measured = groups.filter(({ count }) => count > 0)
  const largest = new Set(measured.toSorted((a, b) => b.count - a.count).slice(0, limit))
  const shown = measured.filter((one) => largest.has(one))
  const notes = [
    ...(shown.length < measured.length ? [`the ${shown.length} largest of ${measured.length} groups`] : []),
    ...(gap === null
      ? []
      : [gapText(gap), `intervals ${gap.intervalsOverlap ? 'overlap' : 'do not overlap'}`]),
  ]
  const rows = shown.map(({ group, count, top1, top1Interval }): IntervalRow => {
    const [low, high] = top1Interval as NonNullable<typeof top1Interval>
    return { label: group ?? 'without a group', note: grouped(count), value: top1 as number, low, high }
  })
  return { heading: column === '' ? 'groups' : column, note: notes.join(', '), rows }
}

/** The bytes of a PNG; null where no photograph can be shown. Those that can no longer be read are left out. */
export async function worstSheet(
  { worst }: EvaluationResults,
  signal: AbortSignal | undefined,
): Promise<Uint8Array | null> {
  const shown = worst.slice(0, WORST_SHOWN)
  const images = await thumbnails(
    shown.map(({ file }) => file),
    TILE_SIZE,
    signal,
  )
  const tiles = shown.flatMap((photograph): SheetTile[] => {
    const image = images.get(photograph.file)
    if (image === undefined) return []
    const { data: pixels, height, width } = image
    return [{ pixels, height, width, caption: captionOf(photograph) }]
  })
  if (tiles.length === 0) return null
  return contactSheet({
    title: 'Photographs with the highest loss',
    subtitle: 'Below each: whom it shows, and whom the model takes it for, with their probabilities',
    tiles,
    columns: COLUMNS,
    tileSize: TILE_SIZE,
  })
}

function captionOf({ identity, predicted, probability, predictedProbability }: WorstPhotograph): string {
  return `${percent(probability)} ${unquoted(identity)}\n${percent(predictedProbability)} ${unquoted(predicted)}`
}

/** Escaped, so that a line break in a name makes no second line. */
function unquoted(name: string): string {
  return quoted(name).slice(1, -1)
}

function photographs(count: number): string {
  return `${grouped(count)} ${count === 1 ? 'photograph' : 'photographs'}`
}
