// AVIF files with absurd boxes, and pictures put together from a tile thousands of times.

import { box, boxOf, ftyp, fullBox, gridAvif, u16, u32 } from './boxes.js'
import { spatialExtent } from './claims.js'
import { fileInput, type Input } from './input.js'
import { photograph } from './sources.js'

/** So many boxes, each inside the one before. */
function nested(type: string, depth: number): Buffer {
  const bytes = Buffer.alloc(8 * depth)
  for (let level = 0; level < depth; level++) {
    bytes.writeUInt32BE(8 * (depth - level), 8 * level)
    bytes.write(type, 8 * level + 4, 'latin1')
  }
  return bytes
}

/** @param whole an AVIF of 400 x 300 that decodes @param tile one of 64 x 64 */
export function avifBombs(whole: Buffer, tile: Buffer): Input[] {
  const boxSize = (type: string, size: number) => () => {
    const bytes = Buffer.from(whole)
    bytes.writeUInt32BE(size, bytes.indexOf(type, 0, 'latin1') - 4)
    return bytes
  }
  const sized = (width: number, height: number) => () => {
    const bytes = Buffer.from(whole)
    spatialExtent(width, height).copy(bytes, bytes.indexOf('ispe', 0, 'latin1'))
    return bytes
  }
  const grid = (rows: number, columns: number, more: object = {}) =>
    gridAvif(tile, { rows, columns, tile: 64, ...more })
  const large = async (rows: number, columns: number) => {
    const tileOf = await photograph([1024, 1024]).avif({ effort: 0 }).toBuffer()
    return gridAvif(tileOf, { rows, columns, tile: 1024 })
  }
  const made: Record<string, () => Buffer | Promise<Buffer>> = {
    'a grid of 2 x 2 tiles': () => grid(2, 2),
    'a grid of 16 x 16 tiles': () => grid(16, 16),
    'a grid of 256 x 255 tiles': () => grid(256, 255),
    'a grid of 59 megapixels from one tile': () => large(7, 8),
    'a grid of 66 megapixels from one tile': () => large(7, 9),
    'a grid that claims 60,000 x 60,000': () => grid(2, 2, { width: 60_000, height: 60_000 }),
    'a grid that claims 2^31 x 2^31': () => grid(2, 2, { width: 2 ** 31, height: 2 ** 31 }),
    'a grid that claims 1 x 1': () => grid(255, 255, { width: 1, height: 1 }),
    'a grid of itself': () => grid(2, 2, { references: [2, 2, 2, 2] }),
    'a grid of items that are not there': () => grid(2, 2, { references: [7, 8, 9, 10] }),
    'a grid without tiles': () => grid(2, 2, { references: [] }),
    'a frame larger than it claims': sized(8, 8),
    'a frame a little larger than it claims': sized(399, 299),
    'a frame without size': sized(0, 0),
    'boxes nested 1,000 deep': () => Buffer.concat([ftyp, nested('meta', 1000)]),
    'boxes nested 500,000 deep': () => Buffer.concat([ftyp, nested('iprp', 500_000)]),
    'metadata boxes nested 100,000 deep': () =>
      Buffer.concat([ftyp, fullBox('meta', 0, nested('iprp', 100_000))]),
    '100,000 boxes in a row': () =>
      Buffer.concat([ftyp, ...Array.from({ length: 100_000 }, () => box('free')), whole]),
    '100,000 properties': () =>
      Buffer.concat([
        ftyp,
        fullBox(
          'meta',
          0,
          box('iprp', box('ipco', ...Array.from({ length: 100_000 }, () => boxOf(whole, 'ispe')))),
        ),
      ]),
    '65,535 items that are not there': () =>
      Buffer.concat([ftyp, fullBox('meta', 0, fullBox('iinf', 0, u16(65_535)))]),
    '2^32 items that are not there': () =>
      Buffer.concat([ftyp, fullBox('meta', 0, fullBox('iinf', 1, u32(0xffffffff)))]),
    '2^32 extents that are not there': () =>
      Buffer.concat([ftyp, fullBox('meta', 0, fullBox('iloc', 2, Buffer.from([0x44, 0]), u32(0xffffffff)))]),
    'a first box alone': () => ftyp,
    'a first box of 2 GB': () => Buffer.concat([u32(0x7fffffff), ftyp.subarray(4)]),
    'metadata that claim 4 GB': boxSize('meta', 0xffffffff),
    'metadata of size 0, which is to the end': boxSize('meta', 0),
    'metadata of size 7, less than its head': boxSize('meta', 7),
    'metadata of a 64-bit size': boxSize('meta', 1),
    'pixels that claim 4 GB': boxSize('mdat', 0xffffffff),
    'places that claim 4 GB': boxSize('iloc', 0xffffffff),
    'a configuration of 9 bytes': boxSize('av1C', 9),
    'properties of size 0': boxSize('ipco', 0),
    'a brand of many': () => Buffer.concat([box('ftyp', Buffer.alloc(2 ** 20, 'avif')), whole]),
  }
  return Object.entries(made).map(([what, bytes]) => fileInput('AVIF bomb', what, 'x.avif', 'either', bytes))
}
