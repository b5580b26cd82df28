// TIFF files whose directories run in circles, claim millions of entries or lead out of the file.

import { deflateSync } from 'node:zlib'
import { fileInput, type Input } from './input.js'
import { zerosDeflated } from './png-parts.js'
import { directory, type Entry, tiff, tiffHeader } from './tiff-parts.js'

const small = { width: 8, height: 8, data: Buffer.alloc(64, 99) }
const tag = (tag: number, value: number, count = 1, type = 4): Entry => ({ tag, value, count, type })

/** One directory after another, each with pixels of its own. */
export function pages(count: number): Buffer {
  const one = tiff(small).subarray(8)
  const bytes = Buffer.concat([tiffHeader(), ...Array.from({ length: count }, () => one)])
  const next = one.length - small.data.length - 4
  for (let page = 0; page + 1 < count; page++)
    bytes.writeUInt32LE(8 + (page + 1) * one.length, 8 + page * one.length + next)
  return bytes
}

function bigTiff(first: bigint, entries: bigint): Buffer {
  const bytes = Buffer.alloc(64)
  bytes.write('II+\0\x08\0\0\0', 'latin1')
  bytes.writeBigUInt64LE(first, 8)
  bytes.writeBigUInt64LE(entries, 16)
  return bytes
}

const made: Record<string, () => Buffer> = {
  'a directory that is its own next': () => tiff({ ...small, next: 8 }),
  'two directories in a circle': () => {
    const bytes = pages(2)
    bytes.writeUInt32LE(8, bytes.length - 64 - 4)
    return bytes
  },
  '240,000 pages': () => pages(240_000),
  'a directory of its own sub-directory': () => tiff({ ...small, more: [tag(330, 8, 1, 13)] }),
  'an EXIF directory that is the first one': () => tiff({ ...small, more: [tag(34665, 8)] }),
  'a million sub-directories': () => tiff({ ...small, more: [tag(330, 8, 1_000_000)] }),
  'an empty directory': () => Buffer.concat([tiffHeader(), directory([])]),
  'a directory of 65,535 entries that are not there': () =>
    Buffer.concat([tiffHeader(), directory([tag(256, 8)], 0, 65_535)]),
  'a directory of 65,535 equal entries': () =>
    Buffer.concat([tiffHeader(), directory(Array.from({ length: 65_535 }, () => tag(256, 8)))]),
  'a directory of 60,000 unknown entries': () =>
    tiff({ ...small, more: Array.from({ length: 5000 }, (_, at) => tag(50_000 + at, 8, 100, 1)) }),
  'a big TIFF of 2^63 entries': () => bigTiff(16n, 2n ** 63n),
  'a big TIFF of a million entries': () => bigTiff(16n, 1_000_000n),
  'a big TIFF whose directory lies at 2^62': () => bigTiff(2n ** 62n, 1n),
  'a directory behind the end': () => tiffHeader(0x7fffffff),
  'a directory at 0': () => tiffHeader(0),
  'a directory inside the header': () => tiffHeader(2),
  'pixels behind the end': () => tiff({ ...small, offset: 0x7ffffff0 }),
  'pixels at 4 GB': () => tiff({ ...small, offset: 0xffffffff }),
  'a strip of 4 GB': () => tiff({ ...small, bytes: 0xffffffff }),
  'a strip of no bytes': () => tiff({ ...small, bytes: 0 }),
  'a strip a row, without their places': () => tiff({ ...small, rowsPerStrip: 1 }),
  'strips of 0 rows': () => tiff({ ...small, rowsPerStrip: 0 }),
  'a million strips at 4 GB': () => {
    const bytes = tiff({ ...small, rowsPerStrip: 1, width: 1, height: 1_000_000 })
    return bytes
  },
  '65,535 samples a pixel': () => tiff({ ...small, samples: 65_535 }),
  'no sample a pixel': () => tiff({ ...small, samples: 0 }),
  '64 bits a sample': () => tiff({ ...small, bits: 64 }),
  '65,535 bits a sample': () => tiff({ ...small, bits: 65_535 }),
  'no bit a sample': () => tiff({ ...small, bits: 0 }),
  'tiles of 2^31': () =>
    tiff({ ...small, more: [tag(322, 2 ** 31), tag(323, 2 ** 31), tag(324, 8), tag(325, 64)] }),
  'tiles of 0': () => tiff({ ...small, more: [tag(322, 0), tag(323, 0), tag(324, 8), tag(325, 64)] }),
  'a tile of 60,000 x 60,000 for 8 x 8 pixels': () =>
    tiff({ ...small, more: [tag(322, 60_000), tag(323, 60_000), tag(324, 8), tag(325, 64)] }),
  'a strip that expands to 2 GB': () =>
    tiff({ width: 64, height: 64, compression: 8, data: zerosDeflated(2048) }),
  'one strip of 190 megapixels': () =>
    tiff({ width: 19_000, height: 10_000, compression: 8, data: zerosDeflated(182) }),
  '8 x 8 pixels of JPEG that are none': () => tiff({ ...small, compression: 7 }),
  'old JPEG': () => tiff({ ...small, compression: 6 }),
  'an unknown compression': () => tiff({ ...small, compression: 12_345 }),
  'LZW of noise': () => tiff({ ...small, compression: 5 }),
  'PackBits of noise': () => tiff({ ...small, compression: 32_773 }),
  'fax of noise': () => tiff({ ...small, compression: 4, bits: 1 }),
  'deflate of a row': () => tiff({ ...small, compression: 8, data: deflateSync(Buffer.alloc(8)) }),
  'a profile behind the end': () => tiff({ ...small, more: [tag(34675, 0x7ffffff0, 1000, 7)] }),
  'a profile of 4 GB': () => tiff({ ...small, more: [tag(34675, 8, 0xffffffff, 7)] }),
  'XMP of 4 GB': () => tiff({ ...small, more: [tag(700, 8, 0xffffffff, 1)] }),
  'orientation 0': () => tiff({ ...small, more: [tag(274, 0, 1, 3)] }),
  'orientation 9': () => tiff({ ...small, more: [tag(274, 9, 1, 3)] }),
  'entries of type 200': () => tiff({ ...small, more: [tag(270, 8, 10, 200)] }),
}

export const tiffBombs: readonly Input[] = Object.entries(made).map(([what, bytes]) =>
  fileInput('TIFF bomb', what, 'x.tif', 'either', bytes),
)
