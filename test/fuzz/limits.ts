// How large inputs become.

import type { Random } from './random.js'

/** A little over what the readers take of a pickle or a header. */
export const BYTES = 17 * 2 ** 20
/** A little over the tensors and storages that they take of a file. */
export const COUNT = 70_000

/** V8 hashes a longer string by its length alone, so that a Map or Set compares it with every other of that length. */
const HASHED = 2 ** 14

/** The length of names that are to be alike but for their ends. */
export function twinLength(random: Random): number {
  return random.chance(0.5) ? random.between(HASHED, 2 * HASHED) : random.size(BYTES / 4)
}
