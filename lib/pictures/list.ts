// The check of a list in a picture's description.

import * as check from '../check.js'

/** @throws TypeError or RangeError: `value` is no array of `minimum` to `maximum` elements. */
export function list(name: string, value: unknown, minimum: number, maximum: number): readonly unknown[] {
  if (!Array.isArray(value)) throw new TypeError(check.expected('an array', name, value))
  if (value.length >= minimum && value.length <= maximum) return value
  const upTo = maximum === Infinity ? 'or more' : `to ${maximum}`
  const length = minimum === maximum ? `${minimum}` : `${minimum} ${upTo}`
  throw new RangeError(check.expected(`an array of ${length} elements`, name, value))
}
