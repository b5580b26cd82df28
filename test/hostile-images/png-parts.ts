// Writes PNG files whose parts say anything.

import { constants, crc32, deflateRawSync } from 'node:zlib'

export const PNG_SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')

export function chunk(type: string, data: Uint8Array = Buffer.alloc(0), length = data.length): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const [head, tail] = [Buffer.alloc(4), Buffer.alloc(4)]
  head.writeUInt32BE(length)
  tail.writeUInt32BE(crc32(named))
  return Buffer.concat([head, named, tail])
}

export interface PngHeader {
  readonly width: number
  readonly height: number
  readonly depth?: number
  /** 0: grey, 2: colours, 3: palette, 6: colours and alpha. */
  readonly colour?: number
  readonly interlace?: number
}

export function png(
  { width, height, depth = 8, colour = 2, interlace = 0 }: PngHeader,
  ...chunks: Buffer[]
): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([depth, colour, 0, 0, interlace], 8)
  return Buffer.concat([PNG_SIGNATURE, chunk('IHDR', header), ...chunks, chunk('IEND')])
}

/** Inserts chunks behind the header of a whole PNG. */
export function withChunks(bytes: Buffer, ...chunks: Buffer[]): Buffer {
  const afterHeader = PNG_SIGNATURE.length + 25
  return Buffer.concat([bytes.subarray(0, afterHeader), ...chunks, bytes.subarray(afterHeader)])
}

const MEGABYTE = 2 ** 20

/** A zlib stream that expands to so many megabytes of zeros: 1 kB each. */
export function zerosDeflated(megabytes: number): Buffer {
  // Flushed, a block ends on a byte and refers to nothing before it, so that it can stand again and again.
  const block = deflateRawSync(Buffer.alloc(MEGABYTE), { finishFlush: constants.Z_FULL_FLUSH })
  const checksum = Buffer.alloc(4)
  checksum.writeUInt32BE((((megabytes * MEGABYTE) % 65521) * 65536 + 1) >>> 0) // Adler-32 of zeros
  const last = Buffer.from([0x03, 0x00])
  return Buffer.concat([
    Buffer.from([0x78, 0x9c]),
    ...Array.from({ length: megabytes }, () => block),
    last,
    checksum,
  ])
}
