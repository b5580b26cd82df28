// GIF and WebP files with thousands of frames, frames that do not fit, and chunks that lie about their length.

import { frame, gif } from './gif-parts.js'
import { fileInput, type Input } from './input.js'
import { animation, extended, FLAGS, plainWebp, riff, webpChunk } from './webp-parts.js'

const many = (count: number, block: Buffer) => Array.from({ length: count }, () => block)

const gifs: Record<string, () => Buffer> = {
  'a GIF of one pixel': () => gif(1, 1, frame()),
  'a GIF of 10,000 frames of one pixel': () => gif(1, 1, ...many(10_000, frame())),
  'a GIF of 1,000,000 frames of one pixel': () => gif(1, 1, Buffer.alloc(15_000_000, frame())),
  'a GIF of 10,000 frames on 14,000 x 14,000': () => gif(14_000, 14_000, ...many(10_000, frame())),
  'a GIF of a million comments': () =>
    gif(1, 1, Buffer.alloc(6_000_000, Buffer.from([0x21, 0xfe, 2, 65, 65, 0])), frame()),
  'a GIF without frame': () => gif(8, 8),
  'a GIF without size': () => gif(0, 0, frame()),
  'a GIF frame without size': () => gif(8, 8, frame({ width: 0, height: 0 })),
  'a GIF frame outside the picture': () => gif(8, 8, frame({ left: 65_535, top: 65_535 })),
  'a GIF frame of 65,535 x 65,535 in one pixel': () => gif(1, 1, frame({ width: 65_535, height: 65_535 })),
  'a GIF frame of 14,000 x 14,000 in one pixel': () => gif(1, 1, frame({ width: 14_000, height: 14_000 })),
  'a GIF of codes of 255 bits': () => gif(8, 8, frame({ data: Buffer.from([255, 2, 1, 2, 0]) })),
  'a GIF of codes of 0 bits': () => gif(8, 8, frame({ data: Buffer.from([0, 2, 1, 2, 0]) })),
  'a GIF of LZW noise': () =>
    gif(
      99,
      99,
      frame({ width: 99, height: 99, data: Buffer.from([8, 9, 255, 255, 255, 255, 3, 7, 9, 1, 2, 0]) }),
    ),
  'a GIF block without end': () => gif(8, 8, Buffer.from([0x21, 0xff]), Buffer.alloc(2 ** 20, 255)),
}

const MEGABYTE = 2 ** 20

/** @param whole a lossless WebP of 120 x 90 that decodes */
function webps(whole: Buffer): Record<string, () => Buffer> {
  const pixels = whole.subarray(12)
  const more = (flags: number, ...chunks: Buffer[]) =>
    riff(Buffer.concat([extended(flags, 120, 90), ...chunks]))
  return {
    'a WebP of one colour, 16,383 x 12,000 in 40 bytes': () => riff(plainWebp(16_383, 12_000)),
    'a WebP of one colour, 16,383 x 3,900 in 40 bytes': () => riff(plainWebp(16_383, 3_900)),
    'a WebP of one colour, 4,000 x 4,000 in 40 bytes': () => riff(plainWebp(4_000, 4_000)),
    'a WebP of one colour, 16,384 x 16,384 in 40 bytes': () => riff(plainWebp(16_384, 16_384)),
    'a WebP that claims 2^24 x 2^24': () => riff(Buffer.concat([extended(0, 2 ** 24, 2 ** 24), pixels])),
    'a WebP that claims other sides': () => riff(Buffer.concat([extended(0, 12, 9), pixels])),
    'a WebP animation of 2,000 frames': () => animation(2000, 120, 90, pixels),
    'a WebP animation of 100,000 frames': () => animation(100_000, 120, 90, plainWebp(120, 90)),
    'a WebP animation of 16,000 x 12,000': () => animation(10, 16_000, 12_000, pixels),
    'a WebP animation smaller than its frames': () => animation(10, 8, 8, pixels),
    'a WebP animation without frames': () => animation(0, 120, 90, pixels),
    'a WebP that claims 4 GB': () => riff(pixels, 0xffffffff),
    'a WebP that claims 0 bytes': () => riff(pixels, 0),
    'a WebP chunk that claims 4 GB': () => riff(webpChunk('VP8L', pixels.subarray(8), 0xffffffff)),
    'a WebP profile of 64 MB': () =>
      more(FLAGS.icc, webpChunk('ICCP', Buffer.alloc(64 * MEGABYTE, 7)), pixels),
    'a WebP EXIF of 64 MB': () =>
      more(FLAGS.exif, pixels, webpChunk('EXIF', Buffer.alloc(64 * MEGABYTE, 'II*\0'))),
    'a WebP XMP of 64 MB': () =>
      more(FLAGS.xmp, pixels, webpChunk('XMP ', Buffer.alloc(64 * MEGABYTE, '<x>'))),
    'a WebP of 100,000 unknown chunks': () =>
      more(0, ...many(100_000, webpChunk('abcd', Buffer.alloc(1))), pixels),
    'a WebP with alpha that is none': () =>
      more(FLAGS.alpha, webpChunk('ALPH', Buffer.from([255, 1, 2])), pixels),
    'a WebP without pixels': () => riff(Buffer.alloc(0)),
  }
}

export function gifAndWebpBombs(whole: Buffer): Input[] {
  return [
    ...Object.entries(gifs).map(([what, bytes]) => fileInput('GIF bomb', what, 'x.gif', 'either', bytes)),
    ...Object.entries(webps(whole)).map(([what, bytes]) =>
      fileInput('WebP bomb', what, 'x.webp', 'either', bytes),
    ),
  ]
}
