// How pixels become a network's input: (pixel / 255 - mean) / std, channel by channel.

import * as check from '../check.js'
import type { NormalisationSpec } from '../native/index.js'

const CHANNELS = 3

/**
 * Checks three means and three positive standard deviations, red first, of pixels scaled to [0, 1].
 *
 * @param name The argument's name in errors.
 */
export function checkNormalisation(name: string, value: unknown): NormalisationSpec {
  const { mean, std } = check.options(name, value as NormalisationSpec, ['mean', 'std'])
  return {
    mean: channels(`${name}.mean`, mean, -Infinity),
    std: channels(`${name}.std`, std, Number.MIN_VALUE),
  }
}

function channels(name: string, values: unknown, minimum: number): number[] {
  if (!Array.isArray(values) || values.length !== CHANNELS) {
    throw new TypeError(check.expected(`an array of ${CHANNELS} numbers`, name, values))
  }
  return values.map((value, channel) => check.number(`${name}[${channel}]`, value, minimum))
}
