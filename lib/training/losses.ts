// Losses as values: what a person chose, with every default filled in.

import * as check from '../check.js'
import type { HeadSpec, LossSpec } from '../native/index.js'

/** A batch of nothing but weights of 0 would have no mean. */
const SMALLEST_WEIGHT = 1e-12

const MARGIN_OPTIONS = ['margin', 'labelSmoothing', 'classWeights'] as const
/** Radians: with a right angle, about 1.57, no photograph could have a logit of its own identity above 0. */
const LARGEST_ANGLE = 1.5

interface Settings {
  readonly labelSmoothing: number
  /** null: all 1. */
  readonly classWeights: ClassWeights | null
}

/** A loss and its settings, made by {@link crossEntropy}, {@link arcFace} or {@link cosFace}. Immutable. */
export type Loss =
  | (Settings & { readonly kind: 'crossEntropy' })
  | (Settings & { readonly kind: 'arcFace' | 'cosFace'; readonly margin: number })

/**
 * How much a photograph of each class counts: one number a class in the order of the labels, numbers by the names of classes
 * (1 for those that are not named), or 'balanced': photographs / (classes x photographs of the class), so that each class
 * counts the same in the training, whatever its size.
 */
export type ClassWeights = readonly number[] | Readonly<Record<string, number>> | 'balanced'

/** Of `crossEntropy()`. */
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
  return Object.freeze({ kind: 'crossEntropy', ...settingsOf(given) })
}

/** Of `arcFace()` and `cosFace()`. */
export interface MarginOptions extends CrossEntropyOptions {
  /** {@link arcFace}: radians, in [0, 1.5], defaults to 0.5. {@link cosFace}: in [0, 1], defaults to 0.35. */
  margin?: number
}

/**
 * Additive angular margin: cross-entropy in which each photograph's angle to its own identity is made larger by `margin`,
 * so that it must lie nearer to it than to any other by that much. An angle of more than pi - margin takes
 * cos(angle) - margin * sin(margin) instead, which goes on falling. Needs `cosineHead()`.
 *
 * The margin is taken in training alone. Validation and `Predictor.evaluate()` measure the plain cross-entropy of
 * the logits, as a photograph to be named comes without a label to take a margin from: the loss of an epoch's training is
 * well above that of its validation, and losses of runs with other margins compare.
 *
 * With mixup or CutMix the loss is the mean of those of both labels by their shares; in each the margin is that
 * of its own label.
 *
 * @throws TypeError or RangeError for a setting of another type or outside its range.
 * @see Deng et al., "ArcFace: additive angular margin loss for deep face recognition", 2019
 * @example classifier.cosineHead().trainer({ train, val }).loss(arcFace({ margin: 0.3, labelSmoothing: 0.1 }))
 */
export function arcFace(options?: MarginOptions): Loss {
  const given = check.options('arcFace', options, MARGIN_OPTIONS)
  const margin = check.number('margin', given.margin ?? 0.5, 0, LARGEST_ANGLE)
  return Object.freeze({ kind: 'arcFace', margin, ...settingsOf(given) })
}

/**
 * Additive cosine margin: as {@link arcFace}, but each photograph's cosine to its own identity is made smaller by `margin`.
 *
 * @throws TypeError or RangeError for a setting of another type or outside its range.
 * @see Wang et al., "CosFace: large margin cosine loss for deep face recognition", 2018
 * @example classifier.cosineHead({ scale: 64 }).trainer({ train, val }).loss(cosFace())
 */
export function cosFace(options?: MarginOptions): Loss {
  const given = check.options('cosFace', options, MARGIN_OPTIONS)
  const margin = check.number('margin', given.margin ?? 0.35, 0, 1)
  return Object.freeze({ kind: 'cosFace', margin, ...settingsOf(given) })
}

function settingsOf({ labelSmoothing, classWeights }: CrossEntropyOptions): Settings {
  return {
    labelSmoothing: check.number('labelSmoothing', labelSmoothing ?? 0, 0, 1),
    classWeights: classWeights === undefined ? null : checkWeights(classWeights),
  }
}

/** Checks that a value is a loss; `name` is the argument's. */
export function lossArgument(name: string, candidate: unknown): Loss {
  const given = (candidate ?? {}) as Partial<Loss> & { readonly margin?: unknown }
  const { kind, labelSmoothing, classWeights, margin } = given
  const hasMargin = (kind === 'arcFace' || kind === 'cosFace') && typeof margin === 'number'
  const made = typeof labelSmoothing === 'number' && classWeights !== undefined
  if (made && (kind === 'crossEntropy' || hasMargin)) return candidate as Loss
  throw new TypeError(
    check.expected('a loss made by crossEntropy(), arcFace() or cosFace()', name, candidate),
  )
}

/**
 * The loss for these classes.
 *
 * @param counts Photographs of each class in the training, for 'balanced'; a class without any weighs 1.
 * @throws RangeError: another number of weights than classes, or a weight for a name that no class has.
 */
export function lossSpec(loss: Loss, classes: readonly string[], counts: readonly number[]): LossSpec {
  const { labelSmoothing } = loss
  const classWeights = loss.classWeights === null ? null : weightsOf(loss.classWeights, classes, counts)
  if (loss.kind === 'crossEntropy') return { kind: 'cross_entropy', labelSmoothing, classWeights }
  const kind = loss.kind === 'arcFace' ? 'arc_face' : 'cos_face'
  return { kind, margin: loss.margin, labelSmoothing, classWeights }
}

/** @throws TypeError for a margin without the angles that it is taken from. */
export function checkLossFits({ kind }: Loss, head: HeadSpec): void {
  if (kind === 'crossEntropy' || head.kind === 'cosine') return
  throw new TypeError(
    `Expected .cosineHead() for ${kind}(), whose margin is one of angles; other heads train with crossEntropy()`,
  )
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
