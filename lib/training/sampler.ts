// Which samples an epoch sees, and in which order: a function of (seed, epoch) and of nothing else.

import { type BatchOrder, randomSplit } from '../data/index.js'

/** 'uniform': each sample once. 'balanced': as many of each identity. */
export type Sampling = 'uniform' | 'balanced'

export const SAMPLINGS = ['uniform', 'balanced'] as const satisfies readonly Sampling[]

/** The batches of one epoch. */
export interface EpochBatches {
  readonly batches: BatchOrder[]
  /** Samples left out of this epoch: 1 where the last batch held a single one and `dropSingle` was set, else 0. */
  readonly dropped: number
}

/**
 * Deals as many samples as there are labels into batches, in a drawn order; the last batch may be smaller.
 *
 * @param epoch from 0
 * @param dropSingle leaves a last batch of a single sample out: a batch norm cannot learn from one sample
 */
export function epochBatches(spec: {
  labels: Int32Array
  batchSize: number
  sampling: Sampling
  seed: number
  epoch: number
  dropSingle: boolean
}): EpochBatches {
  const { labels, batchSize, sampling, seed, epoch, dropSingle } = spec
  const count = labels.length
  const key = keyOf(seed, epoch)
  const order = permutation(count, key)
  const chosen = sampling === 'balanced' ? balanced(labels, seed, epoch) : null
  const dropped = dropSingle && count % batchSize === 1 ? 1 : 0
  const batches: BatchOrder[] = []
  for (let start = 0; start < count - dropped; start += batchSize) {
    const places = order.slice(start, Math.min(start + batchSize, count - dropped))
    batches.push(
      chosen === null
        ? { samples: places, turns: null }
        : {
            samples: places.map((place) => chosen.samples[place] as number),
            turns: places.map((place) => chosen.turns[place] as number),
          },
    )
  }
  return { batches, dropped }
}

/**
 * As many samples as there are, as nearly the same number of each identity that has any as can be. Over all epochs the
 * identities are dealt one sample each in turn, and each goes through all of its samples, in a drawn order, before it
 * takes one again.
 */
function balanced(
  labels: Int32Array,
  seed: number,
  epoch: number,
): { samples: Int32Array; turns: Int32Array } {
  const groups = membersOf(labels)
  const samples = new Int32Array(labels.length)
  const turns = new Int32Array(labels.length)
  let next = 0
  for (const [group, own] of groups.entries()) {
    // How many samples the identity was dealt before an epoch.
    const dealtBefore = (epochs: number) => Math.ceil((epochs * labels.length - group) / groups.length)
    const begin = dealtBefore(epoch)
    const end = dealtBefore(epoch + 1)
    const firstRound = Math.floor(begin / own.length)
    let order: Int32Array = new Int32Array()
    for (let place = begin; place < end; place++) {
      const round = Math.floor(place / own.length)
      if (place === begin || place % own.length === 0) order = roundOf(own.length, seed, group, round)
      samples[next] = own[order[place % own.length] as number] as number
      turns[next++] = round - firstRound // a round has each sample once
    }
  }
  return { samples, turns }
}

/** The samples of each identity that has any. */
function membersOf(labels: Int32Array): number[][] {
  const members = new Map<number, number[]>()
  for (const [sample, label] of labels.entries()) {
    const own = members.get(label)
    if (own === undefined) members.set(label, [sample])
    else own.push(sample)
  }
  return [...members.values()]
}

/** The order in which an identity goes through its samples for the nth time. */
function roundOf(count: number, seed: number, group: number, round: number): Int32Array {
  return permutation(count, keyOf(keyOf(seed, round), group))
}

function permutation(count: number, key: number): Int32Array {
  return randomSplit(count, [1], key)[0] as Int32Array
}

/** 32 bits in which every bit of the seed and of the epoch counts. */
function keyOf(seed: number, epoch: number): number {
  return mix(mix(mix(seed >>> 0) ^ Math.floor(seed / 2 ** 32)) + epoch)
}

/** The finaliser of MurmurHash3: a bijection of 32 bits in which each bit depends on all. */
function mix(value: number): number {
  let x = value >>> 0
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b)
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35)
  return (x ^ (x >>> 16)) >>> 0
}
