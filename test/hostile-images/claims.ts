// Headers of every format that claim far more pixels than there are.

import { fileInput, type Input } from './input.js'
import { withFrame } from './jpeg-parts.js'
import { chunk, png, zerosDeflated } from './png-parts.js'
import type { Source } from './sources.js'
import { tiff } from './tiff-parts.js'
import { losslessHeader } from './webp-parts.js'

const SIZES: readonly (readonly [width: number, height: number])[] = [
  [2 ** 31 - 1, 2 ** 31 - 1],
  [2 ** 31, 2 ** 31],
  [2 ** 32 - 1, 1],
  [1, 2 ** 32 - 1],
  [1_000_000, 1_000_000],
  [100_000, 100_000],
  [65_535, 65_535],
  [60_000, 60_000],
  [16_383, 16_383],
  [14_000, 14_000],
  [199_999_999, 1],
  [1, 199_999_999],
  [65_535, 3_000],
  [16_383, 6_000],
]

const within = (limit: number) => SIZES.filter((size) => size.every((side) => side <= limit))

/** Writes a size wherever the file has this one, at any alignment. */
function replaced(bytes: Buffer, pattern: Buffer, value: Buffer): Buffer {
  const changed = Buffer.from(bytes)
  for (let at = changed.indexOf(pattern); at >= 0; at = changed.indexOf(pattern, at + value.length))
    value.copy(changed, at)
  return changed
}

/** ispe: the size of an item of an AVIF. */
export function spatialExtent(width: number, height: number): Buffer {
  const bytes = Buffer.from('ispe\0\0\0\0\0\0\0\0\0\0\0\0', 'latin1')
  bytes.writeUInt32BE(width >>> 0, 8)
  bytes.writeUInt32BE(height >>> 0, 12)
  return bytes
}

function gif(bytes: Buffer, width: number, height: number): Buffer {
  const changed = Buffer.from(bytes)
  const size = Buffer.alloc(4)
  size.writeUInt16LE(width, 0)
  size.writeUInt16LE(height, 2)
  const old = Buffer.from(changed.subarray(6, 10))
  size.copy(changed, 6)
  const frame = changed.indexOf(Buffer.concat([Buffer.from([0x2c, 0, 0, 0, 0]), old]), 13)
  if (frame > 0) size.copy(changed, frame + 5)
  return changed
}

function webp(bytes: Buffer, width: number, height: number): Buffer {
  const changed = Buffer.from(bytes)
  const at = changed.indexOf('VP8L')
  if (at > 0) losslessHeader(width, height).copy(changed, at + 8)
  return changed
}

type Claim = (width: number, height: number) => Buffer

function claims(format: string, name: string, limit: number, claim: Claim): Input[] {
  return within(limit).map(([width, height]) =>
    fileInput('claims', `${format} of ${width} x ${height}`, name, 'either', () => claim(width, height)),
  )
}

export function claimInputs(sources: readonly Source[]): Input[] {
  const of = (name: string) => sources.find((source) => source.name === name)?.bytes as Buffer
  const jpeg = (name: string) => (width: number, height: number) =>
    withFrame(of(name), (frame) => {
      frame.writeUInt16BE(height, 5)
      frame.writeUInt16BE(width, 7)
    })
  const pngOf = (interlace: number, megabytes: number, colour: number) => (width: number, height: number) =>
    png({ width, height, interlace, colour }, chunk('IDAT', zerosDeflated(megabytes)))
  const avif = (width: number, height: number) =>
    replaced(of('AVIF'), spatialExtent(400, 300), spatialExtent(width, height))
  return [
    ...claims('PNG', 'x.png', 2 ** 32, pngOf(0, 1, 2)),
    ...claims('interlaced PNG', 'x.png', 2 ** 32, pngOf(1, 1, 6)),
    ...claims('PNG with 190 MB of pixels', 'x.png', 2 ** 32, pngOf(0, 190, 0)),
    ...claims('JPEG', 'x.jpg', 65_535, jpeg('JPEG')),
    ...claims('progressive JPEG', 'x.jpg', 65_535, jpeg('progressive JPEG')),
    ...claims('GIF', 'x.gif', 65_535, (...size) => gif(of('GIF'), ...size)),
    ...claims('WebP', 'x.webp', 16_383, (...size) => webp(of('lossless WebP'), ...size)),
    ...claims('TIFF', 'x.tif', 2 ** 32, (width, height) => tiff({ width, height, data: Buffer.alloc(1024) })),
    ...claims('tiled TIFF', 'x.tif', 2 ** 32, (width, height) => {
      const tiled = Buffer.from(of('tiled TIFF'))
      return tiffSize(tiled, width, height)
    }),
    ...claims('AVIF', 'x.avif', 2 ** 32, avif),
  ]
}

/** Overwrites the values of the tags 256 and 257 of a little-endian TIFF. */
function tiffSize(bytes: Buffer, width: number, height: number): Buffer {
  const at = bytes.readUInt32LE(4)
  for (let entry = 0; entry < bytes.readUInt16LE(at); entry++) {
    const start = at + 2 + 12 * entry
    const tag = bytes.readUInt16LE(start)
    if (tag !== 256 && tag !== 257) continue
    bytes.writeUInt16LE(4, start + 2)
    bytes.writeUInt32LE((tag === 256 ? width : height) >>> 0, start + 8)
  }
  return bytes
}
