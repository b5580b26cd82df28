// Random numbers by name: each is a function of its keys alone, so that adding a draw changes no other.

export type Key = number | string

/** A whole number below 2^32 that depends on the keys and on nothing else (FNV-1a, then murmur3's finish). */
export function hash(...keys: Key[]): number {
  let h = 0x811c9dc5
  for (const character of keys.join('/')) h = Math.imul(h ^ (character.codePointAt(0) ?? 0), 0x01000193)
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/** Named draws under one set of keys, for example (seed, identity, photograph). */
export class Draws {
  readonly #keys: Key[]

  constructor(...keys: Key[]) {
    this.#keys = keys
  }

  /** Uniform in [0, 1). */
  unit(name: string): number {
    return hash(...this.#keys, name) / 2 ** 32
  }

  between(name: string, low: number, high: number): number {
    return low + (high - low) * this.unit(name)
  }

  /** In [-extent, extent], with the middle more often than the ends. */
  around(name: string, extent: number): number {
    return extent * (this.unit(`${name}.1`) + this.unit(`${name}.2`) - 1)
  }

  chance(name: string, probability: number): boolean {
    return this.unit(name) < probability
  }

  pick<const T>(name: string, choices: readonly T[]): T {
    return at(choices, this.unit(name))
  }
}

/** The choice at `position`, a number in [0, 1). */
export function at<T>(choices: readonly T[], position: number): T {
  const choice = choices[Math.min(choices.length - 1, Math.floor(position * choices.length))]
  if (choice === undefined) throw new RangeError('Expected at least one choice but received none')
  return choice
}
