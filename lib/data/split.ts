// Divides samples into parts by fractions, the same way for the same seed on any machine.

import * as check from '../check.js'
import { TorchError } from '../errors.js'
import { listed } from '../files/index.js'
import { MersenneTwister, randomPermutation } from './mersenne-twister.js'

/** The parts' names with their shares in (0, 1], which add up to 1. */
export function checkFractions(fractions: unknown): [name: string, share: number][] {
  if (typeof fractions !== 'object' || fractions === null || Array.isArray(fractions)) {
    throw new TypeError(check.expected('an object such as { train: 0.8, val: 0.2 }', 'fractions', fractions))
  }
  const parts = Object.entries(fractions)
  if (parts.length === 0)
    throw new RangeError('Expected at least one part in fractions, as in { train: 0.8, val: 0.2 }')
  let sum = 0
  for (const [name, share] of parts) {
    const fraction = check.number(`fractions.${name}`, share, 0, 1)
    if (fraction === 0) throw new RangeError(check.expected('a number above 0', `fractions.${name}`, share))
    sum += fraction
  }
  if (Math.abs(sum - 1) > 1e-9) {
    throw new RangeError(
      `Expected fractions that add up to 1 but received ${parts.map(([, f]) => f).join(' + ')} = ${sum}`,
    )
  }
  return parts
}

/** Floored shares of a length; what remains is dealt one each from the first part on, as PyTorch does. */
function partSizes(length: number, fractions: readonly number[]): number[] {
  const sizes = fractions.map((fraction) => Math.floor(length * fraction))
  const remainder = length - sizes.reduce((sum, size) => sum + size, 0)
  for (let i = 0; i < remainder; i++) (sizes[i % sizes.length] as number)++
  return sizes
}

/**
 * `torch.utils.data.random_split(range(length), fractions, torch.Generator().manual_seed(seed))`, index for
 * index: consecutive slices of one permutation. It knows nothing of identities: of 7,000 with 20 photographs
 * each, an 80 / 20 split leaves about 80 without one for validation.
 */
export function randomSplit(length: number, fractions: readonly number[], seed: number): Int32Array[] {
  const order = randomPermutation(length, new MersenneTwister(seed))
  let start = 0
  return partSizes(length, fractions).map((size) => {
    start += size
    return order.subarray(start - size, start)
  })
}

/**
 * Divides each identity by the fractions. Every identity stands in every part; its count in each is its share,
 * rounded up or down such that the parts as a whole come as near to theirs as they can. Within a part the
 * samples keep their order. Refuses identities with fewer samples than there are parts; those without any are
 * passed over.
 */
export function stratifiedSplit(
  labels: Int32Array,
  classes: readonly string[],
  fractions: readonly number[],
  seed: number,
): Int32Array[] {
  const members = membersOf(labels, classes.length)
  const parts = fractions.length
  const scarce = classes.filter((_, label) => {
    const count = (members[label] as number[]).length
    return count > 0 && count < parts
  })
  if (scarce.length > 0) throw tooFew(scarce, parts)
  const generator = new MersenneTwister(seed)
  const counts = members.map((own) => ownShares(own.length, fractions))
  dealRemainders(members, counts, partSizes(labels.length, fractions), generator)
  const drawn: number[][] = fractions.map(() => [])
  for (const [label, own] of members.entries()) {
    const order = randomPermutation(own.length, generator)
    let next = 0
    for (const [part, count] of (counts[label] as number[]).entries()) {
      for (let i = 0; i < count; i++) drawn[part]?.push(own[order[next++] as number] as number)
    }
  }
  return drawn.map((indices) => Int32Array.from(indices).sort())
}

function membersOf(labels: Int32Array, classes: number): number[][] {
  const members: number[][] = Array.from({ length: classes }, () => [])
  for (const [index, label] of labels.entries()) members[label]?.push(index)
  return members
}

/** Floored shares of one identity, at least 1 each and at most `count` together. */
function ownShares(count: number, fractions: readonly number[]): number[] {
  if (count === 0) return fractions.map(() => 0)
  // The addend keeps 0.29 * 100 = 28.999999999999996 from being floored to 28.
  const shares = fractions.map((fraction) => Math.max(1, Math.floor(count * fraction + 1e-9)))
  let surplus = shares.reduce((sum, share) => sum + share, 0) - count
  while (surplus-- > 0) (shares[shares.indexOf(Math.max(...shares))] as number)--
  return shares
}

/**
 * Gives what flooring left of each identity to the parts that still lack most, at most one to each, and visits
 * the identities in a drawn order, so that neither their names nor their sizes decide who gets more.
 */
function dealRemainders(
  members: readonly number[][],
  counts: number[][],
  sizes: readonly number[],
  generator: MersenneTwister,
): void {
  const lacking = sizes.map(
    (size, part) => size - counts.reduce((sum, own) => sum + (own[part] as number), 0),
  )
  for (const label of randomPermutation(members.length, generator)) {
    const own = counts[label] as number[]
    const remainder = (members[label] as number[]).length - own.reduce((sum, count) => sum + count, 0)
    const neediest = own
      .map((_, part) => part)
      .sort((a, b) => (lacking[b] as number) - (lacking[a] as number))
    for (const part of neediest.slice(0, remainder)) {
      own[part] = (own[part] as number) + 1
      lacking[part] = (lacking[part] as number) - 1
    }
  }
}

function tooFew(scarce: readonly string[], parts: number): TorchError {
  const many = scarce.length === 1 ? '1 identity has' : `${scarce.length} identities have`
  const fewer = parts === 2 ? 'only one photograph' : `fewer than ${parts} photographs`
  return new TorchError(
    'DATASET',
    `A stratified split into ${parts} parts needs ${parts} photographs of each identity, but ${many} ${fewer}: ` +
      `${listed(scarce)}. Add photographs, leave these out (const counts = faces.counts(); ` +
      `faces.filter(({ label }) => counts[label] >= ${parts})), or split with { method: 'random' }.`,
  )
}
