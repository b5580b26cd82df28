// What a GPU makes of a pack in its own memory: on the processor, the same operations of LibTorch.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Augmentation } from '../../lib/data/index.js'
import { type AugmentationSpec, type NativePixelPack, native } from '../../lib/native/index.js'
import { device as place } from './device.js'

const SIZE = 48
const COUNT = 24
const normalisation = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] }

let pack: NativePixelPack

beforeAll(async () => {
  pack = native().createPack({ count: COUNT, height: SIZE, width: SIZE, file: null })
  for (let record = 0; record < COUNT; record++) {
    // Smooth as photographs are, so that a small slip of the grid is a small difference and a wrong one a large.
    const pixels = Uint8Array.from({ length: SIZE * SIZE * 3 }, (_, i) => {
      const [y, x, channel] = [Math.floor(i / 3 / SIZE), Math.floor(i / 3) % SIZE, i % 3]
      return 128 + 60 * Math.sin((x + 3 * record) / 6) + 60 * Math.cos(y / (5 + channel) + record)
    })
    await pack.write(record, pixels, SIZE, SIZE)
  }
})

afterAll(() => pack.close())

async function bothWays(augmentation: AugmentationSpec | null) {
  const indices = Int32Array.from({ length: COUNT }, (_, i) => (i * 7) % COUNT)
  const samples = Float64Array.from(indices, (index) => index + 1000)
  const batch = { kind: 'pack', pack, indices, samples } as const
  const spec = { batch, augmentation, normalisation, seed: 11, epoch: 3, values: true }
  const [host, device] = await Promise.all([
    native().makeBatch({ ...spec, device: null }),
    native().makeBatch({ ...spec, device: place }),
  ])
  expect(device.values).toHaveLength(COUNT * 3 * SIZE * SIZE)
  return { host, device }
}

/** Differences in steps of a byte: 255 times those of the pixels in [0, 1]. */
function byteSteps({ host, device }: Awaited<ReturnType<typeof bothWays>>): Float64Array {
  const std = (i: number) => normalisation.std[Math.floor(i / SIZE / SIZE) % 3] as number
  return Float64Array.from(
    host.values,
    (value, i) => Math.abs(value - (device.values[i] as number)) * std(i) * 255,
  )
}

const largest = (steps: Float64Array) => steps.reduce((most, step) => Math.max(most, step), 0)
const share = (steps: Float64Array, within: number) =>
  steps.filter((step) => step <= within + 1e-3).length / steps.length

describe('a batch made on the device', () => {
  it('is that of the processor, value for value, where nothing is drawn', async () => {
    expect(largest(byteSteps(await bothWays(null)))).toBeLessThan(1e-4)
  })

  const none = Augmentation.none()
  it.each([
    ['a flip', none.horizontalFlip()],
    ['a rotation', none.rotation(30)],
    ['a crop', none.randomResizedCrop()],
    ['a crop of a rotated photograph', none.rotation(20).randomResizedCrop({ scale: [0.3, 1] })],
    ['brightness', none.brightness(0.5)],
    ['contrast', none.contrast(0.5)],
    ['saturation', none.saturation(0.8)],
    ['all colours', none.brightness(0.4).contrast(0.4).saturation(0.4)],
    ['erasing with noise', none.randomErasing({ probability: 1, fill: 'noise' })],
    ['erasing with black', none.randomErasing({ fill: 'black' })],
    ['the standard', Augmentation.standard().saturation().randomErasing()],
  ])('is that of the processor but for one step of a byte here and there: %s', async (_, augmentation) => {
    const steps = byteSteps(await bothWays(augmentation.spec))
    // The processor rounds between the two directions of a crop; contrast and its kin multiply what that makes.
    expect(share(steps, 1)).toBeGreaterThan(0.995)
    expect(share(steps, 0)).toBeGreaterThan(0.7)
    expect(largest(steps)).toBeLessThan(4)
  })

  it('is refused where a device cannot make it', async () => {
    await expect(bothWays(none.rotation(10, { interpolation: 'nearest' }).spec)).rejects.toMatchObject({
      code: 'NATIVE',
    })
  })
})
