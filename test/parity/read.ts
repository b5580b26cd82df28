// Reads what a golden holds, field by field. A refusal names the field, as in "Expected a number for cases[2].factor".
import * as check from '../../lib/check.js'

export type Fields = Readonly<Record<string, unknown>>
type Reader<T> = (name: string, value: unknown) => T

export function fields(name: string, value: unknown): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new TypeError(check.expected('an object', name, value))
  return value as Fields
}

/** An array of at least one item, of exactly `length` where that is given. */
export function list<T>(name: string, value: unknown, item: Reader<T>, length?: number): T[] {
  const what = length === undefined ? 'an array that is not empty' : `an array of ${length}`
  if (!Array.isArray(value) || value.length === 0 || value.length !== (length ?? value.length))
    throw new TypeError(check.expected(what, name, value))
  return value.map((one, index) => item(`${name}[${index}]`, one))
}

/** Finite numbers, at least one. */
export function numbers(name: string, value: unknown, length?: number): number[] {
  return list(name, value, (item, one) => check.number(item, one), length)
}

/** Whole numbers of at least `minimum`. */
export function integers(name: string, value: unknown, minimum: number, length?: number): number[] {
  return list(name, value, (item, one) => check.integer(item, one, minimum), length)
}

export function strings(name: string, value: unknown): string[] {
  return list(name, value, check.string)
}

/** N, 3, height, width. */
export function imageShape(name: string, value: unknown): number[] {
  const shape = integers(name, value, 1, 4)
  if (shape[1] !== 3) throw new RangeError(check.expected('3 channels', `${name}[1]`, shape[1]))
  return shape
}

/** The sizes of a tensor; none where it is a single number. */
export function shape(name: string, value: unknown): number[] {
  return Array.isArray(value) && value.length === 0 ? [] : integers(name, value, 0)
}

/** The widths of a head's hidden layers; null: the network's own classifier. */
export function headWidths(name: string, value: unknown): number[] | null {
  return value === null ? null : integers(name, value, 1)
}
