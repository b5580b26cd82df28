import sharp from 'sharp'
import { expect, test } from 'vitest'
import { decodeImage } from '../../lib/data/index.js'
import { drawn } from './drawn.js'
import { expectNear, type Pixel, pixel } from './pixels.js'

const upright = (x: number, y: number): Pixel => {
  if (x >= 16) return [0, 0, 200]
  return y < 8 ? [200, 0, 0] : [0, 200, 0]
}

// Where the stored pixel (x, y) lies in the upright photograph, (32 x 16): Exif 2.3, table 6.
test.each<[number, (x: number, y: number) => Pixel]>([
  [1, (x, y) => upright(x, y)],
  [2, (x, y) => upright(31 - x, y)],
  [3, (x, y) => upright(31 - x, 15 - y)],
  [4, (x, y) => upright(x, 15 - y)],
  [5, (x, y) => upright(y, x)],
  [6, (x, y) => upright(31 - y, x)],
  [7, (x, y) => upright(31 - y, 15 - x)],
  [8, (x, y) => upright(y, 15 - x)],
])('EXIF orientation %i stands upright', async (orientation, stored) => {
  const [width, height] = orientation < 5 ? [32, 16] : [16, 32]
  const image = drawn(width, height, stored).withMetadata({ orientation })
  const decoded = await decodeImage(await image.jpeg({ quality: 100 }).toBuffer())
  expect([decoded.width, decoded.height]).toEqual([32, 16])
  for (const [x, y] of [
    [3, 3],
    [3, 12],
    [28, 3],
    [28, 12],
  ] as const) {
    expectNear(pixel(decoded, x, y), upright(x, y), 12)
  }
})

test.each(['gif', 'webp'] as const)('an animated %s gives its first frame', async (format) => {
  const frames = await drawn(16, 32, (_, y) => (y < 16 ? [255, 0, 0] : [0, 0, 255]))
    .raw()
    .toBuffer()
  const animation = await sharp(frames, { raw: { width: 16, height: 32, channels: 3, pageHeight: 16 } })
    .toFormat(format, { loop: 0 })
    .toBuffer()
  expect((await sharp(animation).metadata()).pages).toBe(2)
  const decoded = await decodeImage(animation)
  expect([decoded.width, decoded.height]).toEqual([16, 16])
  expectNear(pixel(decoded, 8, 8), [255, 0, 0], 8)
})

test.each([
  { width: 1000, height: 400, size: 100, wanted: [500, 200] }, // four times the side: shrunk to twice
  { width: 400, height: 1001, size: 100, wanted: [200, 501] },
  { width: 1000, height: 399, size: 100, wanted: [1000, 399] }, // less than four times: as it is
  { width: 3001, height: 1999, size: 50, wanted: [151, 100] },
])('with a target of $size, $width x $height comes as $wanted', async ({ width, height, size, wanted }) => {
  const noise = await drawn(width, height, (x, y) => [(x * 31 + y * 17) % 256, (x * y) % 256, (x ^ y) % 256])
    .jpeg()
    .toBuffer()
  const decoded = await decodeImage(noise, { targetSize: size })
  expect([decoded.width, decoded.height]).toEqual(wanted)
  expect(decoded.data.length).toBe(3 * decoded.width * decoded.height)
  const full = await decodeImage(noise)
  expect([full.width, full.height]).toEqual([width, height])
})

test('a photograph that is shrunk is turned first', async () => {
  const noise = drawn(800, 400, (x, y) => [(x * 31 + y * 17) % 256, (x * y) % 256, (x ^ y) % 256])
  const turned = await noise.withMetadata({ orientation: 6 }).jpeg().toBuffer()
  const decoded = await decodeImage(turned, { targetSize: 100 })
  expect([decoded.width, decoded.height]).toEqual([200, 400])
})
