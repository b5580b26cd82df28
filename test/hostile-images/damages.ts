// Damages bytes as disks, networks and editors do; what is damaged is a function of the random generator alone.

import type { Random } from '../fuzz/random.js'

/** Bytes that count as a file's header. */
const HEADER = 64

export type Damage = (bytes: Buffer, random: Random, other: Buffer) => Buffer

export function truncated(bytes: Buffer, percent: number): Buffer {
  return bytes.subarray(0, Math.floor((bytes.length * percent) / 100))
}

export const flipped =
  (bits: number, where: 'header' | 'body'): Damage =>
  (bytes, random) => {
    const damaged = Buffer.from(bytes)
    // Formats are told by their first bytes: what changes those becomes a stranger, of which there are enough.
    const [from, to] =
      where === 'header'
        ? [4, Math.min(HEADER, bytes.length)]
        : [Math.min(HEADER, bytes.length / 2), bytes.length]
    for (let bit = 0; bit < bits; bit++) {
      const at = Math.floor(from) + random.below(to - Math.floor(from))
      damaged[at] = (damaged[at] as number) ^ (1 << random.below(8))
    }
    return damaged
  }

/** A place and a length, mostly short. */
function range(bytes: Buffer, random: Random): [start: number, end: number] {
  const start = 4 + random.below(bytes.length - 4)
  return [start, Math.min(bytes.length, start + random.size(bytes.length / 4))]
}

export const zeroed: Damage = (bytes, random) => Buffer.from(bytes).fill(0, ...range(bytes, random))

export const overwritten: Damage = (bytes, random) => {
  const [start, end] = range(bytes, random)
  return Buffer.from(bytes).fill(random.filled(end - start), start, end)
}

export const dropped: Damage = (bytes, random) => {
  const [start, end] = range(bytes, random)
  return Buffer.concat([bytes.subarray(0, start), bytes.subarray(end)])
}

export const duplicated: Damage = (bytes, random) => {
  const [start, end] = range(bytes, random)
  return Buffer.concat([bytes.subarray(0, end), bytes.subarray(start)])
}

/** The beginning of one file and the end of another. */
export const spliced: Damage = (bytes, random, other) =>
  Buffer.concat([
    bytes.subarray(0, 4 + random.below(bytes.length - 4)),
    other.subarray(random.below(other.length)),
  ])

/** A number of two or four bytes becomes one that programs count wrongly with. */
export const miscounted: Damage = (bytes, random) => {
  const damaged = Buffer.from(bytes)
  const at = 4 + random.below(Math.min(bytes.length, 1024) - 8)
  const value = random.pick([0, 1, 0x7f, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff])
  if (value > 0xffff) damaged.writeUInt32BE(value, at)
  else damaged.writeUInt16BE(value, at)
  return damaged
}

export const damages: Readonly<Record<string, Damage>> = {
  'a bit of the header flipped': flipped(1, 'header'),
  '8 bits of the header flipped': flipped(8, 'header'),
  '64 bits of the header flipped': flipped(64, 'header'),
  'a bit of the body flipped': flipped(1, 'body'),
  '8 bits of the body flipped': flipped(8, 'body'),
  '64 bits of the body flipped': flipped(64, 'body'),
  'bytes zeroed': zeroed,
  'bytes overwritten': overwritten,
  'bytes dropped': dropped,
  'bytes duplicated': duplicated,
  'two files spliced': spliced,
  'a number changed': miscounted,
}
