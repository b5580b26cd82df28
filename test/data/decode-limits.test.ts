// What a photograph may cost: files, headers and animations that ask for more are refused or cut.

import { symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { jpegScans } from '../../lib/data/format.js'
import { queue } from '../../lib/data/in-turn.js'
import { decodeImage, FaceDataset } from '../../lib/data/index.js'
import { temporaryFolder } from '../files/temporary-folder.js'
import { spatialExtent } from '../hostile-images/claims.js'
import { frame, gif } from '../hostile-images/gif-parts.js'
import { withFrame } from '../hostile-images/jpeg-parts.js'
import { manyScans } from '../hostile-images/jpeg-scans.js'
import { chunk, png } from '../hostile-images/png-parts.js'
import { pages } from '../hostile-images/tiff-bombs.js'
import { animation, plainWebp, riff } from '../hostile-images/webp-parts.js'
import { drawn, jpeg } from './drawn.js'
import { inMemory, open } from './pixels/photographs.js'
import { expectNear, pixel } from './pixels.js'
import { thrownBy } from './thrown.js'

const ramp = () => drawn(64, 48, (x, y) => [4 * x, 5 * y, 128])

function sparse(beginning: Uint8Array, size: number): string {
  const file = join(temporaryFolder(), '1.jpg')
  writeFileSync(file, beginning)
  truncateSync(file, size)
  return file
}

test('of a stranger no more than the beginning is read, whatever its size', async () => {
  const file = sparse(Buffer.from('GIF88'), 2 ** 40)
  const error = await thrownBy(decodeImage(file))
  expect(error).toMatchObject({ code: 'IMAGE' })
  expect(error.message).toContain(`"${file}" is no JPEG`)
})

test.skipIf(process.platform !== 'linux')('a regular file without end is refused', async () => {
  const file = join(temporaryFolder(), '1.jpg')
  symlinkSync('/proc/self/pagemap', file)
  expect(await thrownBy(decodeImage(file))).toMatchObject({ code: 'IMAGE' })
})

test('a photograph of more than 512 MB is FILE and named', async () => {
  const file = sparse(await jpeg(), 2 ** 29 + 1)
  const error = await thrownBy(decodeImage(file))
  expect(error).toMatchObject({ code: 'FILE' })
  expect(error.message).toContain(`Cannot read the photograph "${file}": it has more than 512 MB`)
})

test.each([
  ['jpeg', 16_385, 1],
  ['png', 1, 16_385],
  ['png', 16_385, 300], // large enough that its size is looked at first
] as const)(
  'a %s of %i x %i is refused: neither pack nor network takes such a side',
  async (format, width, height) => {
    const photograph = drawn(width, height, (x, y) => [(x * y) % 251, (x * 31) % 256, (x ^ y) % 256])
    const error = await thrownBy(decodeImage(await photograph.toFormat(format).toBuffer()))
    expect(error).toMatchObject({ code: 'IMAGE' })
    expect(error.message).toContain(`it has ${width} x ${height} pixels, more than 16384 a side`)
  },
)

test('a photograph with too long a side is left out of a pack like one that is damaged', async () => {
  const folder = temporaryFolder()
  const long = await drawn(20_000, 1, () => [1, 2, 3])
    .png()
    .toBuffer()
  for (let index = 0; index < 100; index++)
    writeFileSync(join(folder, `${index}.png`), index === 7 ? long : await jpeg())
  const opened = await open([await FaceDataset.unlabelled(folder)], inMemory)
  expect(opened.sources[0]?.skipped.map(({ file }) => file)).toEqual([join(folder, '7.png')])
  opened.close()
})

const sides = [14_000, 10_000] as const
const ended = (...size: [number, number]) =>
  png({ width: size[0], height: size[1], interlace: 1 }, chunk('IDAT'))

test.each<[string, () => Promise<Buffer> | Buffer]>([
  ['WebP of 40 bytes', () => riff(plainWebp(...sides))],
  ['GIF', () => gif(...sides, frame({ width: sides[0], height: sides[1] }))],
  ['interlaced PNG', () => ended(...sides)],
  [
    'progressive JPEG',
    async () =>
      withFrame(await ramp().jpeg({ progressive: true }).toBuffer(), (header) => {
        header.writeUInt16BE(sides[1], 5)
        header.writeUInt16BE(sides[0], 7)
      }),
  ],
])('a %s of 140 megapixels is refused: its decoder would hold all of it', async (_, bytes) => {
  const error = await thrownBy(decodeImage(await bytes()))
  expect(error).toMatchObject({ code: 'IMAGE' })
  expect(error.message).toContain('it has more than 65 megapixels')
})

test('a large JPEG of hundreds of scans is refused: each goes through all of its pixels', async () => {
  const error = await thrownBy(decodeImage(manyScans(8000, 882)))
  expect(error).toMatchObject({ code: 'IMAGE' })
  expect(error.message).toContain('it has more than 31 scans, too many for 8000 x 8000 pixels')
  expect(await decodeImage(manyScans(256, 90))).toMatchObject({ width: 256, height: 256 })
})

test('what stands behind the end of a progressive JPEG does not matter', async () => {
  const progressive = await drawn(2000, 1500, (x, y) => [x % 256, y % 256, 90])
    .jpeg({ progressive: true })
    .toBuffer()
  // As the film of a motion photo: many bytes that look like the beginning of a scan.
  const behind = Buffer.alloc(4_000_000, Buffer.of(0xff, 0xda))
  const { width, height } = await decodeImage(Buffer.concat([progressive, behind]), { targetSize: 64 })
  expect([width, height]).toEqual([171, 128])
})

test('markers beyond number are refused as scans are, and not looked at to the end', () => {
  const flood = Buffer.concat([Buffer.of(0xff, 0xd8), Buffer.alloc(20_000_000, Buffer.of(0xff, 0x00))])
  expect(jpegScans(flood, 77)).toBe(77)
  expect(jpegScans(flood.subarray(0, 1_000_000), 77)).toBe(0)
})

test('a WebP of millions of chunks is refused by their number', async () => {
  const chunks = Buffer.alloc(8 * 2_000_000, Buffer.from('JUNK\0\0\0\0'))
  const error = await thrownBy(decodeImage(riff(chunks)))
  expect(error).toMatchObject({ code: 'IMAGE' })
  expect(error.message).toContain('more than 1000 chunks before its first frame')
})

test('photographs in large files are decoded, many at once', async () => {
  const file = sparse(await jpeg(), 2 ** 25 + 1)
  const decoded = await Promise.all(Array.from({ length: 4 }, () => decodeImage(file)))
  for (const { data } of decoded) expect(Buffer.from(data).equals(decoded[0]?.data as Uint8Array)).toBe(true)
})

test('an AVIF that claims 2^31 pixels a side is refused before libvips speaks to the terminal', async () => {
  const bytes = await ramp().avif({ effort: 0 }).toBuffer()
  spatialExtent(2 ** 31, 64).copy(bytes, bytes.indexOf('ispe'))
  expect((await thrownBy(decodeImage(bytes))).message).toContain('it has more than 16384 pixels a side')
})

test('a large photograph in a small file is shrunk too', async () => {
  const bytes = riff(plainWebp(4000, 3000))
  expect(bytes.length).toBeLessThan(100)
  const { width, height } = await decodeImage(bytes, { targetSize: 64 })
  expect([width, height]).toEqual([171, 128])
})

test.each<[string, () => Buffer, number, number]>([
  ['GIF of 1,000,000', () => gif(1, 1, Buffer.alloc(15_000_000, frame())), 1, 1],
  ['TIFF of 240,000', () => pages(240_000), 8, 8],
  ['WebP of 100,000', () => animation(100_000, 120, 90, plainWebp(120, 90)), 120, 90],
])('of a %s frames only the first costs anything', async (_, bytes, width, height) => {
  expect(await decodeImage(bytes())).toMatchObject({ width, height })
})

test.each(['gif', 'webp'] as const)('an animated %s keeps the colours of its first frame', async (format) => {
  const frames = await drawn(16, 48, (_, y) => (y < 16 ? [250, 0, 0] : [0, y, 250]))
    .raw()
    .toBuffer()
  const image = sharp(frames, { raw: { width: 16, height: 48, channels: 3, pageHeight: 16 } })
  const decoded = await decodeImage(await image.toFormat(format, { loop: 0 }).toBuffer())
  expect([decoded.width, decoded.height]).toEqual([16, 16])
  expectNear(pixel(decoded, 8, 8), [250, 0, 0], 8)
})

test('the first page of a TIFF is decoded, and the others do not matter', async () => {
  const two = pages(2)
  const broken = Buffer.from(two)
  broken.fill(255, 200)
  for (const bytes of [two, broken]) {
    const before = Buffer.from(bytes)
    expect(pixel(await decodeImage(bytes), 3, 3)).toEqual([99, 99, 99])
    expect(bytes.equals(before)).toBe(true)
  }
})

test('work in turn runs one after another, in its order, and outlives a failure', async () => {
  const said: string[] = []
  const inTurn = queue()
  const work = (name: string) =>
    inTurn(async () => {
      said.push(`${name} begins`)
      await new Promise((resolve) => setImmediate(resolve))
      said.push(`${name} ends`)
      if (name === 'a') throw new Error('a fails')
      return name
    })
  const [a, b] = await Promise.allSettled([work('a'), work('b')])
  expect([a?.status, b]).toEqual(['rejected', { status: 'fulfilled', value: 'b' }])
  expect(said).toEqual(['a begins', 'a ends', 'b begins', 'b ends'])
})
