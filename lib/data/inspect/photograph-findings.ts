// What a photograph shows by itself, or beside the sizes of all others.

import { type Catalogue, findingsOf, sizeNote } from './catalogue.js'
import type { Finding, FindingKind } from './finding.js'
import type { CheckedSettings } from './options.js'
import type { Scan } from './scan.js'
import { type Spread, spread } from './spread.js'

/** Difference between a pixel's channels that compression makes of none. */
const GREY = 8
/** Photographs below which there is no rest that another could be unlike. */
const FEWEST = 10
/** A side, or a ratio of sides, so many times the median's is another kind of photograph, if few are so. */
const MUCH_LARGER = 3
const MUCH_OTHER_SHAPE = 1.5

/** Of the inspected dataset alone. */
export function photographFindings(
  catalogue: Catalogue,
  seen: Scan,
  { tinySide, sideRatio, contentShare }: CheckedSettings,
): Partial<Record<FindingKind, Finding[]>> {
  const outOf = catalogue.own.length
  const { widths, heights, contents, deviations, colours } = seen
  const shorter = (index: number) => Math.min(widths[index] as number, heights[index] as number)
  const longer = (index: number) => Math.max(widths[index] as number, heights[index] as number)
  const find = (
    kind: FindingKind,
    indices: readonly number[],
    note = (index: number) => sizeNote(seen, index),
  ) => {
    const photographs = indices.map((index) => catalogue.photograph(index, note(index)))
    return findingsOf(kind, { count: indices.length, outOf, photographs })
  }
  const where = (passes: (index: number) => boolean) => seen.readable(outOf, passes)
  const unreadable = [...seen.unreadable.keys()].filter((index) => index < outOf).sort((a, b) => a - b)
  return {
    unreadable: find('unreadable', unreadable, (index) => seen.unreadable.get(index) as string),
    blank: find(
      'blank',
      where((index) => seen.isBlank(index)),
      (index) => `standard deviation ${(deviations[index] as number).toFixed(1)}`,
    ),
    tiny: find(
      'tiny',
      where((index) => shorter(index) < tinySide),
    ),
    elongated: find(
      'elongated',
      where((index) => longer(index) > sideRatio * shorter(index)),
    ),
    bordered: find(
      'bordered',
      where((index) => !seen.isBlank(index) && (contents[index] as number) < contentShare),
      (index) => `content ${Math.round(100 * (contents[index] as number))} %`,
    ),
    'unlike-the-rest': find(
      'unlike-the-rest',
      unlikeTheRest(
        seen,
        where(() => true),
      ),
    ),
    grey: find(
      'grey',
      where((index) => !seen.isBlank(index) && (colours[index] as number) <= GREY),
    ),
  }
}

/**
 * Photographs that are much larger or of much other shape than the median one, and beyond what the dataset's own spread
 * explains (J. Tukey's fences).
 */
function unlikeTheRest({ widths, heights }: Scan, readable: readonly number[]): number[] {
  if (readable.length < FEWEST) return []
  const logSide = (index: number) => Math.log((widths[index] as number) * (heights[index] as number)) / 2
  const logRatio = (index: number) => Math.log((widths[index] as number) / (heights[index] as number))
  const sides = fencesOf(readable.map(logSide), MUCH_LARGER)
  const ratios = fencesOf(readable.map(logRatio), MUCH_OTHER_SHAPE)
  return readable.filter((index) => {
    const ratio = logRatio(index)
    return logSide(index) > sides.high || ratio > ratios.high || ratio < ratios.low
  })
}

/** At least `times` from the median, on a scale of logarithms. */
function fencesOf(logarithms: readonly number[], times: number): { low: number; high: number } {
  const { p25, median, p75 } = spread(logarithms) as Spread
  const reach = 1.5 * (p75 - p25)
  return {
    low: Math.min(p25 - reach, median - Math.log(times)),
    high: Math.max(p75 + reach, median + Math.log(times)),
  }
}
