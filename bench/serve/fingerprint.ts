// By what an answer is known to be that of its photograph: the probabilities of all identities.

/** Names of the identities. */
export const CLASSES = Array.from({ length: 16 }, (_, label) => `identity ${label}`)

export interface Expected {
  /** By photograph, then by label, in [0, 1]. */
  readonly probabilities: readonly (readonly number[])[]
  /**
   * Half of the distance from each photograph to the nearest other: an answer within it is nearer to its own photograph than to
   * any other.
   */
  readonly halfGaps: readonly number[]
}

/** NaN where an identity is missing. */
export function byLabel(candidates: readonly { identity: string; probability: number }[]): number[] {
  const known = new Map(candidates.map(({ identity, probability }) => [identity, probability]))
  return CLASSES.map((name) => known.get(name) ?? Number.NaN)
}

/** The largest difference of a probability; NaN where a value is missing. */
export function distance(one: readonly number[], other: readonly number[]): number {
  return one.reduce((most, value, i) => Math.max(most, Math.abs(value - (other[i] as number))), 0)
}
