// The data doctor: looks at every photograph of a dataset once, and says what would harm a training.

import { TorchError } from '../../errors.js'
import { Catalogue, sizeNote } from './catalogue.js'
import { duplicateFindings } from './duplicate-findings.js'
import { findDuplicates } from './duplicates.js'
import { type Finding, type FindingKind, type FoundPhotograph, WORDINGS } from './finding.js'
import { identityCounts, identityFindings } from './identity-findings.js'
import type { CheckedSettings, Photographs } from './options.js'
import { photographFindings } from './photograph-findings.js'
import { DatasetReport } from './report.js'
import { type Scan, scan } from './scan.js'
import { type SizeSpread, spread } from './spread.js'

/** Photographs that a contact sheet shows for comparison. */
const ORDINARY = 8

export async function inspectPhotographs(
  own: Photographs,
  other: Photographs | null,
  settings: CheckedSettings,
): Promise<DatasetReport> {
  if (own.length === 0)
    throw new TorchError('DATASET', 'The dataset holds no photograph. Filter less or add photographs.')
  const catalogue = new Catalogue(own, other)
  const seen = await scan(catalogue.length, (index) => catalogue.fileAt(index), settings)
  const duplicates = await findDuplicates(seen, settings)
  const counts = own.counts()
  const found: Partial<Record<FindingKind, readonly Finding[]>> = {
    ...photographFindings(catalogue, seen, settings),
    ...identityFindings(catalogue, counts, settings),
    ...duplicateFindings(catalogue, seen, duplicates),
  }
  return new DatasetReport({
    photographs: own.length,
    sizes: sizesOf(seen, own.length),
    identities: identityCounts(counts),
    findings: (Object.keys(WORDINGS) as FindingKind[]).flatMap((kind) => found[kind] ?? []),
    ordinary: evenly(catalogue, seen),
  })
}

function sizesOf(seen: Scan, count: number): SizeSpread | null {
  const readable = seen.readable(count)
  const width = spread(readable.map((index) => seen.widths[index] as number))
  const height = spread(readable.map((index) => seen.heights[index] as number))
  return width === null || height === null ? null : Object.freeze({ width, height })
}

/** Some readable photographs of the inspected dataset, from its beginning to its end. */
function evenly(catalogue: Catalogue, seen: Scan): FoundPhotograph[] {
  const readable = seen.readable(catalogue.own.length)
  const count = Math.min(ORDINARY, readable.length)
  return Array.from({ length: count }, (_, place) => {
    const index = readable[Math.floor((place * readable.length) / count)] as number
    return catalogue.photograph(index, sizeNote(seen, index))
  })
}
