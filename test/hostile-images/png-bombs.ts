// PNG files that promise, hide or expand to more than they should.

import { deflateSync } from 'node:zlib'
import { fileInput, type Input } from './input.js'
import { chunk, PNG_SIGNATURE, png, withChunks, zerosDeflated } from './png-parts.js'

const MEGABYTE = 2 ** 20
const text = (value: string) => Buffer.from(value, 'latin1')

/** @param whole a PNG that decodes */
export function pngBombs(whole: Buffer): Input[] {
  const pixel = chunk('IDAT', deflateSync(Buffer.alloc(4)))
  const row = (bytes: number) => chunk('IDAT', deflateSync(Buffer.alloc(bytes)))
  const profile = (stream: Buffer) => chunk('iCCP', Buffer.concat([text('icc\0\0'), stream]))
  const made: Record<string, () => Buffer> = {
    'image data that expand to 2 GB': () =>
      png({ width: 64, height: 64 }, chunk('IDAT', zerosDeflated(2048))),
    'image data in 100,000 chunks': () => {
      const stream = deflateSync(Buffer.alloc(300 * 301), { level: 0 })
      const parts = Array.from({ length: 100_000 }, (_, at) => chunk('IDAT', stream.subarray(at, at + 1)))
      return png({ width: 100, height: 301 }, ...parts)
    },
    'a profile that expands to 1 GB': () => withChunks(whole, profile(zerosDeflated(1024))),
    'a profile of 64 MB that does not expand': () =>
      withChunks(whole, profile(deflateSync(Buffer.alloc(64 * MEGABYTE, 7), { level: 0 }))),
    'text that expands to 1 GB': () =>
      withChunks(whole, chunk('zTXt', Buffer.concat([text('Comment\0\0'), zerosDeflated(1024)]))),
    'XMP that expands to 1 GB': () =>
      withChunks(
        whole,
        chunk('iTXt', Buffer.concat([text('XML:com.adobe.xmp\0\x01\0\0\0'), zerosDeflated(1024)])),
      ),
    'text of 64 MB': () => withChunks(whole, chunk('tEXt', Buffer.alloc(64 * MEGABYTE, 'a'))),
    '100,000 texts': () =>
      withChunks(whole, ...Array.from({ length: 100_000 }, (_, at) => chunk('tEXt', text(`k${at}\0v`)))),
    'EXIF of 32 MB': () => withChunks(whole, chunk('eXIf', Buffer.alloc(32 * MEGABYTE, 'II*\0'))),
    'a chunk that claims 2 GB': () => withChunks(whole, chunk('tEXt', text('a\0b'), 0x7fffffff)),
    'a chunk that claims 4 GB': () => withChunks(whole, chunk('iCCP', text('a\0b'), 0xffffffff)),
    'a palette of 257 colours': () =>
      png({ width: 1, height: 1, colour: 3 }, chunk('PLTE', Buffer.alloc(771)), row(2)),
    'a palette that is missing': () => png({ width: 1, height: 1, colour: 3 }, row(2)),
    'a colour outside its palette': () =>
      png(
        { width: 1, height: 1, colour: 3 },
        chunk('PLTE', Buffer.alloc(3)),
        chunk('IDAT', deflateSync(Buffer.from([0, 9]))),
      ),
    'a depth of 7': () => png({ width: 1, height: 1, depth: 7 }, pixel),
    'colours of kind 5': () => png({ width: 1, height: 1, colour: 5 }, pixel),
    'interlacing of kind 9': () => png({ width: 1, height: 1, interlace: 9 }, pixel),
    'no image data': () => png({ width: 9, height: 9 }),
    'no header': () => Buffer.concat([PNG_SIGNATURE, pixel, chunk('IEND')]),
    'no pixel': () => png({ width: 0, height: 0 }, pixel),
    'a second header': () => withChunks(whole, whole.subarray(8, 33)),
    'filters of kind 255': () =>
      png({ width: 9, height: 9 }, chunk('IDAT', deflateSync(Buffer.alloc(28 * 9, 255)))),
    'an animation of 2^31 frames': () =>
      withChunks(whole, chunk('acTL', Buffer.from([0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 0]))),
  }
  return Object.entries(made).map(([what, bytes]) => fileInput('PNG bomb', what, 'x.png', 'either', bytes))
}
