// Lies in the directory of a zip archive, told in place.

import { EDGES } from './numbers.js'
import type { Random } from './random.js'

/** Bytes from the start of a record, and bytes of the field. */
type Field = readonly [offset: number, bytes: number]

const ENTRY: Readonly<Record<string, Field>> = {
  flags: [8, 2],
  method: [10, 2],
  packed: [20, 4],
  size: [24, 4],
  'length of the name': [28, 2],
  'length of the extra': [30, 2],
  header: [42, 4],
}
const END: Readonly<Record<string, Field>> = { size: [12, 4], offset: [16, 4], comment: [20, 2] }
const END_64: Readonly<Record<string, Field>> = { size: [40, 6], offset: [48, 6] }
const NAME = 46

/** Where records of a kind begin, by the end of their signature. */
export function recordsOf(zip: Buffer, kind: string): number[] {
  const signature = Buffer.from(`PK${kind}`, 'latin1')
  const records: number[] = []
  for (let at = zip.indexOf(signature); at !== -1; at = zip.indexOf(signature, at + 4)) records.push(at)
  return records
}

export const CENTRAL = '\x01\x02'

/** @returns What it changed. */
export function damage(random: Random, zip: Buffer): string {
  const entries = recordsOf(zip, CENTRAL)
  switch (random.weighted({ entry: 6, twice: 1, end: 2, end64: 2 })) {
    case 'entry':
      return `${change(random, zip, random.pick(entries), ENTRY)} of an entry`
    case 'twice':
      return twice(zip, entries)
    case 'end':
      return `${change(random, zip, zip.lastIndexOf('PK\x05\x06', undefined, 'latin1'), END)} of the end record`
    case 'end64': {
      const [at] = recordsOf(zip, '\x06\x06')
      return at === undefined ? 'no damage' : `${change(random, zip, at, END_64)} of the Zip64 end record`
    }
  }
}

function change(
  random: Random,
  zip: Buffer,
  record: number,
  fields: Readonly<Record<string, Field>>,
): string {
  const [name, [offset, bytes]] = random.pick(Object.entries(fields))
  const old = zip.readUIntLE(record + offset, bytes)
  const value = random.chance(0.5) ? random.pick(EDGES) : BigInt(old + random.between(-2, 2))
  zip.writeUIntLE(Number(BigInt.asUintN(8 * bytes, value)), record + offset, bytes)
  return `${value} as ${name}`
}

/** Gives an entry the name of another, where there are two names of one length. */
function twice(zip: Buffer, entries: readonly number[]): string {
  const lengths = new Map<number, number>()
  for (const entry of entries) {
    const length = zip.readUInt16LE(entry + NAME - 18)
    const other = lengths.get(length)
    if (other !== undefined) {
      zip.copy(zip, entry + NAME, other + NAME, other + NAME + length)
      return 'a name twice'
    }
    lengths.set(length, entry)
  }
  return 'no damage'
}
