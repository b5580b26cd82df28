// JPEG files of the rarer kinds, with missing or repeated parts, and with far too much beside the pixels.

import { fileInput, type Input } from './input.js'
import { SOI, segment, withFrame, withScans, withSegments } from './jpeg-parts.js'
import { manyScans } from './jpeg-scans.js'

const MEGABYTE = 2 ** 20

/** @param baseline @param progressive JPEGs that decode */
export function jpegOddities(baseline: Buffer, progressive: Buffer): Input[] {
  const framed = (marker: number, precision: number) =>
    withFrame(baseline, (frame) => {
      frame.set([marker], 1)
      frame.set([precision], 4)
    })
  const sized = (jpeg: Buffer, width: number, height: number) =>
    withFrame(jpeg, (frame) => {
      frame.writeUInt16BE(height, 5)
      frame.writeUInt16BE(width, 7)
    })
  const made: Record<string, () => Buffer> = {
    '12 bits a sample': () => framed(0xc1, 12),
    '12 bits a sample in a baseline frame': () => framed(0xc0, 12),
    '0 bits a sample': () => framed(0xc0, 0),
    'arithmetic coding': () => framed(0xc9, 8),
    'progressive arithmetic coding': () => framed(0xca, 8),
    'a lossless frame': () => framed(0xc3, 8),
    'a differential frame': () => framed(0xc5, 8),
    'a frame of an extension': () => framed(0xc8, 8),
    'a progressive frame with one scan': () => framed(0xc2, 8),
    'its last scans missing': () => withScans(progressive, (scans) => scans.slice(0, 2)),
    'its first scan missing': () => withScans(progressive, (scans) => scans.slice(1)),
    'all scans missing': () => withScans(progressive, () => []),
    'its scans in the wrong order': () => withScans(progressive, (scans) => scans.reverse()),
    'its scans 500 times': () =>
      withScans(progressive, (scans) => Array.from({ length: 500 }, () => scans).flat()),
    '5,000 scans of 100 megapixels': () =>
      sized(
        withScans(progressive, (scans) => Array.from({ length: 5000 }, () => scans.at(-1) as Buffer)),
        10_000,
        10_000,
      ),
    '5,000 scans of 4 megapixels': () =>
      sized(
        withScans(progressive, (scans) => Array.from({ length: 5000 }, () => scans.at(-1) as Buffer)),
        2000,
        2000,
      ),
    '882 scans that the standard allows': () => manyScans(256, 882),
    '882 scans of 64 megapixels': () => manyScans(8000, 882),
    '882 scans of 3 megapixels': () => manyScans(1700, 882),
    '30 scans of 64 megapixels': () => manyScans(8000, 30),
    'no image but markers': () => Buffer.concat([SOI, Buffer.from([0xff, 0xd9])]),
    'markers without end': () => Buffer.concat([SOI, Buffer.alloc(MEGABYTE, 0xff)]),
    '10 MB between two markers': () =>
      Buffer.concat([baseline.subarray(0, 2), Buffer.alloc(10 * MEGABYTE), baseline.subarray(2)]),
    '64 MB behind its end': () => Buffer.concat([baseline, Buffer.alloc(64 * MEGABYTE)]),
    'a second image behind its end': () => Buffer.concat([baseline, baseline]),
    '64 MB of comments': () =>
      withSegments(baseline, ...Array.from({ length: 1024 }, () => segment(0xfe, Buffer.alloc(65_533, 'a')))),
    '100,000 comments': () =>
      withSegments(baseline, ...Array.from({ length: 100_000 }, () => segment(0xfe, Buffer.from('a')))),
    'a segment of length 0': () => withSegments(baseline, segment(0xfe, Buffer.alloc(0), 0)),
    'a segment longer than the file': () =>
      Buffer.concat([SOI, segment(0xe1, Buffer.from('Exif\0\0'), 65_535)]),
    'a second frame': () => withSegments(baseline, baseline.subarray(2)),
    'a thousand restarts': () => withSegments(baseline, segment(0xdd, Buffer.from([0, 1]))),
    'an empty Huffman table': () => withSegments(baseline, segment(0xc4, Buffer.alloc(17))),
    'an overfull Huffman table': () =>
      withSegments(baseline, segment(0xc4, Buffer.concat([Buffer.from([0]), Buffer.alloc(16, 255)]))),
    'a quantization table of zeros': () => withSegments(baseline, segment(0xdb, Buffer.alloc(65))),
    '255 components': () => withFrame(baseline, (frame) => void frame.set([255], 9)),
    'no component': () => withFrame(baseline, (frame) => void frame.set([0], 9)),
    'sampling of 15 x 15': () => withFrame(baseline, (frame) => void frame.set([0xff], 11)),
    'sampling of 0 x 0': () => withFrame(baseline, (frame) => void frame.set([0], 11)),
    'no height': () => sized(baseline, 400, 0),
    'no width': () => sized(baseline, 0, 300),
    'a line less than it says': () => sized(baseline, 400, 304 + 16),
    'fewer lines than it has': () => sized(baseline, 400, 8),
  }
  return Object.entries(made).map(([what, bytes]) => fileInput('JPEG oddity', what, 'x.jpg', 'either', bytes))
}
