// Looks at single pixels of decoded photographs.

import { expect } from 'vitest'

export type Pixel = readonly [red: number, green: number, blue: number]

export function pixel({ data, width }: { data: Uint8Array; width: number }, x: number, y: number): Pixel {
  const start = 3 * (y * width + x)
  return [...data.subarray(start, start + 3)] as unknown as Pixel
}

export function expectNear(actual: Pixel, wanted: Pixel, margin: number): void {
  const worst = Math.max(...actual.map((value, channel) => Math.abs(value - (wanted[channel] as number))))
  expect(worst, `${actual} should be ${wanted}`).toBeLessThanOrEqual(margin)
}
