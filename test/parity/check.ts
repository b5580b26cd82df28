// One comparison with a reference and its outcome. A value that is missing or NaN makes the error NaN, and NaN fails.

export type Precision = 'float64' | 'float32'

/** Where and in what a network computes. */
export interface Context {
  readonly device: string // 'cpu' or 'cuda:0'
  readonly precision: Precision
}

export interface Check {
  readonly name: string
  readonly precision: Precision | null // null: of bytes or whole numbers
  readonly error: number // the worst
  readonly tolerance: number
  readonly pass: boolean
  readonly note: string // '' where the numbers say it all
}

/** Passes where the error is a number of at most `tolerance`. */
export function within(
  name: string,
  precision: Precision | null,
  error: number,
  tolerance: number,
  note = '',
): Check {
  return { name, precision, error, tolerance, pass: error <= tolerance, note }
}

/** Compares item by item; the error is the number of places that differ. */
export function identical(
  name: string,
  precision: Precision | null,
  own: readonly string[],
  reference: readonly string[],
): Check {
  const places = Array.from({ length: Math.max(own.length, reference.length) }, (_, place) => place)
  const different = places.filter((place) => own[place] !== reference[place])
  const [first] = different
  const note = first === undefined ? '' : `place ${first}: ${own[first]} instead of ${reference[first]}`
  return within(name, precision, different.length, 0, note)
}

/** What stands in place of the checks of a golden that cannot be checked. */
export function failure(name: string, precision: Precision | null, note: string): Check {
  return { name, precision, error: Number.NaN, tolerance: 0, pass: false, note }
}

/** ||out - reference|| / ||reference||; NaN where they differ in length. */
export function normError(out: ArrayLike<number>, reference: readonly number[]): number {
  if (out.length !== reference.length) return Number.NaN
  let difference = 0
  let norm = 0
  reference.forEach((value, i) => {
    difference += ((out[i] as number) - value) ** 2
    norm += value ** 2
  })
  return Math.sqrt(difference / norm)
}

/** |out - reference| / |reference| of each value; NaN where `out` has none. */
export function relativeErrors(out: readonly number[], reference: readonly number[]): number[] {
  return reference.map((value, i) => Math.abs((out[i] ?? Number.NaN) - value) / Math.abs(value))
}

/** The largest |out - reference|; NaN where they differ in length or are empty. */
export function worstDifference(out: ArrayLike<number>, reference: readonly number[]): number {
  if (out.length !== reference.length || reference.length === 0) return Number.NaN
  return worst(reference.map((value, i) => Math.abs((out[i] as number) - value)))
}

/** The largest, NaN where one is NaN or there is none. */
export function worst(errors: readonly number[]): number {
  if (errors.length === 0) return Number.NaN
  return errors.reduce((most, error) => (Number.isNaN(error) || error > most ? error : most), 0)
}
