// The generator behind PyTorch's manual_seed on the CPU, so that its permutations can be had index for index.
// M. Matsumoto and T. Nishimura, "Mersenne Twister: a 623-dimensionally equidistributed uniform pseudo-random
// number generator", ACM TOMACS 8(1), 1998: MT19937.

const LENGTH = 624
const SHIFT = 397

export class MersenneTwister {
  readonly #state = new Uint32Array(LENGTH)
  #position = LENGTH

  /** As in PyTorch, only the lower 32 bits of the seed count. */
  constructor(seed: number) {
    const state = this.#state
    state[0] = seed % 2 ** 32
    for (let i = 1; i < LENGTH; i++) {
      const previous = state[i - 1] as number
      state[i] = Math.imul(1812433253, previous ^ (previous >>> 30)) + i
    }
  }

  /** The next of the sequence, an integer in [0, 2^32). */
  next(): number {
    if (this.#position === LENGTH) this.#refill()
    let value = this.#state[this.#position++] as number
    value ^= value >>> 11
    value ^= (value << 7) & 0x9d2c5680
    value ^= (value << 15) & 0xefc60000
    return (value ^ (value >>> 18)) >>> 0
  }

  #refill(): void {
    const state = this.#state
    for (let i = 0; i < LENGTH; i++) {
      const mixed = ((state[i] as number) & 0x80000000) | ((state[(i + 1) % LENGTH] as number) & 0x7fffffff)
      state[i] = (state[(i + SHIFT) % LENGTH] as number) ^ (mixed >>> 1) ^ (mixed & 1 ? 0x9908b0df : 0)
    }
    this.#position = 0
  }
}

/** `torch.randperm(length)` on the CPU after `manual_seed(seed)`, for lengths under 2^32 / 20. */
export function randomPermutation(length: number, generator: MersenneTwister): Int32Array {
  const order = Int32Array.from({ length }, (_, i) => i)
  for (let i = 0; i < length - 1; i++) {
    const other = i + (generator.next() % (length - i))
    const value = order[i] as number
    order[i] = order[other] as number
    order[other] = value
  }
  return order
}
