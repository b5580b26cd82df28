// The augmentation against what torchvision computes: single operations with given parameters, and the crops' distribution.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { AugmentationDraw } from '../../lib/native/index.js'
import { native } from '../../lib/native/index.js'
import { augmentation } from './models.js'

type Case = { out: number[] } & (
  | { op: 'hflip' }
  | { op: 'rotate'; degrees: number; interpolation: 'bilinear' }
  | { op: 'brightness' | 'contrast'; factor: number }
  | { op: 'resized_crop'; top: number; left: number; height: number; width: number; size: [number, number] }
)

interface Quantiles {
  draws: number
  quantiles: number[]
  area: number[]
  logAspect: number[]
  top: number[]
  left: number[]
}

const golden = JSON.parse(
  readFileSync(new URL('../fixtures/goldens/augment.json', import.meta.url), 'utf8'),
) as {
  image: { shape: [number, number, number]; values: number[] }
  cases: Case[]
  randomResizedCrop160: Quantiles
}
const [, height, width] = golden.image.shape

/** The goldens are channel by channel, the addon's pixels pixel by pixel. */
function interleaved(planes: number[]): Uint8Array {
  const size = planes.length / 3
  return Uint8Array.from({ length: planes.length }, (_, i) => planes[(i % 3) * size + Math.floor(i / 3)] ?? 0)
}

const unchanged: AugmentationDraw = {
  flip: false,
  angle: 0,
  interpolation: 'bilinear',
  brightness: 1,
  contrast: 1,
  contrastFirst: false,
  top: 0,
  left: 0,
  height,
  width,
}

function drawOf(operation: Case): AugmentationDraw {
  switch (operation.op) {
    case 'hflip':
      return { ...unchanged, flip: true }
    case 'rotate':
      return { ...unchanged, angle: operation.degrees, interpolation: operation.interpolation }
    case 'brightness':
      return { ...unchanged, brightness: operation.factor }
    case 'contrast':
      return { ...unchanged, contrast: operation.factor }
    case 'resized_crop': {
      const { top, left, height: boxHeight, width: boxWidth } = operation
      return { ...unchanged, top, left, height: boxHeight, width: boxWidth }
    }
  }
}

function augmented(draw: AugmentationDraw, [outputHeight, outputWidth] = [height, width]): Uint8Array {
  const pixels = interleaved(golden.image.values)
  return native().augmentPixels({ pixels, height, width, outputHeight, outputWidth, draw })
}

/** Absolute differences, `margin` pixels at each side left out. */
function differences(out: Uint8Array, reference: Uint8Array, margin: number): number[] {
  return Array.from(out, (value, i) => Math.abs(value - (reference[i] ?? 0))).filter((_, i) => {
    const row = Math.floor(i / 3 / width)
    const column = Math.floor(i / 3) % width
    return Math.min(row, column, height - 1 - row, width - 1 - column) >= margin
  })
}

describe.each(
  golden.cases.map((operation) => [JSON.stringify({ ...operation, out: undefined }), operation] as const),
)('%s', (_, operation) => {
  it('is what torchvision computes', () => {
    const out = augmented(drawOf(operation), operation.op === 'resized_crop' ? operation.size : undefined)
    const margin = operation.op === 'rotate' || operation.op === 'resized_crop' ? 2 : 0
    const off = differences(out, interleaved(operation.out), margin)
    expect(Math.max(...off)).toBeLessThanOrEqual(operation.op === 'hflip' ? 0 : 1)
    expect(off.reduce((sum, value) => sum + value, 0) / off.length).toBeLessThan(0.5)
  })
})

describe('drawn crops', () => {
  const { draws: count, quantiles, ...reference } = golden.randomResizedCrop160
  const samples = Int32Array.from({ length: count }, (_, i) => i)
  const crop = { scale: [0.08, 1], ratio: [3 / 4, 4 / 3] }
  const size = { height: 160, width: 160 }
  const spec = { augmentation: { ...augmentation, crop }, seed: 11, epoch: 2, samples, ...size }
  const draws = native().drawAugmentations(spec)

  const quantilesOf = (value: (draw: AugmentationDraw) => number) => {
    const sorted = draws.map(value).sort((a, b) => a - b)
    return quantiles.map((quantile) => sorted[Math.round(quantile * (sorted.length - 1))] ?? Number.NaN)
  }

  it.each([
    ['area', (d: AugmentationDraw) => (d.height * d.width) / (160 * 160), 0.01],
    ['logAspect', (d: AugmentationDraw) => Math.log(d.width / d.height), 0.005],
    ['top', (d: AugmentationDraw) => d.top, 1],
    ['left', (d: AugmentationDraw) => d.left, 1],
  ] as const)('have the quantiles of torchvision: %s', (name, value, tolerance) => {
    quantilesOf(value).forEach((own, i) => {
      expect(Math.abs(own - (reference[name][i] ?? Number.NaN))).toBeLessThanOrEqual(tolerance)
    })
  })

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

describe('a box outside the photograph', () => {
  it('is refused', () => {
    expect(() => augmented({ ...unchanged, left: 1 })).toThrow(RangeError)
  })
})
