// Finds fingerprints of 64 bits that differ in few, without comparing each with each (M. Norouzi, A. Punjani,
// D. Fleet: Fast Search in Hamming Space with Multi-Index Hashing, 2012).

import { popCount } from './fingerprint.js'

const BANDS = 4
const BAND_BITS = 16
const BAND_VALUES = 1 << BAND_BITS

/** The largest distance that can be searched for: 3 wrong bits in a band would mean 697 places to look in. */
export const DISTANCE_LIMIT = 3 * BANDS - 1

interface Band {
  /** Where the rows of each value begin, (BAND_VALUES + 1). */
  readonly starts: Uint32Array
  readonly rows: Uint32Array
}

/**
 * The fingerprints of some rows, sorted by each of their four bands of 16 bits. Of two that differ in `distance` bits,
 * at least one band differs in no more than a quarter of it: so it is enough to look in each band at the values near
 * one's own. Four times 4 bytes a row, and a megabyte.
 */
export class NearSearch {
  readonly #low: Uint32Array
  readonly #high: Uint32Array
  readonly #bands: readonly Band[]

  /** The lower and the upper 32 bits of each fingerprint. */
  constructor(low: Uint32Array, high: Uint32Array) {
    this.#low = low
    this.#high = high
    this.#bands = Array.from({ length: BANDS }, (_, band) => this.#sorted(band))
  }

  /**
   * Calls `found` once with the position of each fingerprint within `distance` bits, if it is at least `from`.
   *
   * @param distance 0 to 11.
   */
  within(low: number, high: number, distance: number, from: number, found: (row: number) => void): void {
    const radius = Math.floor(distance / BANDS)
    const near = valuesWithin(radius)
    for (const [band, { starts, rows }] of this.#bands.entries()) {
      const own = bandOf(low, high, band)
      for (const mask of near) {
        const value = own ^ mask
        const end = starts[value + 1] as number
        for (let at = starts[value] as number; at < end; at++) {
          const row = rows[at] as number
          if (row < from) continue
          const lower = (this.#low[row] as number) ^ low
          const upper = (this.#high[row] as number) ^ high
          if (popCount(lower) + popCount(upper) > distance) continue
          if (!inEarlierBand(lower, upper, band, radius)) found(row)
        }
      }
    }
  }

  /** Counts, then places: linear in the number of rows. */
  #sorted(band: number): Band {
    const starts = new Uint32Array(BAND_VALUES + 1)
    const count = this.#low.length
    const valueAt = (row: number) => bandOf(this.#low[row] as number, this.#high[row] as number, band)
    for (let row = 0; row < count; row++) {
      const next = valueAt(row) + 1
      starts[next] = (starts[next] as number) + 1
    }
    for (let value = 0; value < BAND_VALUES; value++)
      starts[value + 1] = (starts[value + 1] as number) + (starts[value] as number)
    const free = starts.slice()
    const rows = new Uint32Array(count)
    for (let row = 0; row < count; row++) {
      const value = valueAt(row)
      const place = free[value] as number
      rows[place] = row
      free[value] = place + 1
    }
    return { starts, rows }
  }
}

function bandOf(low: number, high: number, band: number): number {
  return ((band < 2 ? low : high) >>> (band % 2 === 0 ? 0 : BAND_BITS)) & (BAND_VALUES - 1)
}

/** Whether a row with these differences was found before, by a band before this one. */
function inEarlierBand(lower: number, upper: number, band: number, radius: number): boolean {
  for (let earlier = 0; earlier < band; earlier++)
    if (popCount(bandOf(lower, upper, earlier)) <= radius) return true
  return false
}

const known = new Map<number, readonly number[]>()

/** The values of 16 bits with at most so many ones. */
function valuesWithin(radius: number): readonly number[] {
  let values = known.get(radius)
  if (values === undefined) {
    values = Array.from({ length: BAND_VALUES }, (_, value) => value).filter((v) => popCount(v) <= radius)
    known.set(radius, values)
  }
  return values
}
