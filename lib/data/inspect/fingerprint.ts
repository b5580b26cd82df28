// Fingerprints by which the same photograph is known again after it was resized, recompressed, mirrored or made a
// little brighter: bits that say where it gets lighter (N. Krawetz: Kind of Like That, 2013; "dHash").

import { gridOf, type Lightness } from './lightness.js'

/** Words of the coarse fingerprint, which is searched: 64 steps to the right on a grid of 9 x 8. */
export const COARSE_WORDS = 2
/** Words of the fine one, which decides: 256 steps to the right and 256 steps down on grids of 17 x 16 and 16 x 17. */
export const FINE_WORDS = 16
export const WORDS = COARSE_WORDS + FINE_WORDS

/**
 * A step counts where it is larger than this share of the standard deviation: noise in a plain background sets no bit,
 * and brightness and contrast play no part.
 */
const STEP = 0.1
/** A photograph with fewer steps on the coarse grid, to either side, tells too little to be compared by it. */
const LEAST_STEPS = 12

/** Fingerprints of `count` photographs in one block of memory, 148 bytes each. */
export class Fingerprints {
  /** Whether the photograph has a fingerprint: none where it is plain or could not be read. */
  readonly known: Uint8Array
  readonly straight: Uint32Array
  /** Those of the mirrored photographs. */
  readonly mirrored: Uint32Array

  constructor(count: number) {
    this.known = new Uint8Array(count)
    this.straight = new Uint32Array(count * WORDS)
    this.mirrored = new Uint32Array(count * WORDS)
  }

  set(index: number, lightness: Lightness): void {
    const least = STEP * lightness.deviation
    const coarse = gridOf(lightness, 9, 8)
    const across = gridOf(lightness, 17, 16)
    const down = gridOf(lightness, 16, 17)
    for (const [words, mirror] of [[this.straight, false] as const, [this.mirrored, true] as const]) {
      const own = words.subarray(index * WORDS, (index + 1) * WORDS).fill(0)
      steps(coarse, { columns: 9, rows: 8, down: 0, least, mirror }, own, 0)
      steps(across, { columns: 17, rows: 16, down: 0, least, mirror }, own, COARSE_WORDS)
      steps(down, { columns: 16, rows: 17, down: 1, least, mirror }, own, COARSE_WORDS + FINE_WORDS / 2)
    }
    const at = index * WORDS
    const both = countBits(this.straight, at, COARSE_WORDS) + countBits(this.mirrored, at, COARSE_WORDS)
    this.known[index] = both >= LEAST_STEPS ? 1 : 0
  }
}

interface Steps {
  columns: number
  rows: number
  /** 0: from each part to the one on its right; 1: to the one below. */
  down: 0 | 1
  least: number
  mirror: boolean
}

function steps(
  grid: Float64Array,
  { columns, rows, down, least, mirror }: Steps,
  words: Uint32Array,
  first: number,
): void {
  const right = 1 - down
  let bit = 32 * first
  for (let y = 0; y < rows - down; y++) {
    for (let x = 0; x < columns - right; x++, bit++) {
      const from = mirror ? columns - 1 - x : x
      const to = mirror ? columns - 1 - x - right : x + right
      const step = (grid[(y + down) * columns + to] as number) - (grid[y * columns + from] as number)
      if (step > least) words[bit >>> 5] = (words[bit >>> 5] as number) | (1 << (bit & 31))
    }
  }
}

function countBits(words: Uint32Array, from: number, count: number): number {
  let bits = 0
  for (let i = from; i < from + count; i++) bits += popCount(words[i] as number)
  return bits
}

/** Bits that are 1 (H. Warren: Hacker's Delight, 5-1). */
export function popCount(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555)
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333)
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}

/** Of the steps that either of two photographs has on the fine grids, the share that only one of them has. */
export function fineDifference(a: Uint32Array, i: number, b: Uint32Array, j: number): number {
  let different = 0
  let either = 0
  const [left, right] = [i * WORDS, j * WORDS]
  for (let word = COARSE_WORDS; word < WORDS; word++) {
    const [one, other] = [a[left + word] as number, b[right + word] as number]
    different += popCount(one ^ other)
    either += popCount(one | other)
  }
  return either === 0 ? 0 : different / either
}
