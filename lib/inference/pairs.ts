// Pairs of photographs: of one person (genuine) and of two (impostor), all of them or as many as are wanted.

import { MersenneTwister } from '../data/index.js'

export interface Pairs {
  /** Places of both photographs of a pair, one pair after another, (2 x pairs). */
  readonly genuine: Int32Array
  readonly impostor: Int32Array
}

/**
 * All pairs of each kind where there are at most `pairs`, else so many drawn ones, each alike probable; a drawn one may come
 * twice. Memory grows with photographs and with `pairs`, never with the square of photographs.
 */
export function drawPairs(labels: Int32Array, { pairs, seed }: { pairs: number; seed: number }): Pairs {
  const byLabel = new Map<number, number[]>()
  for (const [place, label] of labels.entries()) {
    const group = byLabel.get(label)
    if (group === undefined) byLabel.set(label, [place])
    else group.push(place)
  }
  const groups = [...byLabel.values()]
  const of = (count: number) => (count * (count - 1)) / 2
  const genuine = groups.reduce((sum, { length }) => sum + of(length), 0)
  const impostor = of(labels.length) - genuine
  const generator = new MersenneTwister(seed)
  return {
    genuine: genuine <= pairs ? allWithin(groups) : drawnWithin(groups, pairs, generator),
    impostor: impostor <= pairs ? allAcross(labels, impostor) : drawnAcross(groups, pairs, generator),
  }
}

function allWithin(groups: readonly (readonly number[])[]): Int32Array {
  const found: number[] = []
  for (const group of groups) {
    for (const [index, one] of group.entries())
      for (const other of group.slice(index + 1)) found.push(one, other)
  }
  return Int32Array.from(found)
}

/** At most `count` pairs are across, but those within may be many more: they are passed over. */
function allAcross(labels: Int32Array, count: number): Int32Array {
  const found = new Int32Array(2 * count)
  let end = 0
  for (let one = 0; one < labels.length && end < found.length; one++) {
    for (let other = one + 1; other < labels.length; other++) {
      if (labels[one] === labels[other]) continue
      found[end++] = one
      found[end++] = other
    }
  }
  return found
}

function drawnWithin(groups: readonly number[][], pairs: number, generator: MersenneTwister): Int32Array {
  const ends = sums(groups.map(({ length }) => (length * (length - 1)) / 2))
  const found = new Int32Array(2 * pairs)
  for (let pair = 0; pair < pairs; pair++) {
    const group = groups[firstAbove(ends, below(ends.at(-1) as number, generator))] as number[]
    const one = below(group.length, generator)
    const other = (one + 1 + below(group.length - 1, generator)) % group.length
    found[2 * pair] = group[one] as number
    found[2 * pair + 1] = group[other] as number
  }
  return found
}

function drawnAcross(groups: readonly number[][], pairs: number, generator: MersenneTwister): Int32Array {
  const places = groups.flat()
  const firsts = sums(groups.map(({ length }) => length))
  const ends = sums(groups.map(({ length }) => length * (places.length - length)))
  const found = new Int32Array(2 * pairs)
  for (let pair = 0; pair < pairs; pair++) {
    const own = firstAbove(ends, below(ends.at(-1) as number, generator))
    const group = groups[own] as number[]
    const other = below(places.length - group.length, generator)
    const isBefore = other < (firsts[own] as number) - group.length
    found[2 * pair] = group[below(group.length, generator)] as number
    found[2 * pair + 1] = places[isBefore ? other : other + group.length] as number
  }
  return found
}

/** Of each value and all before it. */
function sums(values: readonly number[]): number[] {
  let sum = 0
  return values.map((value) => {
    sum += value
    return sum
  })
}

/** In [0, count), count up to 2 ** 53: 53 bits of two draws. */
function below(count: number, generator: MersenneTwister): number {
  const fraction = ((generator.next() >>> 5) * 2 ** 26 + (generator.next() >>> 6)) / 2 ** 53
  return Math.floor(fraction * count)
}

function firstAbove(ends: readonly number[], place: number): number {
  let low = 0
  let high = ends.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if ((ends[middle] as number) > place) high = middle
    else low = middle + 1
  }
  return low
}
