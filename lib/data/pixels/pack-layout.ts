// The form of a pack file, little-endian throughout:
//   header   one page: magic, version, pixels a side, count, key
//   index    for each record its CRC-32C, its label and its state
//   records  from a page's start on: height x width x 3 bytes each, red first
//   names    JSON: identities, the file of each record, why some could not be read
//   footer   magic, where the names lie, SHA-256 of header and index, and of the names
// The footer is written last: a file without one is not whole.

import { createHash } from 'node:crypto'

/** Counts changes of the form and of how its pixels are made. */
export const PACK_VERSION = 1
export const HEADER_BYTES = 4096
export const FOOTER_BYTES = 128
const PAGE_BYTES = 4096
const ENTRY_BYTES = 12
const MAGIC = 'FACEPACK'
const FOOTER_MAGIC = 'PACKDONE'
const HASH_BYTES = 32

/** What a pack holds. */
export interface PackShape {
  /** 32 hexadecimal digits of the photographs' content and the size. */
  readonly key: string
  readonly count: number
  /** Pixels a side. */
  readonly size: number
}

export const recordBytes = ({ size }: PackShape): number => size * size * 3
export const indexBytes = ({ count }: PackShape): number => count * ENTRY_BYTES
export const recordsOffset = (shape: PackShape): number =>
  Math.ceil((HEADER_BYTES + indexBytes(shape)) / PAGE_BYTES) * PAGE_BYTES
export const namesOffset = (shape: PackShape): number =>
  recordsOffset(shape) + shape.count * recordBytes(shape)

/** A record was not written, holds pixels, or belongs to a photograph that cannot be read. */
export const RecordState = { missing: 0, pixels: 1, unreadable: 2 } as const
export type RecordState = (typeof RecordState)[keyof typeof RecordState]

/** Checksum, label and state of each record, as bytes of the file. */
export class PackIndex {
  readonly bytes: Buffer

  /** @param bytes Of a file; defaults to an index in which all records are missing. */
  constructor(shape: PackShape, bytes = Buffer.alloc(indexBytes(shape))) {
    this.bytes = bytes
  }

  get count(): number {
    return this.bytes.length / ENTRY_BYTES
  }

  checksum(record: number): number {
    return this.bytes.readUInt32LE(record * ENTRY_BYTES)
  }

  state(record: number): number {
    return this.bytes.readUInt32LE(record * ENTRY_BYTES + 8)
  }

  set(record: number, entry: { checksum: number; label: number; state: RecordState }): void {
    this.bytes.writeUInt32LE(entry.checksum, record * ENTRY_BYTES)
    this.bytes.writeInt32LE(entry.label, record * ENTRY_BYTES + 4)
    this.bytes.writeUInt32LE(entry.state, record * ENTRY_BYTES + 8)
  }

  /** The entries of records [begin, end) and where they lie in the file. */
  slice(begin: number, end: number): { bytes: Buffer; offset: number } {
    const bytes = this.bytes.subarray(begin * ENTRY_BYTES, end * ENTRY_BYTES)
    return { bytes, offset: HEADER_BYTES + begin * ENTRY_BYTES }
  }
}

/** What the records show. */
export interface PackNames {
  readonly classes: readonly string[]
  /** By record. */
  readonly files: readonly string[]
  readonly unreadable: readonly { readonly record: number; readonly reason: string }[]
}

export function headerOf({ key, count, size }: PackShape): Buffer {
  const header = Buffer.alloc(HEADER_BYTES)
  header.write(MAGIC, 0, 'latin1')
  header.writeUInt32LE(PACK_VERSION, 8)
  header.writeUInt32LE(size, 12)
  header.writeBigUInt64LE(BigInt(count), 16)
  header.write(key, 24, 'latin1')
  return header
}

export function footerOf(shape: PackShape, index: PackIndex, names: Buffer): Buffer {
  const footer = Buffer.alloc(FOOTER_BYTES)
  footer.write(FOOTER_MAGIC, 0, 'latin1')
  footer.writeBigUInt64LE(BigInt(namesOffset(shape)), 8)
  footer.writeBigUInt64LE(BigInt(names.length), 16)
  sha256(headerOf(shape), index.bytes).copy(footer, 24)
  sha256(names).copy(footer, 24 + HASH_BYTES)
  return footer
}

function sha256(...parts: readonly Buffer[]): Buffer {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}
