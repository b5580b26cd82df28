// The pack's resize is Pillow's BILINEAR: bit for bit where Pillow 13 is stored, and near that of any other Pillow.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { inflateSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { decodeImage } from '../../lib/data/index.js'
import { temporaryFolder } from '../files/temporary-folder.js'
import { photograph, sourcesOf } from '../hostile-images/sources.js'
import { differenceOf, noPillow, type Pixels, resizedByPillow, resizedHere, type Size } from './resizing.js'

interface Stored extends Size {
  readonly pixels: string
}

const fixture = join(import.meta.dirname, '../fixtures/resize/pillow.json')
const stored = JSON.parse(readFileSync(fixture, 'utf8')) as Stored & { readonly resized: readonly Stored[] }
const bytesOf = ({ pixels }: Stored) => inflateSync(Buffer.from(pixels, 'base64'))

test.each(stored.resized)(
  'a stored photograph is resized to $width x $height as Pillow does',
  async (wanted) => {
    const found = await resizedHere({ ...stored, data: bytesOf(stored) }, wanted)
    expect(differenceOf(found, bytesOf(wanted))).toEqual({ mean: 0, most: 0, close: 1 })
  },
)

const SIZES: readonly Size[] = [
  { width: 112, height: 112 },
  { width: 160, height: 160 },
  { width: 224, height: 224 },
  { width: 37, height: 53 },
  { width: 299, height: 17 },
]

/** Bit for bit is what is seen; another Pillow may round otherwise. */
const CLOSE_SHARE = 0.95
const MEAN = 0.5

async function compare(photographs: readonly Pixels[]): Promise<void> {
  const wanted = resizedByPillow(temporaryFolder(), photographs, SIZES)
  let [mean, most] = [0, 0]
  for (const [at, one] of photographs.entries()) {
    for (const [which, size] of SIZES.entries()) {
      const difference = differenceOf(await resizedHere(one, size), wanted[at]?.[which] as Uint8Array)
      const what = `photograph ${at}, ${one.width} x ${one.height} to ${size.width} x ${size.height}`
      expect(difference.close, what).toBeGreaterThanOrEqual(CLOSE_SHARE)
      expect(difference.mean, what).toBeLessThan(MEAN)
      mean = Math.max(mean, difference.mean)
      most = Math.max(most, difference.most)
    }
  }
  console.log(
    `${photographs.length} photographs in ${SIZES.length} sizes: ${most} of 255 off at most, mean ${mean} at most`,
  )
}

describe('beside the Pillow of this machine', () => {
  const drawn: readonly (readonly [number, number])[] = [
    [92, 112],
    [250, 250],
    [640, 480],
    [1001, 333],
    [17, 900],
    [3, 2],
  ]

  test('drawn photographs', async ({ skip }) => {
    skip(noPillow !== null, noPillow ?? '')
    await compare(
      await Promise.all(
        drawn.map(async (size) => {
          const { data, info } = await photograph(size).raw().toBuffer({ resolveWithObject: true })
          return { data, width: info.width, height: info.height }
        }),
      ),
    )
  })

  test('the photographs of FACECLS_FACES', async ({ skip }) => {
    const folder = process.env.FACECLS_FACES
    skip(noPillow !== null, noPillow ?? '')
    skip(folder === undefined, 'FACECLS_FACES names no folder of photographs')
    const photographs: Pixels[] = []
    for (const { bytes } of sourcesOf(folder as string)) photographs.push(await decodeImage(bytes))
    await compare(photographs)
  })
})
