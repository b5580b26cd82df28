// Divides a dataset by fractions and into folds: which positions go where.

import * as check from '../check.js'
import { TorchError } from '../errors.js'
import { type SplitOptions, splitOptions } from './dataset-options.js'
import { dealFolds, refuseSingles } from './parts.js'
import { checkFractions, randomSplit, stratifiedSplit } from './split.js'

/** What is divided. */
interface Labelled {
  readonly length: number
  readonly classes: readonly string[]
  labels(): Int32Array
  counts(): number[]
}

/** The positions of each part, in the order of the fractions' keys; none is empty. */
export function divide(
  dataset: Labelled,
  fractions: Readonly<Record<string, number>>,
  options: SplitOptions | undefined,
): [part: string, indices: Int32Array][] {
  const parts = checkFractions(fractions)
  const { seed, method } = splitOptions(options)
  const shares = parts.map(([, share]) => share)
  const divided =
    method === 'random'
      ? randomSplit(dataset.length, shares, seed)
      : stratifiedSplit(labelsToStratify(dataset), dataset.classes, shares, seed)
  return parts.map(([name], part) => {
    const indices = divided[part] as Int32Array
    if (indices.length > 0) return [name, indices]
    throw new TorchError(
      'DATASET',
      `A split of ${dataset.length} photographs leaves none for ${name}. Add photographs or give it a larger fraction.`,
    )
  })
}

/** For each fold the positions to learn from and those to measure on. */
export function foldsOf(
  dataset: Labelled,
  folds: number,
  options: SplitOptions | undefined,
): { train: Int32Array; val: Int32Array }[] {
  check.integer('folds', folds, 2, dataset.length)
  const { seed, method } = splitOptions(options)
  const labels = method === 'random' ? null : labelsToStratify(dataset)
  if (labels !== null) refuseSingles(dataset.counts(), dataset.classes)
  return dealFolds(dataset.length, labels, folds, seed).map((val) => {
    const measured = new Set(val)
    const all = Int32Array.from({ length: dataset.length }, (_, index) => index)
    return { train: all.filter((index) => !measured.has(index)), val }
  })
}

function labelsToStratify(dataset: Labelled): Int32Array {
  if (dataset.classes.length > 0) return dataset.labels()
  throw new TorchError(
    'DATASET',
    "These photographs have no labels to stratify by; split with { method: 'random' }.",
  )
}
