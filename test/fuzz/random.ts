// Random draws that are a function of (stream, seed, index) alone, so that any input can be made again.

/** Chris Doty-Humphrey's sfc32, its state filled from the three numbers. */
export class Random {
  #a: number
  #b: number
  #c: number
  #counter = 1

  constructor(stream: string, seed: number, index: number) {
    this.#a = seed | 0
    this.#b = index | 0
    this.#c = [...stream].reduce((hash, letter) => (Math.imul(hash, 31) + letter.charCodeAt(0)) | 0, 0)
    for (let round = 0; round < 15; round++) this.u32()
  }

  u32(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0
    this.#counter = (this.#counter + 1) | 0
    this.#a = this.#b ^ (this.#b >>> 9)
    this.#b = (this.#c + (this.#c << 3)) | 0
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0
    return sum >>> 0
  }

  /** In [0, count). */
  below(count: number): number {
    return Math.floor((this.u32() / 2 ** 32) * count)
  }

  /** In [low, high]. */
  between(low: number, high: number): number {
    return low + this.below(high - low + 1)
  }

  chance(probability: number): boolean {
    return this.u32() < probability * 2 ** 32
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T
  }

  /** One of the keys, as often as its weight says. */
  weighted<K extends string>(weights: Readonly<Record<K, number>>): K {
    const entries = Object.entries(weights) as [K, number][]
    let left = this.below(entries.reduce((sum, [, weight]) => sum + weight, 0))
    for (const [key, weight] of entries) {
      if (left < weight) return key
      left -= weight
    }
    return (entries[0] as [K, number])[0]
  }

  /** In [1, limit], each power of two as likely as the next: small ones mostly, and the largest now and then. */
  size(limit: number): number {
    return Math.floor(limit ** (this.u32() / (2 ** 32 - 1)))
  }

  bytes(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => this.below(256)))
  }

  /** Some random bytes, over and over. */
  filled(length: number): Buffer {
    return Buffer.alloc(length, this.bytes(61))
  }
}
