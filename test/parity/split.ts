// torch.utils.data.random_split, index for index.
import * as check from '../../lib/check.js'
import { randomSplit } from '../../lib/data/index.js'
import { type Check, identical } from './check.js'
import { fields, integers, list, numbers } from './read.js'

export interface SplitGolden {
  readonly length: number
  readonly fractions: number[]
  readonly seed: number
  readonly parts: number[][]
}

export function readSplits(value: unknown): SplitGolden[] {
  return list('golden', value, (name, one) => {
    const golden = fields(name, one)
    const fractions = numbers(`${name}.fractions`, golden.fractions)
    const indices = (part: string, index: unknown) =>
      Array.isArray(index) && index.length === 0 ? [] : integers(part, index, 0)
    return {
      length: check.integer(`${name}.length`, golden.length, 1),
      fractions,
      seed: check.integer(`${name}.seed`, golden.seed, 0),
      parts: list(`${name}.parts`, golden.parts, indices, fractions.length),
    }
  })
}

export function checkSplits(goldens: readonly SplitGolden[]): Check[] {
  return goldens.map(({ length, fractions, seed, parts }) => {
    const shown = (lists: readonly ArrayLike<number>[]) =>
      lists.flatMap((indices, part) => Array.from(indices, (index) => `${index} in part ${part}`))
    const name = `${length} by ${fractions.join(' ')} seed ${seed}`
    return identical(name, null, shown(randomSplit(length, fractions, seed)), shown(parts))
  })
}
