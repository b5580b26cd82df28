// What a draw of the augmentation depends on, and what it does to colours and to erased boxes. That the other pixels
// and crops are torchvision's, test/parity/ says.
import { describe, expect, it } from 'vitest'
import type { AugmentationDraw, AugmentationSpec, ErasedDraw } from '../../lib/native/index.js'
import { native } from '../../lib/native/index.js'
import { augmentation, noise } from './models.js'

const size = { height: 160, width: 160 }
const halves = { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] }
const nothing: AugmentationSpec = {
  ...{ flip: 0, rotation: null, brightness: 0, contrast: 0, saturation: 0, crop: null },
  ...{ erasing: null, mixup: null, cutmix: null },
}

function unchanged(height: number, width: number): AugmentationDraw {
  return {
    ...{ flip: false, angle: 0, interpolation: 'bilinear', brightness: 1, contrast: 1, saturation: 1 },
    ...{ order: ['brightness', 'contrast', 'saturation'], top: 0, left: 0, height, width, erased: null },
  }
}

/** A photograph of this size by a draw that does nothing else. */
function augmented(
  pixels: Uint8Array,
  height: number,
  width: number,
  draw: Partial<AugmentationDraw>,
  normalisation = halves,
): Uint8Array {
  return native().augmentPixels({
    ...{ pixels, height, width, outputHeight: height, outputWidth: width, normalisation },
    draw: { ...unchanged(height, width), ...draw },
  })
}

const drawsOf = (given: AugmentationSpec, count: number, { height, width } = size) =>
  native().drawAugmentations({
    ...{ augmentation: given, seed: 11, epoch: 2, height, width },
    samples: Int32Array.from({ length: count }, (_, i) => i),
  })

describe('a box outside the photograph', () => {
  it('is refused', () => {
    const [height, width] = [32, 40]
    const pixels = new Uint8Array(height * width * 3)
    const by = (draw: Partial<AugmentationDraw>) => () => augmented(pixels, height, width, draw)
    expect(by({ left: 1 })).toThrow(RangeError)
    expect(by({ left: 0 })).not.toThrow()
    const erased: ErasedDraw = { top: 0, left: 0, height, width, fill: 'black', noiseKey: 0 }
    expect(by({ erased: { ...erased, top: 1 } })).toThrow(/erased box inside the output of 32 x 40/)
    expect(by({ erased: { ...erased, width: width + 1 } })).toThrow(RangeError)
    expect(by({ erased })).not.toThrow()
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

  it('are what they were before there were saturation and erasing', () => {
    const before = { flip: true, angle: -2.33355731899215, brightness: 0.8211639314716683 }
    expect(draws[5]).toMatchObject({ ...before, contrast: 0.8056256914647246, saturation: 1, erased: null })
    const erasing = { probability: 1, scale: [0.1, 0.2], ratio: [1, 1], fill: 'mean' } as const
    const more = { ...augmentation, crop, saturation: 0.5, erasing }
    for (const [i, draw] of native()
      .drawAugmentations({ ...spec, augmentation: more })
      .entries()) {
      const { saturation, erased, order, ...rest } = draw
      expect(draws[i]).toMatchObject(rest)
      expect(saturation).not.toBe(1)
      expect(erased).not.toBe(null)
      const others = (all: AugmentationDraw['order']) => all.filter((name) => name !== 'saturation')
      expect(others(order)).toEqual(others(draws[i]?.order ?? []))
    }
  })
})

describe('saturation', () => {
  // The formulas of torchvision's adjust_saturation, adjust_contrast and adjust_brightness, in PyTorch on bytes.
  const pixels = [
    ...[99, 8, 7, 206, 228, 204, 239, 231, 143, 189, 190, 113],
    ...[230, 155, 181, 118, 112, 231, 144, 158, 80, 73, 208, 27],
  ]
  it.each<[Partial<AugmentationDraw>, number[]]>([
    [
      { saturation: 0 },
      [
        ...[35, 35, 35, 218, 218, 218, 223, 223, 223, 180, 180, 180],
        ...[180, 180, 180, 127, 127, 127, 144, 144, 144, 146, 146, 146],
      ],
    ],
    [
      { saturation: 0.6 },
      [
        ...[73, 18, 18, 210, 224, 209, 232, 227, 175, 185, 186, 139],
        ...[210, 165, 180, 121, 118, 189, 144, 152, 105, 102, 183, 74],
      ],
    ],
    [
      { saturation: 1.7 },
      [
        ...[143, 0, 0, 197, 235, 194, 250, 236, 87, 195, 197, 66],
        ...[255, 137, 181, 111, 101, 255, 144, 167, 35, 21, 251, 0],
      ],
    ],
    [
      { saturation: 1.4, contrast: 1.3, brightness: 0.8, order: ['saturation', 'contrast', 'brightness'] },
      [
        ...[91, 0, 0, 171, 202, 168, 204, 204, 76, 161, 164, 51],
        ...[204, 112, 150, 80, 72, 204, 110, 131, 18, 6, 203, 0],
      ],
    ],
    [
      { contrast: 0.7, saturation: 1.8, brightness: 1.3, order: ['contrast', 'saturation', 'brightness'] },
      [
        ...[196, 46, 44, 239, 255, 233, 255, 255, 133, 239, 239, 115],
        ...[255, 183, 224, 161, 152, 255, 191, 214, 84, 74, 255, 0],
      ],
    ],
    [
      { brightness: 1.5, saturation: 0.3, contrast: 1.6, order: ['brightness', 'saturation', 'contrast'] },
      [
        ...[6, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255, 233],
        ...[255, 255, 255, 165, 160, 201, 224, 235, 177, 137, 208, 105],
      ],
    ],
  ])("is torchvision's: %o", (draw, expected) => {
    expect([...augmented(Uint8Array.from(pixels), 2, 4, draw)]).toEqual(expected)
  })

  it('is drawn from its range, and the three come in each order as often', () => {
    const count = 60_000
    const draws = drawsOf({ ...nothing, saturation: 0.4 }, count)
    const factors = draws.map(({ saturation }) => saturation).sort((a, b) => a - b)
    for (const share of [0, 0.25, 0.5, 0.75, 1])
      expect(factors[Math.round(share * (count - 1))]).toBeCloseTo(0.6 + 0.8 * share, 2)
    const orders = new Map<string, number>()
    for (const { order } of draws) orders.set(order.join(), (orders.get(order.join()) ?? 0) + 1)
    expect(orders.size).toBe(6)
    for (const often of orders.values()) expect(Math.abs(often / count - 1 / 6)).toBeLessThan(0.006)
  })
})

const MEASURES: Readonly<Record<string, (box: ErasedDraw, height: number, width: number) => number>> = {
  area: (box, height, width) => (box.height * box.width) / (height * width),
  logRatio: (box) => Math.log(box.height / box.width),
  top: (box) => box.top,
  left: (box) => box.left,
}

describe('random erasing', () => {
  const erasing = { probability: 1, scale: [0.02, 0.33], ratio: [0.3, 3.3], fill: 'mean' } as const
  const shares = [0.05, 0.25, 0.5, 0.75, 0.95]

  // Quantiles of a million draws by torchvision's procedure, written in Python.
  it.each([
    {
      ...{ height: 160, width: 160, scale: [0.02, 0.33], none: 0 },
      ...{ area: [0.0355, 0.0971, 0.1744, 0.2515, 0.3135] },
      ...{ logRatio: [-1.0794, -0.603, 0, 0.5917, 1.0712] },
      ...{ top: [3, 19, 41, 69, 105], left: [3, 18, 41, 69, 105] },
    },
    {
      ...{ height: 96, width: 64, scale: [0.3, 0.9], none: 0.003441 },
      ...{ area: [0.3162, 0.3835, 0.4819, 0.6139, 0.7972] },
      ...{ logRatio: [-0.3594, 0.0889, 0.3848, 0.6624, 1.0296] },
      ...{ top: [0, 4, 10, 21, 40], left: [0, 2, 6, 13, 25] },
    },
  ])('draws the boxes of torchvision for $height x $width pixels', ({ scale, none, ...known }) => {
    const { height, width } = known
    const count = 200_000
    const draws = drawsOf({ ...nothing, erasing: { ...erasing, scale } }, count, { height, width })
    const boxes = draws.flatMap(({ erased }) => erased ?? [])
    expect(Math.abs(1 - boxes.length / count - none)).toBeLessThan(0.0006)
    const outside = boxes.filter((box) => box.top + box.height > height || box.left + box.width > width)
    expect(outside).toEqual([])
    for (const [key, of] of Object.entries(MEASURES)) {
      const sorted = boxes.map((box) => of(box, height, width)).sort((a, b) => a - b)
      const tolerance = key === 'top' || key === 'left' ? 1 : 0.02
      for (const [i, share] of shares.entries()) {
        const own = sorted[Math.round(share * (sorted.length - 1))] as number
        const theirs = known[key as 'area'][i] as number
        expect(Math.abs(own - theirs), `${key} at ${share}`).toBeLessThanOrEqual(tolerance)
      }
    }
  })

  it('erases as often as it is asked to', () => {
    const draws = drawsOf({ ...nothing, erasing: { ...erasing, probability: 0.3 } }, 40_000)
    const often = draws.filter(({ erased }) => erased !== null).length
    expect(Math.abs(often / draws.length - 0.3)).toBeLessThan(0.01)
  })

  it('erases nothing where no box fits', () => {
    const tiny = { height: 1, width: 1 }
    expect(drawsOf({ ...nothing, erasing }, 50, tiny).map(({ erased }) => erased)).toEqual(
      Array(50).fill(null),
    )
  })

  const [height, width] = [40, 48]
  const box = { top: 5, left: 7, height: 20, width: 30, noiseKey: 77 }
  const pixels = noise(1, 48).slice(0, height * width * 3)

  /** The values inside the box, and whether all others are those of the photograph. */
  function split(out: Uint8Array): { inside: number[]; others: boolean } {
    const inside: number[] = []
    let others = true
    for (let i = 0; i < out.length; i++) {
      const [y, x] = [Math.floor(i / 3 / width) - box.top, (Math.floor(i / 3) % width) - box.left]
      if (y >= 0 && y < box.height && x >= 0 && x < box.width) inside.push(out[i] as number)
      else others &&= out[i] === pixels[i]
    }
    return { inside, others }
  }

  it('fills the box with the mean or with black, and leaves the rest', () => {
    const normalisation = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] }
    for (const [fill, colour] of [
      ['mean', [124, 116, 104]],
      ['black', [0, 0, 0]],
    ] as const) {
      const erased = { ...box, fill }
      const { inside, others } = split(augmented(pixels, height, width, { erased }, normalisation))
      expect(others).toBe(true)
      expect(inside).toEqual(
        Array(box.height * box.width)
          .fill(colour)
          .flat(),
      )
    }
  })

  it('fills it with standard normal noise, a function of its key', () => {
    // 255 steps are five standard deviations each way here.
    const normalisation = { mean: [0.5, 0.5, 0.5], std: [0.1, 0.1, 0.1] }
    const by = (noiseKey: number) =>
      augmented(
        pixels,
        height,
        width,
        { erased: { ...box, fill: 'noise', noiseKey }, brightness: 1 },
        normalisation,
      )
    const values: number[] = []
    for (let key = 0; key < 100; key++) {
      const { inside, others } = split(by(key))
      expect(others).toBe(true)
      values.push(...inside.map((byte) => (byte / 255 - 0.5) / 0.1))
    }
    const moment = (of: (value: number, i: number) => number) =>
      values.reduce((sum, value, i) => sum + of(value, i), 0) / values.length
    expect(Math.abs(moment((z) => z))).toBeLessThan(0.01)
    expect(Math.abs(moment((z) => z ** 2) - 1)).toBeLessThan(0.02)
    expect(Math.abs(moment((z) => z ** 4) - 3)).toBeLessThan(0.1)
    for (const lag of [1, 2, 3, box.width * 3])
      expect(Math.abs(moment((z, i) => z * (values[i + lag] ?? 0)))).toBeLessThan(0.01)
    expect(by(77)).toEqual(by(77))
    expect(by(77)).not.toEqual(by(78))
  })
})
