import { expect, it } from 'vitest'
import { LatencyHistogram } from '../../lib/inference/latency.js'

it('knows nothing before the first', () => {
  expect(new LatencyHistogram().summary()).toBeNull()
})

it('gives percentiles within 4.5 % over eight orders of magnitude', () => {
  for (const scale of [0.1, 1, 1000, 1e5]) {
    const histogram = new LatencyHistogram()
    for (let i = 1; i <= 1000; i++) histogram.add(i * scale)
    const { count, mean, p50, p95, p99, max } = histogram.summary() as NonNullable<
      ReturnType<LatencyHistogram['summary']>
    >
    expect({ count, max }).toEqual({ count: 1000, max: 1000 * scale })
    expect(mean).toBeCloseTo(500.5 * scale, 6)
    for (const [found, rank] of [
      [p50, 500],
      [p95, 950],
      [p99, 990],
    ] as const) {
      expect(found / (rank * scale)).toBeGreaterThan(0.9999)
      expect(found / (rank * scale)).toBeLessThan(1.045)
    }
  }
})

it('takes what is too short or too long for its buckets', () => {
  const histogram = new LatencyHistogram()
  histogram.add(0)
  histogram.add(1e12)
  expect(histogram.summary()).toMatchObject({ count: 2, max: 1e12 })
})
