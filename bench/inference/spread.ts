// How numbers of several rounds lie.

export interface Spread {
  readonly median: number
  readonly least: number
  readonly largest: number
}

export function spread(numbers: readonly number[]): Spread {
  const sorted = [...numbers].sort((a, b) => a - b)
  const at = (place: number) => Number((sorted[place] as number).toPrecision(4))
  return { median: at(sorted.length >> 1), least: at(0), largest: at(sorted.length - 1) }
}
