// Losses as values: what a person chose, with every default filled in.

import * as check from '../check.js'
import type { LossSpec } from '../native/index.js'

/** A batch of nothing but weights of 0 would have no mean. */
const SMALLEST_WEIGHT = 1e-12

/** A loss and its settings, made by {@link crossEntropy}. Immutable. */
export interface Loss {
  readonly kind: 'crossEntropy'
  readonly labelSmoothing: number
  /** null: all 1. */
  readonly classWeights: ClassWeights | null
}

/**
 * How much a photograph of each class counts: one number a class in the order of the labels, numbers by the names of classes
 * (1 for those that are not named), or 'balanced': photographs / (classes x photographs of the class), so that each class
 * counts the same in the training, whatever its size.
 */
export type ClassWeights = readonly number[] | Readonly<Record<string, number>> | 'balanced'

export interface CrossEntropyOptions {
  /** The share of each target that is spread evenly over all classes, in [0, 1]. Defaults to 0. */
  labelSmoothing?: number
  /** Each above 0. Losses are then means by these weights, as in PyTorch. Defaults to 1 for every class. */
  classWeights?: ClassWeights
}

/**
 * Cross-entropy of the softmax of the logits, a mean over samples.
 *
 * @throws TypeError or RangeError for a setting of another type or outside its range.
 * @see Szegedy et al., "Rethinking the inception architecture for computer vision", 2016, for label smoothing
 */
export function crossEntropy(options?: CrossEntropyOptions): Loss {
  const given = check.options('crossEntropy', options, ['labelSmoothing', 'classWeights'])
  return Object.freeze({
    kind: 'crossEntropy',
    labelSmoothing: check.number('labelSmoothing', given.labelSmoothing ?? 0, 0, 1),
    classWeights: given.classWeights === undefined ? null : checkWeights(given.classWeights),
  })
}

/** Checks that a value is a loss; `name` is the argument's. */
export function lossArgument(name: string, candidate: unknown): Loss {
  const { kind, labelSmoothing, classWeights } = (candidate ?? {}) as Partial<Loss>
  const made = typeof labelSmoothing === 'number' && classWeights !== undefined
  if (kind === 'crossEntropy' && made) return candidate as Loss
  throw new TypeError(check.expected('a loss made by crossEntropy()', name, candidate))
}

/**
 * The loss for these classes.
 *
 * @param counts Photographs of each class in the training, for 'balanced'; a class without any weighs 1.
 * @throws RangeError: another number of weights than classes, or a weight for a name that no class has.
 */
export function lossSpec(
  { labelSmoothing, classWeights }: Loss,
  classes: readonly string[],
  counts: readonly number[],
): LossSpec {
  const weights = classWeights === null ? null : weightsOf(classWeights, classes, counts)
  return { kind: 'cross_entropy', labelSmoothing, classWeights: weights }
}

function weightsOf(
  given: ClassWeights,
  classes: readonly string[],
  counts: readonly number[],
): readonly number[] {
  if (given === 'balanced') {
    const total = counts.reduce((sum, count) => sum + count, 0)
    return counts.map((count) => (count === 0 ? 1 : total / (counts.length * count)))
  }
  if (isList(given)) {
    if (given.length === classes.length) return given
    throw new RangeError(check.expected(`${classes.length} numbers, one a class,`, 'classWeights', given))
  }
  const known = new Set(classes)
  for (const name of Object.keys(given)) {
    if (!known.has(name)) throw new RangeError(check.expected('names of classes alone', 'classWeights', name))
  }
  return classes.map((name) => (Object.hasOwn(given, name) ? (given[name] as number) : 1))
}

function checkWeights(given: unknown): ClassWeights {
  if (given === 'balanced') return given
  // Array.from visits holes, which map leaves out.
  if (Array.isArray(given))
    return Object.freeze(Array.from(given, (weight, label) => checkWeight(`${label}`, weight)))
  const entries = check.record('classWeights', "an array of numbers, an object or 'balanced'", given)
  const weights = entries.map(([name, weight]) => [name, checkWeight(name, weight)])
  return Object.freeze(Object.fromEntries(weights))
}

function checkWeight(key: string, weight: unknown): number {
  return check.number(`classWeights[${key}]`, weight, SMALLEST_WEIGHT, 1 / SMALLEST_WEIGHT)
}

/** `Array.isArray` does not tell a readonly array from an object. */
function isList(weights: Exclude<ClassWeights, 'balanced'>): weights is readonly number[] {
  return Array.isArray(weights)
}
