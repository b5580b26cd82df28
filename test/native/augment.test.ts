// What a draw of the augmentation depends on. That pixels and crops are torchvision's, test/parity/ says.
import { describe, expect, it } from 'vitest'
import type { AugmentationDraw } from '../../lib/native/index.js'
import { native } from '../../lib/native/index.js'
import { augmentation } from './models.js'

const size = { height: 160, width: 160 }

describe('a box outside the photograph', () => {
  it('is refused', () => {
    const [height, width] = [32, 40]
    const draw: AugmentationDraw = {
      ...{ flip: false, angle: 0, interpolation: 'bilinear', brightness: 1, contrast: 1 },
      ...{ contrastFirst: false, top: 0, left: 1, height, width },
    }
    const pixels = new Uint8Array(height * width * 3)
    const spec = { pixels, height, width, outputHeight: height, outputWidth: width, draw }
    expect(() => native().augmentPixels(spec)).toThrow(RangeError)
    expect(() => native().augmentPixels({ ...spec, draw: { ...draw, left: 0 } })).not.toThrow()
  })
})

describe('draws', () => {
  const crop = { scale: [0.08, 1], ratio: [3 / 4, 4 / 3] }
  const samples = Int32Array.from({ length: 8 }, (_, i) => i)
  const spec = { augmentation: { ...augmentation, crop }, seed: 11, epoch: 2, samples, ...size }
  const draws = native().drawAugmentations(spec)

  it('are a function of seed, epoch and sample', () => {
    const again = native().drawAugmentations({ ...spec, samples: Int32Array.of(5, 3) })
    expect(again).toEqual([draws[5], draws[3]])
    const other = native().drawAugmentations({ ...spec, epoch: 3, samples: Int32Array.of(5) })
    expect(other).not.toEqual([draws[5]])
  })

  it('leave the other draws alone when they are off', () => {
    const [off] = native().drawAugmentations({
      ...spec,
      augmentation: { ...augmentation, crop: null, rotation: null },
      samples: Int32Array.of(5),
    })
    expect(off).toMatchObject({ ...size, top: 0, left: 0, angle: 0, brightness: draws[5]?.brightness })
  })
})
