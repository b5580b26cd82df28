// How numbers are spread: the least, the largest, and what lies between.

/** How numbers are spread: quantiles from the least to the greatest. */
export interface Spread {
  readonly min: number
  /** A twentieth of the values is smaller. */
  readonly p5: number
  readonly p25: number
  readonly median: number
  readonly p75: number
  readonly p95: number
  readonly max: number
}

/** Of the photographs' sides, in pixels. */
export interface SizeSpread {
  readonly width: Spread
  readonly height: Spread
}

/** Quantiles between two values are read off the line between them, as NumPy does. null where there is no value. */
export function spread(values: ArrayLike<number>): Spread | null {
  if (values.length === 0) return null
  const sorted = Float64Array.from(values).sort()
  const at = (share: number): number => {
    const place = share * (sorted.length - 1)
    const below = sorted[Math.floor(place)] as number
    const above = sorted[Math.ceil(place)] as number
    return below + (above - below) * (place % 1)
  }
  return Object.freeze({
    min: at(0),
    p5: at(0.05),
    p25: at(0.25),
    median: at(0.5),
    p75: at(0.75),
    p95: at(0.95),
    max: at(1),
  })
}
