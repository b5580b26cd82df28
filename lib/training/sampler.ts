// The order in which an epoch sees its samples: a function of (seed, epoch) and of nothing else.

import { randomSplit } from '../data/index.js'

/** The batches of one epoch, as indices of samples. */
export interface EpochBatches {
  readonly batches: Int32Array[]
  /** Samples left out of this epoch: 1 where the last batch held a single one and `dropSingle` was set, else 0. */
  readonly dropped: number
}

/**
 * Deals a permutation of `count` samples into batches; the last one may be smaller.
 *
 * @param epoch from 0
 * @param dropSingle leaves a last batch of a single sample out: a batch norm cannot learn from one sample
 */
export function epochBatches(spec: {
  count: number
  batchSize: number
  seed: number
  epoch: number
  dropSingle: boolean
}): EpochBatches {
  const { count, batchSize, seed, epoch, dropSingle } = spec
  const order = randomSplit(count, [1], keyOf(seed, epoch))[0] as Int32Array
  const dropped = dropSingle && count % batchSize === 1 ? 1 : 0
  const batches: Int32Array[] = []
  for (let start = 0; start < count - dropped; start += batchSize) {
    batches.push(order.slice(start, Math.min(start + batchSize, count - dropped)))
  }
  return { batches, dropped }
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
