// Small random changes of bytes.

import { EDGES } from './numbers.js'
import type { Random } from './random.js'

type Mutate = (bytes: Buffer, random: Random) => Buffer

const BYTES = [0, 0xff, 0x7f, 0x80, 1, 0x2e, 0x28]

const MUTATIONS = { flip, set, integer, remove, duplicate, swap, insert, truncate } satisfies Record<
  string,
  Mutate
>

export type Mutation = keyof typeof MUTATIONS

/** How often each is drawn. Those that move what follows spoil more of a file. */
export type Weights = Readonly<Partial<Record<Mutation, number>>>
const WEIGHTS: Weights = {
  flip: 4,
  set: 4,
  integer: 3,
  remove: 2,
  duplicate: 2,
  swap: 2,
  insert: 2,
  truncate: 1,
}
/** Those that leave every byte in its place. */
export const IN_PLACE: Weights = { flip: 1, set: 1, integer: 1, swap: 1 }

export interface Mutated {
  readonly bytes: Buffer
  /** The names of what was done. */
  readonly what: string
}

/** Applies 1 to 8 mutations, few mostly, to a copy. */
export function mutated(bytes: Buffer, random: Random, weights = WEIGHTS): Mutated {
  const done: string[] = []
  let result: Buffer = Buffer.from(bytes)
  for (let left = random.size(8); left > 0; left--) {
    const mutation = random.weighted(weights as Record<Mutation, number>)
    result = MUTATIONS[mutation](result, random)
    done.push(mutation)
  }
  return { bytes: result, what: done.join(' ') }
}

/** The start of one and the end of another. */
export function spliced(one: Buffer, other: Buffer, random: Random): Buffer {
  return Buffer.concat([
    one.subarray(0, random.below(one.length + 1)),
    other.subarray(random.below(other.length + 1)),
  ])
}

function flip(bytes: Buffer, random: Random): Buffer {
  const at = random.below(bytes.length)
  if (at < bytes.length) bytes[at] = (bytes[at] as number) ^ (1 << random.below(8))
  return bytes
}

function set(bytes: Buffer, random: Random): Buffer {
  const at = random.below(bytes.length)
  if (at < bytes.length) bytes[at] = random.chance(0.7) ? random.pick(BYTES) : random.below(256)
  return bytes
}

function integer(bytes: Buffer, random: Random): Buffer {
  const width = random.pick([2, 4, 8])
  if (bytes.length < width) return bytes
  const value = Buffer.alloc(8)
  value.writeBigUInt64LE(BigInt.asUintN(64, random.pick(EDGES)))
  value.copy(bytes, random.below(bytes.length - width + 1), 0, width)
  return bytes
}

function remove(bytes: Buffer, random: Random): Buffer {
  const [start, end] = chunk(bytes, random)
  return Buffer.concat([bytes.subarray(0, start), bytes.subarray(end)])
}

function duplicate(bytes: Buffer, random: Random): Buffer {
  const [start, end] = chunk(bytes, random)
  return Buffer.concat([bytes.subarray(0, end), bytes.subarray(start)])
}

function swap(bytes: Buffer, random: Random): Buffer {
  const length = random.size(16)
  if (bytes.length < 2 * length) return bytes
  const one = random.below(bytes.length - 2 * length + 1)
  const other = random.between(one + length, bytes.length - length)
  const first = Buffer.from(bytes.subarray(one, one + length))
  bytes.copyWithin(one, other, other + length)
  first.copy(bytes, other)
  return bytes
}

function insert(bytes: Buffer, random: Random): Buffer {
  const at = random.below(bytes.length + 1)
  return Buffer.concat([bytes.subarray(0, at), random.bytes(random.size(16)), bytes.subarray(at)])
}

function truncate(bytes: Buffer, random: Random): Buffer {
  return bytes.subarray(0, random.below(bytes.length + 1))
}

function chunk(bytes: Buffer, random: Random): [start: number, end: number] {
  const start = random.below(bytes.length + 1)
  return [start, Math.min(bytes.length, start + random.size(64))]
}
