// What mixup and CutMix draw for a batch. That its loss is one of mixed samples, mixing.test.ts says.
import { describe, expect, it } from 'vitest'
import type { AugmentationSpec, MixingDraw } from '../../lib/native/index.js'
import { native } from '../../lib/native/index.js'
import { always, mixing } from './mixing.js'

type Mixings = Pick<AugmentationSpec, 'mixup' | 'cutmix'>

function drawsOf(given: Partial<Mixings>, count: number, [height, width] = [96, 64], batch = 0) {
  const steps = Int32Array.from({ length: count }, (_, i) => i)
  return native().drawMixings({ augmentation: mixing(given), seed: 9, steps, batch, height, width })
}

const lambdas = (draws: (MixingDraw | null)[]) => draws.map((draw) => draw?.lambda ?? Number.NaN)

describe('lambda', () => {
  const count = 100_000

  it.each([0.01, 0.1, 0.2, 1, 4, 100])('has the mean and variance of a Beta of twice %d', (alpha) => {
    const drawn = lambdas(drawsOf({ mixup: always(alpha) }, count))
    const mean = drawn.reduce((sum, one) => sum + one, 0) / count
    const variance = drawn.reduce((sum, one) => sum + (one - mean) ** 2, 0) / count
    const expected = 1 / (4 * (2 * alpha + 1))
    // Four standard errors of the mean; of the variance, whose own error is below that of a fair coin's.
    expect(Math.abs(mean - 0.5)).toBeLessThan(4 * Math.sqrt(expected / count))
    expect(Math.abs(variance / expected - 1)).toBeLessThan(0.02)
    expect(drawn.every((one) => one >= 0 && one <= 1)).toBe(true)
  })

  it.each<[number, (x: number) => number]>([
    [0.5, (x) => (2 / Math.PI) * Math.asin(Math.sqrt(x))],
    [1, (x) => x],
    [2, (x) => 3 * x ** 2 - 2 * x ** 3],
  ])('is distributed as a Beta of twice %d', (alpha, share) => {
    const sorted = lambdas(drawsOf({ mixup: always(alpha) }, count)).sort((a, b) => a - b)
    const farthest = sorted.reduce((most, x, i) => Math.max(most, Math.abs(share(x) - (i + 0.5) / count)), 0)
    expect(farthest).toBeLessThan(1.63 / Math.sqrt(count)) // Kolmogorov's bound for one in a hundred
  })
})

describe('the box of CutMix', () => {
  // Quantiles of a million draws by torchvision's procedure, written in Python.
  it.each([
    {
      ...{ height: 96, width: 64, alpha: 1, lambda: [0.3498, 0.5625, 0.7023, 0.834, 0.9629] },
      ...{ top: [0, 0, 16, 40, 64], left: [0, 0, 11, 27, 43] },
      ...{ boxHeight: [18, 38, 52, 66, 82], boxWidth: [12, 25, 34, 44, 55] },
    },
    {
      ...{ height: 160, width: 160, alpha: 0.3, lambda: [0.2777, 0.5146, 0.7072, 0.9467, 0.9998] },
      ...{ top: [0, 0, 31, 71, 124], left: [0, 0, 31, 71, 124] },
      ...{ boxHeight: [2, 36, 83, 113, 146], boxWidth: [2, 36, 83, 113, 146] },
    },
  ])("is torchvision's for $height x $width pixels", ({ height, width, alpha, ...known }) => {
    const draws = drawsOf({ cutmix: always(alpha) }, 100_000, [height, width]).map((draw) => {
      if (draw?.kind !== 'cutmix') throw new Error('Expected cutmix alone')
      return { ...draw, boxHeight: draw.height, boxWidth: draw.width }
    })
    for (const [key, quantiles] of Object.entries(known)) {
      const sorted = draws.map((draw) => draw[key as keyof typeof known]).sort((a, b) => a - b)
      const own = [0.05, 0.25, 0.5, 0.75, 0.95].map((share) => sorted[Math.round(share * 99_999)] as number)
      for (const [i, value] of own.entries())
        expect(Math.abs(value - (quantiles[i] as number)), key).toBeLessThan(key === 'lambda' ? 0.01 : 1.5)
    }
    const exact = draws.every(({ lambda, ...box }) => {
      const inside = box.top + box.height <= height && box.left + box.width <= width
      return inside && lambda === 1 - (box.height * box.width) / (height * width)
    })
    expect(exact).toBe(true)
  })
})

describe('a batch', () => {
  it('is drawn for by seed, step and its number', () => {
    const given = { mixup: always(1), cutmix: always(1) }
    const draws = drawsOf(given, 20)
    const spec = { augmentation: mixing(given), seed: 9, batch: 0, height: 96, width: 64 }
    const steps = Int32Array.of(13, 4)
    expect(native().drawMixings({ ...spec, steps })).toEqual([draws[13], draws[4]])
    expect(native().drawMixings({ ...spec, steps, batch: 1 })).not.toEqual([draws[13], draws[4]])
    expect(native().drawMixings({ ...spec, steps, seed: 8 })).not.toEqual([draws[13], draws[4]])
    expect(new Set(lambdas(draws)).size).toBe(20)
  })

  it('takes one of the two by even chance, each with its own probability', () => {
    const count = 40_000
    const share = (draws: (MixingDraw | null)[], kind: string) =>
      draws.filter((draw) => (draw?.kind ?? 'none') === kind).length / count
    const both = drawsOf({ mixup: always(0.2), cutmix: { alpha: 1, probability: 0.4 } }, count)
    expect(Math.abs(share(both, 'mixup') - 0.5)).toBeLessThan(0.01)
    expect(Math.abs(share(both, 'cutmix') - 0.2)).toBeLessThan(0.01)
    const one = drawsOf({ mixup: { alpha: 0.2, probability: 0.3 } }, count)
    expect(Math.abs(share(one, 'none') - 0.7)).toBeLessThan(0.01)
    expect(Math.abs(share(one, 'mixup') - 0.3)).toBeLessThan(0.01)
    expect(drawsOf({}, 3)).toEqual([null, null, null])
  })
})
