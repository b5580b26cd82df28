// A progressive JPEG of thousands of scans that the standard allows: each goes through all blocks and changes none.

import { SOI, segment } from './jpeg-parts.js'

/** Blocks without a coefficient, as many as one code can say. */
const RUN = 32_767

/** A Huffman table of one code, a single 0. */
function table(kind: number, symbol: number): Buffer {
  return segment(0xc4, Buffer.from([kind, 1, ...new Array(15).fill(0), symbol]))
}

/** Codes of one bit and fourteen more that are 1, for so many blocks. */
function emptyBlocks(blocks: number): Buffer {
  const bits = `0${'1'.repeat(14)}`.repeat(Math.ceil(blocks / RUN))
  const bytes = bits.padEnd(Math.ceil(bits.length / 8) * 8, '1').match(/.{8}/g) ?? []
  return Buffer.from(
    bytes.flatMap((byte) => (byte === '1'.repeat(8) ? [0xff, 0] : [Number.parseInt(byte, 2)])),
  )
}

function scan(spectral: number, high: number, low: number, data: Buffer): Buffer {
  return Buffer.concat([segment(0xda, Buffer.from([1, 1, 0, spectral, spectral, (high << 4) | low])), data])
}

/** A grey one of `side` x `side` pixels, with at most 63 x 14 scans behind the first. */
export function manyScans(side: number, scans: number): Buffer {
  const frame = Buffer.from([8, side >> 8, side & 255, side >> 8, side & 255, 1, 1, 0x11, 0])
  const blocks = Math.ceil(side / 8) ** 2
  const first = scan(0, 0, 0, Buffer.alloc(Math.ceil(blocks / 8))) // each block's difference is no bit: 0
  const empty = emptyBlocks(blocks)
  const later = Array.from({ length: scans }, (_, index) => {
    const [spectral, low] = [1 + Math.floor(index / 14), 13 - (index % 14)]
    return scan(spectral, low === 13 ? 0 : low + 1, low, empty)
  })
  const tables = [segment(0xdb, Buffer.alloc(65, 1).fill(0, 0, 1)), table(0x00, 0), table(0x10, 0xe0)]
  return Buffer.concat([SOI, ...tables, segment(0xc2, frame), first, ...later, Buffer.from([0xff, 0xd9])])
}
