import { describe, expect, it } from 'vitest'
import { thresholdAt } from '../../lib/inference/calibrate.js'
import {
  calibrationArgument,
  refuseOtherFlip,
  refuseOtherModel,
  thresholdArgument,
} from '../../lib/inference/calibration.js'
import { drawPairs } from '../../lib/inference/pairs.js'

describe('thresholdAt', () => {
  const accepted = (threshold: number, values: readonly number[]) =>
    values.filter((value) => value >= threshold).length

  it.each([
    [0.01, 100, 1],
    [0.29, 100, 29],
    [0.07, 100, 7],
    [0.5, 3, 1],
  ])('of a rate of %f lets of %i values %i pass', (rate, count, passed) => {
    const values = Array.from({ length: count }, (_, i) => ((i * 7919) % count) / count - 0.5)
    const threshold = thresholdAt(rate, Float64Array.from(values), 'pairs')
    expect(accepted(threshold, values)).toBe(passed)
  })

  it('lets fewer pass where values are equal, never more', () => {
    for (const value of [0.25, 0, -0.25, 1]) {
      const values = [value, value, value, value - 0.5]
      expect(accepted(thresholdAt(0.5, Float64Array.from(values), 'pairs'), values)).toBe(0)
    }
  })

  it('refuses a rate that so few values cannot show', () => {
    expect(() => thresholdAt(0.01, new Float64Array(99), 'pairs of two people')).toThrow(
      /99 pairs of two people: at least 100 are needed/,
    )
    expect(() => thresholdAt(0.01, new Float64Array(0), 'pairs')).toThrow(/0 pairs/)
  })
})

describe('drawPairs', () => {
  const all = (pairs: Int32Array) =>
    Array.from({ length: pairs.length / 2 }, (_, i) => [pairs[2 * i], pairs[2 * i + 1]] as [number, number])
  const labels = Int32Array.from([0, 1, 0, 2, 1, 0])

  it('gives every pair once where there are few', () => {
    const { genuine, impostor } = drawPairs(labels, { pairs: 100, seed: 0 })
    expect(all(genuine)).toEqual([
      [0, 2],
      [0, 5],
      [2, 5],
      [1, 4],
    ])
    expect(new Set(all(impostor).map(String)).size).toBe(15 - 4)
    for (const [one, other] of all(impostor)) expect(labels[one]).not.toBe(labels[other])
  })

  it('draws as many as are wanted, each alike often, the same for the same seed', () => {
    const drawn = drawPairs(
      Int32Array.from({ length: 200 }, (_, i) => Math.floor(Math.sqrt(i))),
      {
        pairs: 500,
        seed: 3,
      },
    )
    expect(drawn.genuine).toHaveLength(1000)
    const of = (i: number) => Math.floor(Math.sqrt(i))
    for (const [one, other] of all(drawn.genuine)) {
      expect(of(one)).toBe(of(other))
      expect(one).not.toBe(other)
    }
    for (const [one, other] of all(drawn.impostor)) expect(of(one)).not.toBe(of(other))
    const many = drawPairs(labels, { pairs: 3, seed: 1 })
    expect(drawPairs(labels, { pairs: 3, seed: 1 })).toEqual(many)
    const counts = new Map<string, number>()
    for (let seed = 0; seed < 2000; seed++) {
      for (const pair of all(drawPairs(labels, { pairs: 3, seed }).impostor)) {
        const key = String(pair.sort())
        counts.set(key, (counts.get(key) ?? 0) + 1)
      }
    }
    expect(counts.size).toBe(11)
    for (const count of counts.values()) expect(count / 6000).toBeCloseTo(1 / 11, 1)
  })

  it('gives none where there is none', () => {
    const { genuine, impostor } = drawPairs(Int32Array.from([1, 1]), { pairs: 5, seed: 0 })
    expect([genuine.length, impostor.length]).toEqual([2, 0])
    expect(drawPairs(new Int32Array(0), { pairs: 5, seed: 0 }).genuine).toHaveLength(0)
  })
})

describe('a stored calibration', () => {
  const made = { model: 'a'.repeat(64), flip: false }
  const verification = { threshold: 0.4 }

  it('is refused where it is none', () => {
    for (const wrong of [
      ...[null, [], 'x', {}, { verification, unknown: null }],
      ...[
        { ...made, verification: { threshold: 'high' }, unknown: null },
        { ...made, flip: 'no', verification, unknown: null },
      ],
    ])
      expect(() => calibrationArgument(wrong as never)).toThrow(/for calibration/)
    expect(() => calibrationArgument({ ...made, verification } as never)).toThrow(/calibration.unknown/)
    expect(calibrationArgument({ ...made, verification, unknown: null } as never)).toEqual({
      ...made,
      verification: 0.4,
      unknown: undefined,
    })
  })

  it('is refused for another model and for another flip', () => {
    const given = calibrationArgument({ ...made, verification, unknown: null } as never)
    refuseOtherModel(given, made.model)
    refuseOtherModel(undefined, made.model)
    expect(() => refuseOtherModel(given, 'b'.repeat(64))).toThrow(/calibration of this model/)
    refuseOtherFlip(given, false)
    refuseOtherFlip(undefined, true)
    expect(() => refuseOtherFlip(given, true)).toThrow(/with flip true.* received one with flip false/s)
  })

  it('gives way to the threshold of a call; without both there is an error that says what to do', () => {
    expect(thresholdArgument(0.2, 0.4, 'calibrate()')).toBe(0.2)
    expect(thresholdArgument(undefined, 0.4, 'calibrate()')).toBe(0.4)
    expect(() => thresholdArgument(undefined, undefined, 'calibrate()')).toThrow(/calibrate\(\)/)
    expect(() => thresholdArgument(Number.NaN, 0.4, 'calibrate()')).toThrow(TypeError)
  })
})
