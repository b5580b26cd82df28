// What the numbers of photographs of the identities show.

import { type Catalogue, findingsOf } from './catalogue.js'
import type { Finding, FindingKind } from './finding.js'
import type { CheckedSettings } from './options.js'
import { type Spread, spread } from './spread.js'

/** How many times the photographs of the rarest identity the commonest may have. */
const BALANCED = 10

/** How the photographs are spread over the identities. */
export interface IdentityCounts {
  /** How many identities there are. */
  readonly count: number
  /** Photographs an identity. */
  readonly photographs: Spread
  /** The most photographs of an identity divided by the fewest, of those that have any; 1 where all have as many. */
  readonly imbalance: number
}

/** null where there are no labels. */
export function identityCounts(counts: readonly number[]): IdentityCounts | null {
  const photographs = spread(counts)
  const present = spread(counts.filter((count) => count > 0))
  if (photographs === null || present === null) return null
  return Object.freeze({ count: counts.length, photographs, imbalance: present.max / present.min })
}

export function identityFindings(
  catalogue: Catalogue,
  counts: readonly number[],
  { fewPhotographs }: CheckedSettings,
): Partial<Record<FindingKind, Finding[]>> {
  const { classes, length } = catalogue.own
  const summary = identityCounts(counts)
  if (summary === null) return {}
  const labels = [...counts.keys()].sort((a, b) => (counts[a] as number) - (counts[b] as number))
  const named = (label: number) => ({ name: classes[label] as string, photographs: counts[label] as number })

  const few = new Set(labels.filter((label) => (counts[label] as number) < fewPhotographs))
  const photographs = few.size === 0 ? [] : photographsOf(catalogue, length, few)
  const present = spread(counts.filter((count) => count > 0)) as Spread
  // Where the two ends are ten times apart, one of them is more than the root of it from the median.
  const far = labels.filter((label) => {
    const count = counts[label] as number
    return count > 0 && Math.abs(Math.log(count / present.median)) >= Math.log(BALANCED) / 2
  })
  const uneven = summary.imbalance > BALANCED ? far : []
  return {
    'few-photographs': findingsOf('few-photographs', {
      count: few.size,
      outOf: classes.length,
      identities: [...few].map(named),
      photographs,
    }),
    imbalance: findingsOf('imbalance', {
      count: uneven.length,
      outOf: classes.length,
      identities: uneven.map(named),
    }),
  }
}

function photographsOf(catalogue: Catalogue, length: number, labels: ReadonlySet<number>) {
  const indices: number[] = []
  for (let index = 0; index < length; index++)
    if (labels.has(catalogue.own.at(index).label)) indices.push(index)
  return indices.map((index) => catalogue.photograph(index, ''))
}
