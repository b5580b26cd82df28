// Round numbers along an axis.

export interface Ticks {
  /** The axis's ends. */
  readonly min: number
  readonly max: number
  /** From one tick to the next. */
  readonly step: number
  readonly values: number[]
  /** The ticks with a number; all of them where it is left out. */
  readonly labelled?: number[]
  /** Digits behind the point that tell one tick from the next. */
  readonly digits: number
}

/** More digits than this, before or behind the point, are shown as a power of ten. */
const PLAIN_DIGITS = 6
const STEPS = [1, 2, 2.5, 5, 10]
/** Distances of whole numbers are whole. */
const WHOLE_STEPS = [1, 2, 5, 10]

/**
 * An axis that begins and ends at a tick around [low, high], with little more than `count` steps at the most.
 */
export function valueTicks(low: number, high: number, count: number): Ticks {
  const [from, to] = low < high ? [low, high] : spread(low)
  const step = roundStep((to - from) / count, STEPS)
  const ticks = multiples(Math.floor(from / step + 1e-9), Math.ceil(to / step - 1e-9), step)
  return { min: ticks.values[0] as number, max: ticks.values.at(-1) as number, ...ticks }
}

/** Ticks at whole numbers inside [low, high], the ends being as given. */
export function countTicks(low: number, high: number, count: number): Ticks {
  const step = Math.max(1, roundStep((high - low) / count, WHOLE_STEPS))
  return { min: low, max: high, ...multiples(Math.ceil(low / step), Math.floor(high / step), step) }
}

/**
 * Ticks of a logarithmic axis inside [low, high], in powers of ten: 1 to 9 of each decade, of which as many have a number as
 * are needed for two.
 */
export function decadeTicks(low: number, high: number): Ticks {
  const inside = (leading: readonly number[]): number[] => {
    const decades = Array.from(
      { length: Math.floor(high) - Math.floor(low) + 1 },
      (_, i) => Math.floor(low) + i,
    )
    const values = decades.flatMap((decade) => leading.map((digit) => decade + Math.log10(digit)))
    return values.filter((value) => value >= low - 1e-9 && value <= high + 1e-9)
  }
  const values = inside([1, 2, 3, 4, 5, 6, 7, 8, 9])
  const labelled = [[1], [1, 2, 5]].map(inside).find((few) => few.length >= 2) ?? values
  return { min: low, max: high, step: 1, values, labelled, digits: 0 }
}

/** The number at a place of a logarithmic axis: 0.001 for -3, 1e-5 for -5. */
export function powerLabel(exponent: number): string {
  const value = Number((10 ** exponent).toPrecision(3))
  return value >= 1e-4 && value < 10 ** PLAIN_DIGITS ? `${value}` : value.toExponential()
}

/** A tick's number as it stands beside the axis. */
export function tickLabel(value: number, { digits, min, max }: Ticks): string {
  const plain = digits <= PLAIN_DIGITS && Math.max(Math.abs(min), Math.abs(max)) < 10 ** PLAIN_DIGITS
  if (plain || value === 0) return value.toFixed(plain ? digits : 0)
  return Number(value.toPrecision(PLAIN_DIGITS)).toExponential()
}

/** A range around a single value. */
function spread(value: number): [number, number] {
  const half = Math.abs(value) * 0.1 || 0.5
  return [value - half, value + half]
}

function roundStep(atLeast: number, steps: readonly number[]): number {
  const power = 10 ** Math.floor(Math.log10(atLeast))
  const step = steps.find((candidate) => candidate * power >= atLeast * (1 - 1e-9)) ?? 10
  return step * power
}

/** Rounded to their digits: 3 * 0.1 is no tick, 0.3 is. */
function multiples(first: number, last: number, step: number): Pick<Ticks, 'step' | 'values' | 'digits'> {
  const digits = digitsOf(step)
  const count = Math.max(0, last - first + 1)
  const values = Array.from({ length: count }, (_, index) => Number(((first + index) * step).toFixed(digits)))
  return { step, values, digits }
}

/** 0 for 20, 1 for 0.2, 2 for 0.25. */
function digitsOf(step: number): number {
  const power = Math.floor(Math.log10(step) + 1e-9)
  const leading = step / 10 ** power
  const whole = Math.abs(leading - Math.round(leading)) < 1e-9
  return Math.min(100, Math.max(0, (whole ? 0 : 1) - power))
}
