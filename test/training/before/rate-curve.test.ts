import { describe, expect, it } from 'vitest'
import { belowLowest, RateCurve, steepestRate } from '../../../lib/training/before/rate-curve.js'

/** Losses at 100 rates from 1e-6 to 1; `loss` is a function of the rate's power of ten and of the step. */
function curveOf(loss: (exponent: number, step: number) => number): RateCurve {
  const curve = new RateCurve()
  for (let step = 0; step < 100 && !curve.diverged; step++) {
    const exponent = -6 + (6 * step) / 99
    curve.add(10 ** exponent, loss(exponent, step))
  }
  return curve
}

/** Between -0.5 and 0.5, the same every time. */
const noise = (step: number) => ((Math.imul(step + 1, 0x9e3779b1) >>> 0) / 2 ** 32 - 0.5) as number
const fall = (exponent: number) => 7 - 3 / (1 + Math.exp(-6 * (exponent + 3)))

describe('the smoothed loss', () => {
  it('is an average that is corrected for its beginning', () => {
    const { points } = curveOf(() => 5)
    for (const { smoothed } of points) expect(smoothed).toBeCloseTo(5, 12)
    const curve = new RateCurve()
    curve.add(1e-3, 4)
    curve.add(1e-2, 2)
    expect(curve.points[0]?.smoothed).toBeCloseTo(4, 12)
    expect(curve.points[1]?.smoothed).toBeCloseTo((0.9 * 0.1 * 4 + 0.1 * 2) / (1 - 0.81), 12)
  })

  it('diverges at four times its lowest', () => {
    const curve = new RateCurve()
    expect(curve.diverged).toBe(false)
    curve.add(1e-3, 1)
    expect(curve.diverged).toBe(false)
    for (let step = 0; !curve.diverged; step++) curve.add(2e-3 + step, 100)
    expect(curve.points.at(-1)?.smoothed).toBeGreaterThan(4)
    expect(curve.points.length).toBeLessThan(4)
  })
})

describe('the suggestions', () => {
  it('are the middle of the steepest descent and a tenth of the lowest', () => {
    for (const share of [0, 0.3]) {
      const { points } = curveOf((exponent, step) => fall(exponent) + share * noise(step))
      expect(Math.log10(steepestRate(points) as number)).toBeCloseTo(-3, 0)
    }
    const { points } = curveOf((exponent) => fall(exponent) + Math.exp(8 * (exponent + 1.5)))
    const lowest = points.reduce((best, point) => (point.smoothed < best.smoothed ? point : best))
    expect(belowLowest(points)).toBe(lowest.learningRate / 10)
  })

  it('come before the lowest loss, however steeply it falls later', () => {
    const { points } = curveOf((exponent) => (exponent < -1 ? fall(exponent) : 12 - 6 * (exponent + 1)))
    expect(Math.log10(steepestRate(points) as number)).toBeCloseTo(-3, 0)
  })

  it.each<[string, (exponent: number, step: number) => number]>([
    ['stays', () => 3],
    ['rises', (exponent) => 10 + exponent],
    ['only scatters', (_, step) => 3 + noise(step)],
  ])('are none where the loss %s', (_, loss) => {
    const { points } = curveOf(loss)
    expect([steepestRate(points), belowLowest(points)]).toEqual([null, null])
  })

  it('are none where there are too few steps', () => {
    for (const losses of [[], [3], [3, 2], [9, 5, 3, 2]]) {
      const curve = new RateCurve()
      for (const [step, loss] of losses.entries()) curve.add(10 ** (step - 6), loss)
      expect([steepestRate(curve.points), belowLowest(curve.points)]).toEqual([null, null])
    }
  })
})
