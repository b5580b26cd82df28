// Pickles of some MB that a reader without bounds would answer with gigabytes or hours. Each is the object of a file.

import { dict, op, push, times, tuple } from './pickles.js'
import { vector } from './torch-files.js'

/** A list that is made part by part, since the stack holds a million values at most. */
function longList(...values: Uint8Array[]): Buffer {
  const appended = values.flatMap((value) => [op.MARK, value, op.APPENDS])
  return Buffer.concat([op.EMPTY_LIST, ...appended])
}

const HALF_MILLION = 2 ** 19

/** Code for each index, one after another. */
export function series(count: number, code: (index: number) => Uint8Array): Buffer {
  return Buffer.concat(Array.from({ length: count }, (_, index) => code(index)))
}

/** A list of eight times the same half million values. */
function eightTimes(value: Uint8Array, count = HALF_MILLION): Buffer {
  return longList(...Array(8).fill(times(count, value)))
}

/** Distinct texts of one length. */
function longText(index: number, length: number): string {
  return String(index).padStart(length, 'x')
}

/** V8's hash of a small integer, undone: an integer of the hash. All of the hashes chosen fall into one bucket. */
function integerOfHash(hash: number): number {
  let key = hash ^ (hash >>> 16)
  key = Math.imul(key, 3_369_993_785) // the inverse of 2057 modulo 2 ** 32
  key ^= key >>> 4
  key ^= key >>> 8
  key ^= key >>> 16
  key = Math.imul(key, 3_435_973_837) // of 5
  key ^= (key >>> 12) ^ (key >>> 24)
  return Math.imul(key + 1, 3_221_192_703) >>> 0 // of 2 ** 15 - 1
}

/** Thirty thousand small integers that a Map of them finds only one after another. */
function integersOfOneBucket(): number[] {
  return Array.from({ length: 2 ** 16 }, (_, i) => integerOfHash(i << 16)).filter((i) => i < 2 ** 31)
}

export const HOSTILE_OBJECTS: Record<string, () => Buffer> = {
  'four million empty bytes': () => eightTimes(op.SHORT_BINBYTES(''), HALF_MILLION - 100),
  'four million texts': () => eightTimes(op.SHORT_BINUNICODE('ab'), HALF_MILLION - 100),
  'four million times the same tensor': () => {
    const copies = times(HALF_MILLION - 100, op.DUP)
    return longList(...Array(8).fill(Buffer.concat([vector(), copies])))
  },
  'two million keys': () => {
    const keys = (from: number) =>
      series(HALF_MILLION / 2, (i) => Buffer.concat([op.BININT(from + i), op.NONE]))
    const items = Array.from({ length: 7 }, (_, i) => [op.MARK, keys((i * HALF_MILLION) / 2), op.SETITEMS])
    return Buffer.concat([op.EMPTY_DICT, ...items.flat()])
  },
  'a hundred thousand OrderedDicts of a hundred thousand pairs each': () => {
    const pairs = series(100_000, (i) => Buffer.concat([push(longText(i, 6)), op.NONE, op.TUPLE2]))
    const args = Buffer.concat([op.EMPTY_LIST, op.MARK, pairs, op.APPENDS, op.TUPLE1, op.BINPUT(1)])
    const callable = Buffer.concat([op.GLOBAL('collections', 'OrderedDict'), op.BINPUT(2)])
    const calls = times(100_000, Buffer.concat([op.BINGET(2), op.BINGET(1), op.REDUCE]))
    return Buffer.concat([args, callable, op.MARK, calls, op.LIST])
  },
  'two hundred thousand keys of one hash': () => {
    const key = (i: number) => op.LONG1(...new Uint8Array(9), i & 255, (i >> 8) & 255, i >> 16, 1)
    return Buffer.concat([
      op.EMPTY_DICT,
      op.MARK,
      series(200_000, (i) => Buffer.concat([key(i), op.NONE])),
      op.SETITEMS,
    ])
  },
  'values remembered in one bucket and recalled a million times': () => {
    const indices = Array.from({ length: 2 ** 16 }, (_, i) => integerOfHash(i << 16)).filter(
      (i) => i < 2 ** 31,
    )
    const remembered = indices.map((index) => op.LONG_BINPUT(index))
    const recalled = times(1_000_000, Buffer.concat([op.LONG_BINGET(indices[0] as number), op.POP]))
    return Buffer.concat([op.NONE, ...remembered, recalled])
  },
  'integers of one bucket as keys, the first set again eight hundred thousand times': () => {
    const indices = integersOfOneBucket()
    const item = (key: number) => Buffer.concat([op.BININT(key), op.NONE])
    const again = [op.MARK, times(400_000, item(indices[0] as number)), op.SETITEMS]
    return Buffer.concat([op.EMPTY_DICT, op.MARK, ...indices.map(item), op.SETITEMS, ...again, ...again])
  },
  'a name of 4 MB before two thousand others': () => {
    const inner = dict(Array.from({ length: 2000 }, (_, i) => [`t${i}`, op.BINGET(0)]))
    return Buffer.concat([
      vector(),
      op.BINPUT(0),
      op.POP,
      push({ a: op.BINGET(0), [longText(0, 2 ** 22)]: inner }),
    ])
  },
  'eight hundred keys of 16 kB, looked up again and again': () => {
    const key = (i: number) => push(longText(i, 16_400))
    const items = series(800, (i) => Buffer.concat([key(i), op.DUP, op.LONG_BINPUT(i), op.POP, op.NONE]))
    const first = Buffer.concat([op.LONG_BINGET(0), op.NONE])
    return Buffer.concat([op.EMPTY_DICT, op.MARK, items, times(400_000, first), op.SETITEMS])
  },
  'a quarter of a million dicts': () =>
    Buffer.concat([op.MARK, times(2 ** 17 - 100, op.EMPTY_DICT), op.LIST, push([tuple()])]),
}
