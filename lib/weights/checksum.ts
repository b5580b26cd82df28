// A checksum within a safetensors file: SHA-256 of all its bytes, its own 64 digits taken as zeros.

import { createHash } from 'node:crypto'
import type { RangeReader } from '../files/index.js'
import { HEADER_LIMIT, LENGTH_BYTES, lengthOf } from './safetensors-header.js'

/** Its name among the metadata. */
export const CHECKSUM = 'sha256'
export const NO_CHECKSUM = '0'.repeat(64)
/** Hashed at once, in a few milliseconds. */
const PIECE_BYTES = 2 ** 22

/** Where the digits stand in a header; null where it has none. Within a string the quotes would be escaped. */
function placeOf(header: Uint8Array): number | null {
  const key = `"${CHECKSUM}":"`
  const at = Buffer.from(header.buffer, header.byteOffset, header.byteLength).indexOf(key)
  const place = at + key.length
  return at === -1 || place + NO_CHECKSUM.length > header.byteLength ? null : place
}

/** Fills in the digits of a header that was made with {@link NO_CHECKSUM}. */
export async function seal(header: Uint8Array, data: readonly Uint8Array[]): Promise<void> {
  const hash = createHash('sha256').update(header)
  for (const bytes of data) {
    for (let start = 0; start < bytes.byteLength; start += PIECE_BYTES) {
      hash.update(bytes.subarray(start, start + PIECE_BYTES))
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  header.set(Buffer.from(hash.digest('hex')), placeOf(header) as number)
}

/** Whether the file has a checksum and is as it was written. */
export async function isSealed(file: RangeReader): Promise<boolean> {
  if (file.size < LENGTH_BYTES) return false
  const length = lengthOf(await file.read(0, LENGTH_BYTES))
  const headerBytes = LENGTH_BYTES + length
  if (length > HEADER_LIMIT || headerBytes > file.size) return false
  const header = await file.read(0, headerBytes)
  const place = placeOf(header)
  if (place === null) return false
  const sealed = Buffer.from(header.slice(place, place + NO_CHECKSUM.length)).toString('latin1')
  header.set(Buffer.from(NO_CHECKSUM), place)
  const hash = createHash('sha256').update(header)
  for (let start = headerBytes; start < file.size; start += PIECE_BYTES)
    hash.update(await file.read(start, Math.min(PIECE_BYTES, file.size - start)))
  return hash.digest('hex') === sealed
}
