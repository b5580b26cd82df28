import { describe, expect, test } from 'vitest'
import { popCount } from '../../lib/data/inspect/fingerprint.js'
import { Groups, joinEqual } from '../../lib/data/inspect/groups.js'
import { DISTANCE_LIMIT, NearSearch } from '../../lib/data/inspect/near-search.js'

/** A generator of 32 bits (G. Marsaglia's xorshift). */
function generator(seed: number): () => number {
  let state = seed
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state >>> 0
  }
}

/** Fingerprints around a few centres, so that all distances occur. */
function prints(count: number, random: () => number): { low: Uint32Array; high: Uint32Array } {
  const centres = Array.from({ length: 5 }, () => [random(), random()] as const)
  const low = new Uint32Array(count)
  const high = new Uint32Array(count)
  for (let i = 0; i < count; i++) {
    const [lower, upper] = centres[random() % 5] as readonly [number, number]
    const words = [lower, upper]
    for (let flips = random() % 14; flips > 0; flips--) {
      const bit = random() % 64
      words[bit >> 5] = (words[bit >> 5] as number) ^ (1 << (bit & 31))
    }
    low[i] = words[0] as number
    high[i] = words[1] as number
  }
  return { low, high }
}

test('bits are counted', () => {
  expect([0, 1, 0xffffffff, -1, 0x80000001, 0x12345678].map(popCount)).toEqual([0, 1, 32, 32, 2, 13])
})

describe('a search by bands', () => {
  test.each(Array.from({ length: DISTANCE_LIMIT + 1 }, (_, distance) => distance))(
    'finds within %i bits what a comparison of all with all finds, each once',
    (distance) => {
      const random = generator(distance + 1)
      const { low, high } = prints(400, random)
      const search = new NearSearch(low, high)
      let all = 0
      for (let i = 0; i < 400; i += 3) {
        const [lower, upper] = [low[i] as number, high[i] as number]
        const from = random() % 400
        const expected = [...low.keys()].filter(
          (j) =>
            j >= from &&
            popCount((low[j] as number) ^ lower) + popCount((high[j] as number) ^ upper) <= distance,
        )
        const found: number[] = []
        search.within(lower, upper, distance, from, (row) => found.push(row))
        expect(found.sort((a, b) => a - b)).toEqual(expected)
        all += found.length
      }
      expect(all).toBeGreaterThan(30)
    },
  )

  test('of nothing finds nothing', () => {
    const search = new NearSearch(new Uint32Array(), new Uint32Array())
    search.within(0, 0, 11, 0, () => expect.unreachable())
  })
})

describe('groups', () => {
  test('hold what is joined directly or through others, whatever the order', () => {
    const pairs = [
      [7, 3],
      [1, 9],
      [3, 9],
      [4, 5],
    ] as const
    for (const order of [pairs, [...pairs].reverse()]) {
      const groups = new Groups(10)
      for (const [a, b] of order) groups.join(a, b)
      expect(groups.all()).toEqual([
        [1, 3, 7, 9],
        [4, 5],
      ])
      expect(groups.first(7)).toBe(1)
      expect(groups.first(8)).toBe(8)
    }
  })

  test('join rows with the same words, and keep one of each kind', () => {
    const groups = new Groups(6)
    const words = Uint32Array.of(1, 2, 9, 9, 1, 3, 1, 2, 4294967295, 0, 1, 2)
    expect(joinEqual(groups, [0, 2, 3, 4, 5], words, 2)).toEqual([0, 2, 4])
    expect(groups.all()).toEqual([[0, 3, 5]])
  })
})
