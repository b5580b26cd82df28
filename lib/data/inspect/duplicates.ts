// Groups the photographs that are the same file, and those that look the same.

import { setImmediate } from 'node:timers/promises'
import { stopIfAborted } from '../bounded.js'
import { COARSE_WORDS, fineDifference, popCount, WORDS } from './fingerprint.js'
import { Groups, joinEqual } from './groups.js'
import { NearSearch } from './near-search.js'
import type { CheckedSettings } from './options.js'
import { DIGEST_WORDS, type Scan } from './scan.js'

/**
 * Largest {@link fineDifference} of near duplicates. Copies that were resized, recompressed at quality 30 or brightened
 * by a fifth stay below it. Of the 19,900 pairs of 200 ORL faces, which all have one pose and one background, a single
 * one does: two shots of one moment at 0.12; the next pair is at 0.17.
 */
const FINE = 0.15
/** Milliseconds of searching between two looks at the signal and at what else waits for the main thread. */
const SEARCHED_MS = 10
const TASK = 'Searching for duplicates'

export interface Duplicates {
  /** Positions of files with the same bytes: groups of two or more, ascending. */
  readonly exact: readonly (readonly number[])[]
  /** Positions of photographs that look the same, those with the same bytes among them. */
  readonly alike: readonly (readonly number[])[]
}

export async function findDuplicates(seen: Scan, settings: CheckedSettings): Promise<Duplicates> {
  const files = new Groups(seen.length)
  const alike = new Groups(seen.length)
  const kinds = joinEqual(files, seen.readable(seen.length), seen.digests, DIGEST_WORDS)
  const exact = files.all()
  for (const [first, ...others] of exact) for (const other of others) alike.join(first as number, other)
  const { known, straight } = seen.prints
  const rows = joinEqual(
    alike,
    kinds.filter((index) => known[index] === 1),
    straight,
    WORDS,
  )
  await joinNear(alike, rows, seen, settings)
  return { exact, alike: alike.all() }
}

/** Joins the rows whose fingerprints, or one's mirrored and the other's straight one, are near each other. */
async function joinNear(
  alike: Groups,
  rows: readonly number[],
  { prints: { straight, mirrored } }: Scan,
  { nearDistance, signal, onProgress }: CheckedSettings,
): Promise<void> {
  const wordAt = (words: Uint32Array, row: number, word: number) => words[row * WORDS + word] as number
  const half = (word: number) => Uint32Array.from(rows, (row) => wordAt(straight, row, word))
  const search = new NearSearch(half(0), half(1))
  let looked = Number.NEGATIVE_INFINITY
  for (const [position, row] of rows.entries()) {
    if (performance.now() - looked > SEARCHED_MS) {
      onProgress?.({ task: TASK, done: position, total: rows.length })
      await setImmediate()
      stopIfAborted(signal, TASK)
      looked = performance.now()
    }
    for (const own of [straight, mirrored]) {
      search.within(wordAt(own, row, 0), wordAt(own, row, 1), nearDistance, position + 1, (found) => {
        const other = rows[found] as number
        if (alike.first(row) === alike.first(other)) return
        if (fineDifference(own, row, straight, other) <= FINE) alike.join(row, other)
      })
    }
  }
  onProgress?.({ task: TASK, done: rows.length, total: rows.length })
}

/** How far the photographs of a group are from its first one, at most, in bits of the coarse fingerprint. */
export function spreadOf(
  { prints }: Scan,
  group: readonly number[],
): { distance: number; mirrored: boolean } {
  const { straight, mirrored } = prints
  const [first, ...others] = group as [number, ...number[]]
  let distance = 0
  let anyMirrored = false
  for (const other of others) {
    const flipped =
      fineDifference(mirrored, first, straight, other) < fineDifference(straight, first, straight, other)
    anyMirrored ||= flipped
    distance = Math.max(distance, coarseDistance(flipped ? mirrored : straight, first, straight, other))
  }
  return { distance, mirrored: anyMirrored }
}

function coarseDistance(a: Uint32Array, i: number, b: Uint32Array, j: number): number {
  let distance = 0
  for (let word = 0; word < COARSE_WORDS; word++)
    distance += popCount((a[i * WORDS + word] as number) ^ (b[j * WORDS + word] as number))
  return distance
}
