// What an instance of sharp may cost: its input is held to what holds for a file, whatever its own limits are.

import { createReadStream, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp, { type Sharp } from 'sharp'
import { expect, test } from 'vitest'
import { decodeImage, decodePipeline } from '../../lib/data/index.js'
import { temporaryFolder } from '../files/temporary-folder.js'
import { spatialExtent } from '../hostile-images/claims.js'
import { frame, gif } from '../hostile-images/gif-parts.js'
import { manyScans } from '../hostile-images/jpeg-scans.js'
import { pages } from '../hostile-images/tiff-bombs.js'
import { animation, plainWebp, riff } from '../hostile-images/webp-parts.js'
import { drawn, jpeg } from './drawn.js'
import { thrownBy } from './thrown.js'

const unlimited = { limitInputPixels: false, unlimited: true } as const

function written(bytes: Uint8Array): string {
  const file = join(temporaryFolder(), 'photograph')
  writeFileSync(file, bytes)
  return file
}

async function refusal(pipeline: Sharp): Promise<string> {
  const error = await thrownBy(decodePipeline(pipeline))
  expect(error).toMatchObject({ name: 'TorchError', code: 'IMAGE' })
  return error.message
}

test('a stream that does not end is given up', async () => {
  const error = await thrownBy(decodePipeline(sharp(), 0.01))
  expect(error).toMatchObject({ code: 'IMAGE' })
  expect(error.message).toContain('did not end within 0.01 s')
})

test('bytes, a file and a stream decode as a photograph does, and the pipeline stays as it is', async () => {
  const bytes = await jpeg()
  const file = written(bytes)
  const expected = await decodeImage(bytes)
  const pipeline = sharp(bytes)
  for (const one of [pipeline, sharp(file), createReadStream(file).pipe(sharp()), pipeline])
    expect(await decodePipeline(one)).toEqual(expected)
})

test.each<[string, () => Promise<Buffer> | Buffer, string]>([
  ['hundreds of scans', () => manyScans(8000, 882), 'more than 31 scans, too many for 8000 x 8000 pixels'],
  ['a WebP of 140 megapixels', () => riff(plainWebp(14_000, 10_000)), 'more than 65 megapixels'],
  [
    '17,000 pixels a side',
    () =>
      drawn(17_000, 1, () => [1, 2, 3])
        .png()
        .toBuffer(),
    'more than 16384 a side',
  ],
  [
    'an AVIF that claims 2^31 pixels a side',
    async () => {
      const bytes = await drawn(64, 48, () => [1, 2, 3])
        .avif({ effort: 0 })
        .toBuffer()
      spatialExtent(2 ** 31, 64).copy(bytes, bytes.indexOf('ispe'))
      return bytes
    },
    'more than 16384 pixels a side',
  ],
  [
    'an SVG',
    () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
    'it is no JPEG',
  ],
])(
  '%s of a pipeline without limits are refused, from bytes, a file and a stream',
  async (_, make, reason) => {
    const bytes = await make()
    const file = written(bytes)
    expect(await refusal(sharp(bytes, unlimited))).toContain(reason)
    expect(await refusal(sharp(file, unlimited))).toContain(reason)
    expect(await refusal(createReadStream(file).pipe(sharp(unlimited)))).toContain(reason)
  },
)

test.each<[string, () => Buffer, number, number]>([
  ['GIF of 1,000,000', () => gif(1, 1, Buffer.alloc(15_000_000, frame())), 1, 1],
  ['TIFF of 240,000', () => pages(240_000), 8, 8],
  ['WebP of 100,000', () => animation(100_000, 120, 90, plainWebp(120, 90)), 120, 90],
])('of a %s frames only the first costs anything', async (_, make, width, height) => {
  expect(await decodePipeline(sharp(make()))).toMatchObject({ width, height })
})

test('another frame is decoded where the pipeline asks for it', async () => {
  const frames = await drawn(16, 32, (_, y) => (y < 16 ? [250, 0, 0] : [0, 0, 250]))
    .raw()
    .toBuffer()
  const image = sharp(frames, { raw: { width: 16, height: 32, channels: 3, pageHeight: 16 } })
  const bytes = await image.gif({ loop: 0 }).toBuffer()
  const { data, height } = await decodePipeline(sharp(bytes, { page: 1 }))
  expect([height, data[0], data[2]]).toEqual([16, 0, 250])
})

test('a file without end, or of more than 512 MB, is not read', async () => {
  const file = written(await jpeg())
  truncateSync(file, 2 ** 29 + 1)
  const large = await thrownBy(decodePipeline(sharp(file)))
  expect(large).toMatchObject({ code: 'FILE', message: expect.stringContaining('more than 512 MB') })
  const endless = join(temporaryFolder(), 'photograph')
  symlinkSync('/dev/zero', endless)
  expect(await thrownBy(decodePipeline(sharp(endless)))).toMatchObject({ code: 'FILE' })
})

test('pixels, and what is made of nothing, are taken as they are', async () => {
  const create = { width: 9, height: 7, channels: 3, background: '#102030' } as const
  const made = await decodePipeline(sharp({ create }))
  expect([made.width, made.height, ...made.data.subarray(0, 3)]).toEqual([9, 7, 16, 32, 48])
  const raw = { width: 9, height: 7, channels: 3 } as const
  expect(await decodePipeline(sharp(Buffer.from(made.data), { raw }))).toEqual(made)
})
