// Leaves the first frame of an animation, the first page of a document: decoders look at all of them, some at each
// pair, and a small file has a million.

import { photographFormat } from './format.js'

/**
 * The first frame alone, as a file; the same bytes where there is none or no other, for the decoder to judge.
 *
 * @throws Error: a WebP has thousands of chunks before its frame.
 */
export function firstFrame(bytes: Uint8Array): Uint8Array {
  const format = photographFormat(bytes)
  if (format === 'gif') return firstGifFrame(bytes)
  if (format === 'webp') return firstWebpFrame(bytes)
  return format === 'tiff' ? firstTiffPage(bytes) : bytes
}

const HEADER = 13
const EXTENSION = 0x21
const FRAME = 0x2c
const TRAILER = Buffer.from([0x3b])

/** The colours that a byte of flags announces, in bytes. */
function tableBytes(flags: number | undefined): number {
  return flags !== undefined && flags & 0x80 ? 3 << ((flags & 7) + 1) : 0
}

/** Behind the sub-blocks that begin at `at`, the last of which is empty. */
function behindBlocks(bytes: Uint8Array, at: number): number {
  let end = at
  while (bytes[end]) end += 1 + (bytes[end] as number)
  return end + 1
}

function firstGifFrame(bytes: Uint8Array): Uint8Array {
  let at = HEADER + tableBytes(bytes[10])
  while (bytes[at] === EXTENSION) at = behindBlocks(bytes, at + 2)
  if (bytes[at] !== FRAME) return bytes
  // Ten bytes of place and flags, the colours, one byte of the codes' length, the codes.
  const end = behindBlocks(bytes, at + 10 + tableBytes(bytes[at + 9]) + 1)
  return end < bytes.length ? Buffer.concat([bytes.subarray(0, end), TRAILER]) : bytes
}

const RIFF_HEADER = 12
const CHUNK_HEADER = 8
/** Before a first frame stand the colours' profile and a few more. */
const CHUNKS = 1000

function firstWebpFrame(bytes: Uint8Array): Uint8Array {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  const isWhole = bytes.length >= RIFF_HEADER && view.readUInt32LE(4) + 8 <= bytes.length
  let chunks = 0
  for (let at = RIFF_HEADER; isWhole && at + CHUNK_HEADER <= bytes.length; ) {
    if (++chunks > CHUNKS) throw new Error(`it has more than ${CHUNKS} chunks before its first frame`)
    const size = view.readUInt32LE(at + 4)
    const end = at + CHUNK_HEADER + size + (size % 2)
    if (view.toString('latin1', at, at + 4) === 'ANMF' && end < bytes.length) {
      const cut = Buffer.from(bytes.subarray(0, end))
      cut.writeUInt32LE(end - CHUNK_HEADER, 4)
      return cut
    }
    at = end
  }
  return bytes
}

/** A big TIFF has numbers of 8 bytes where others have 2 or 4. */
const BIG = 43

/** Unlinks the second directory. */
function firstTiffPage(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const isLittle = bytes[0] === 0x49
  const isBig = view.getUint16(2, isLittle) === BIG
  const [width, entryWidth] = isBig ? [8, 20] : [4, 12]
  const word = (at: number) =>
    isBig ? Number(view.getBigUint64(at, isLittle)) : view.getUint32(at, isLittle)
  const isInside = (at: number) => at + 8 <= bytes.length
  if (!isInside(width)) return bytes // where the first directory's place stands
  const directory = word(width)
  if (!isInside(directory)) return bytes
  const entries = isBig ? word(directory) : view.getUint16(directory, isLittle)
  const next = directory + (isBig ? 8 : 2) + entryWidth * entries
  if (next + width > bytes.length || word(next) === 0) return bytes
  return Buffer.from(bytes).fill(0, next, next + width)
}
