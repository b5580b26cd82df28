// The combinations of a sweep's values, and which of them are tried.

import * as check from '../../check.js'
import { randomSplit } from '../../data/index.js'
import type { SweepSpace } from './spec.js'

const MOST_COMBINATIONS = 1_000_000
/** A column's name needs no quotes in any table. */
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/

type Label = number | string | boolean

/** A setting and what is tried of it. */
export interface Axis {
  readonly name: string
  readonly choices: readonly { readonly label: Label; readonly value: unknown }[]
}

/**
 * @param reserved Names that no setting can have.
 * @throws TypeError or RangeError naming the setting that is wrong.
 */
export function axesOf(over: SweepSpace, reserved: readonly string[]): Axis[] {
  const axes = check.record('over', 'an object of values by setting', over).map(([name, values]) => {
    if (!NAME.test(name) || reserved.includes(name))
      throw new RangeError(
        check.expected(`a name of letters and digits, none of ${reserved.join(', ')},`, 'over', name),
      )
    return axisOf(name, values)
  })
  if (axes.length === 0) throw new RangeError(check.expected('at least one setting', 'over', over))
  const total = countOf(axes)
  if (total > MOST_COMBINATIONS)
    throw new RangeError(check.expected(`at most ${MOST_COMBINATIONS} combinations`, 'over', total))
  return axes
}

function axisOf(name: string, values: unknown): Axis {
  const argument = `over.${name}`
  const choices = Array.isArray(values)
    ? values.map((value, i) => ({ label: labelOf(`${argument}[${i}]`, value), value }))
    : check
        .record(argument, 'an array of values or an object of choices by name', values)
        .map(([label, value]) => ({ label: check.string(`a name in ${argument}`, label), value }))
  if (choices.length === 0) throw new RangeError(check.expected('at least one value', argument, values))
  const seen = new Set<Label>()
  for (const { label } of choices) {
    if (seen.has(label))
      throw new RangeError(check.expected('values of which none stands twice', argument, label))
    seen.add(label)
  }
  return { name, choices }
}

function labelOf(name: string, value: unknown): Label {
  if (typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number' && Number.isFinite(value)) return value
  throw new TypeError(check.expected('a finite number, a text, true or false', name, value))
}

export function countOf(axes: readonly Axis[]): number {
  return axes.reduce((product, { choices }) => product * choices.length, 1)
}

/** All combinations in order, or `trials` of them in a drawn order, none twice. */
export function chosenPlaces(axes: readonly Axis[], trials: number, seed: number): number[] {
  const total = countOf(axes)
  if (trials >= total) return Array.from({ length: total }, (_, place) => place)
  const [drawn] = randomSplit(total, [1], seed) as [Int32Array]
  return [...drawn.subarray(0, trials)]
}

/** One value of each setting. */
export interface Combination {
  readonly values: Readonly<Record<string, unknown>>
  readonly labels: Readonly<Record<string, Label>>
}

/** The combination at a place of the grid; the last setting changes first. */
export function combinationAt(axes: readonly Axis[], place: number): Combination {
  const values: [string, unknown][] = []
  const labels: [string, Label][] = []
  let rest = place
  for (const { name, choices } of axes.toReversed()) {
    const choice = choices[rest % choices.length] as Axis['choices'][number]
    rest = Math.floor(rest / choices.length)
    values.unshift([name, choice.value])
    labels.unshift([name, choice.label])
  }
  return {
    values: Object.freeze(Object.fromEntries(values)),
    labels: Object.freeze(Object.fromEntries(labels)),
  }
}
