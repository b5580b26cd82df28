import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp, { type Sharp } from 'sharp'
import { expect, test } from 'vitest'
import { decodeImage } from '../../lib/data/index.js'
import { temporaryFolder } from '../files/temporary-folder.js'
import { crc32 } from './crc32.js'
import { drawn, jpeg } from './drawn.js'
import { expectNear, type Pixel, pixel } from './pixels.js'
import { thrownBy } from './thrown.js'

/** Red grows to the right, green downwards, (64 x 48). */
const ramp = () => drawn(64, 48, (x, y) => [4 * x, 5 * y, 128])
const white: Pixel = [255, 255, 255]

test.each([[undefined], [null], [7], [''], [[1, 2]], [new ArrayBuffer(8)]])(
  'refuses %j as input',
  async (input) => {
    expect(await thrownBy(decodeImage(input as string))).toBeInstanceOf(TypeError)
  },
)

test('refuses wrong options by name', async () => {
  const photograph = await jpeg()
  expect((await thrownBy(decodeImage(photograph, { targetSize: 0 }))).message).toContain('targetSize')
  expect(await thrownBy(decodeImage(photograph, { targetSize: 1.5 }))).toBeInstanceOf(TypeError)
  expect((await thrownBy(decodeImage(photograph, { size: 8 } as object))).message).toContain(
    'Unknown option size',
  )
})

test('a file that is missing, a folder or a pipe is FILE and named; none of them hangs', async () => {
  const root = temporaryFolder()
  mkdirSync(join(root, 'folder.jpg'))
  execFileSync('mkfifo', [join(root, 'pipe.jpg')])
  for (const name of ['missing.jpg', 'folder.jpg', 'pipe.jpg']) {
    const error = await thrownBy(decodeImage(join(root, name)))
    expect(error).toMatchObject({ name: 'TorchError', code: 'FILE' })
    expect(error.message).toContain(join(root, name))
  }
})

test.each([
  ['nothing', Buffer.alloc(0), 'is empty'],
  ['text', Buffer.from('<html>no image</html>'), 'is no JPEG, PNG, WebP, AVIF, TIFF or GIF'],
  ['an SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'), 'is no JPEG'],
  ['a PDF', Buffer.from('%PDF-1.7\n'), 'is no JPEG'],
  ['zeros', Buffer.alloc(4096), 'is no JPEG'],
  ['no more than a JPEG marker', Buffer.from([0xff, 0xd8, 0xff]), 'cannot be decoded'],
])('%s is IMAGE and named, as a file or a Buffer', async (_, bytes, reason) => {
  const file = join(temporaryFolder(), '1.jpg')
  writeFileSync(file, bytes)
  const ofFile = await thrownBy(decodeImage(file))
  const ofBuffer = await thrownBy(decodeImage(bytes))
  for (const error of [ofFile, ofBuffer]) {
    expect(error).toMatchObject({ name: 'TorchError', code: 'IMAGE' })
    expect(error.message).toContain(reason)
    expect(error.message).not.toContain('\n')
  }
  expect(ofFile.message).toContain(file)
  expect(ofBuffer.message).toContain('The photograph given as a Buffer')
})

test('an image of more than 200 megapixels is refused before its pixels take memory', async () => {
  // A PNG header that promises 100,000 x 100,000 pixels, with a checksum that fits.
  const small = await ramp().png().toBuffer()
  const huge = Buffer.from(small)
  huge.writeUInt32BE(100_000, 16)
  huge.writeUInt32BE(100_000, 20)
  huge.writeUInt32BE(crc32(huge.subarray(12, 29)), 29)
  const error = await thrownBy(decodeImage(huge))
  expect(error).toMatchObject({ code: 'IMAGE' })
  expect(error.message).toContain('exceeds pixel limit')
})

const formats: [string, (image: Sharp) => Sharp][] = [
  ['JPEG', (image) => image.jpeg()],
  ['progressive JPEG', (image) => image.jpeg({ progressive: true })],
  ['PNG', (image) => image.png()],
  ['WebP', (image) => image.webp()],
  ['AVIF', (image) => image.avif({ effort: 0 })],
  ['TIFF', (image) => image.tiff()],
  ['GIF', (image) => image.gif()],
]

test.each(formats)('a %s cut anywhere is IMAGE', async (_, encode) => {
  const whole = await encode(ramp()).toBuffer()
  await decodeImage(whole)
  for (let percent = 5; percent <= 95; percent += 5) {
    const cut = whole.subarray(0, Math.floor((whole.length * percent) / 100))
    const error = await thrownBy(decodeImage(cut))
    expect(error, `cut at ${percent} %`).toMatchObject({ code: 'IMAGE' })
  }
})

test.each(formats)('a %s has the size and colours that were drawn', async (_, encode) => {
  const decoded = await decodeImage(
    await encode(drawn(64, 48, (x) => (x < 32 ? [200, 40, 90] : [20, 180, 60]))).toBuffer(),
  )
  expect([decoded.width, decoded.height, decoded.data.length]).toEqual([64, 48, 64 * 48 * 3])
  expectNear(pixel(decoded, 8, 24), [200, 40, 90], 8)
  expectNear(pixel(decoded, 56, 24), [20, 180, 60], 8)
})

const greyPixel: Pixel = [100, 100, 100]
const grey = () => drawn(16, 16, () => [100]).toColourspace('b-w')

test.each<[string, Promise<Buffer>, Pixel, number]>([
  [
    'lossless PNG',
    drawn(16, 16, () => [200, 40, 90])
      .png()
      .toBuffer(),
    [200, 40, 90],
    0,
  ],
  ['grey JPEG', grey().jpeg({ quality: 100 }).toBuffer(), greyPixel, 1],
  ['grey PNG', grey().png().toBuffer(), greyPixel, 0],
  [
    '16-bit PNG',
    drawn(16, 16, () => [200, 40, 90])
      .toColourspace('rgb16')
      .png()
      .toBuffer(),
    [200, 40, 90],
    0,
  ],
  ['16-bit grey PNG', grey().toColourspace('grey16').png().toBuffer(), greyPixel, 1],
  [
    'palette PNG',
    drawn(16, 16, () => [200, 40, 90])
      .png({ palette: true })
      .toBuffer(),
    [200, 40, 90],
    2,
  ],
  [
    'opaque PNG with alpha',
    drawn(16, 16, () => [200, 40, 90, 255])
      .png()
      .toBuffer(),
    [200, 40, 90],
    0,
  ],
  [
    'transparent PNG on white',
    drawn(16, 16, () => [200, 40, 90, 0])
      .png()
      .toBuffer(),
    white,
    0,
  ],
  [
    'half transparent PNG',
    drawn(16, 16, () => [200, 40, 90, 128])
      .png()
      .toBuffer(),
    [227, 147, 172],
    1,
  ],
  [
    'half transparent grey PNG',
    drawn(16, 16, () => [100, 128])
      .toColourspace('b-w')
      .png()
      .toBuffer(),
    [177, 177, 177],
    1,
  ],
  [
    'transparent 16-bit PNG',
    drawn(16, 16, () => [9, 9, 9, 0])
      .toColourspace('rgb16')
      .png()
      .toBuffer(),
    white,
    0,
  ],
  [
    'transparent GIF',
    drawn(16, 16, () => [9, 9, 9, 0])
      .gif()
      .toBuffer(),
    white,
    0,
  ],
  [
    'CMYK JPEG',
    drawn(16, 16, () => [128, 128, 128])
      .toColourspace('cmyk')
      .jpeg()
      .toBuffer(),
    [128, 128, 128],
    16,
  ],
  [
    'CMYK TIFF',
    drawn(16, 16, () => [128, 128, 128])
      .toColourspace('cmyk')
      .tiff()
      .toBuffer(),
    [128, 128, 128],
    16,
  ],
  [
    'bilevel TIFF',
    drawn(16, 16, () => [255])
      .threshold()
      .tiff({ bitdepth: 1, compression: 'none' })
      .toBuffer(),
    ...([white, 0] as const),
  ],
])('%s becomes three bytes of sRGB', async (_, photograph, wanted, margin) => {
  const decoded = await decodeImage(await photograph)
  expect([decoded.width, decoded.height, decoded.data.length]).toEqual([16, 16, 16 * 16 * 3])
  expectNear(pixel(decoded, 0, 0), wanted, margin)
  expectNear(pixel(decoded, 8, 8), wanted, margin)
})

test('colours of another profile become sRGB', async () => {
  const tagged = await drawn(16, 16, () => [200, 40, 90])
    .withIccProfile('p3')
    .png()
    .toBuffer()
  const stored = await sharp(tagged).metadata()
  expect(stored.icc).toBeDefined()
  expectNear(pixel(await decodeImage(tagged), 8, 8), [200, 40, 90], 3)
})

test('a file and its bytes decode the same', async () => {
  const file = join(temporaryFolder(), '1.jpg')
  const bytes = await ramp().jpeg().toBuffer()
  writeFileSync(file, bytes)
  expect(Buffer.compare((await decodeImage(file)).data, (await decodeImage(bytes)).data)).toBe(0)
})
