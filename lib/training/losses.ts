// Losses as values: what a person chose, with every default filled in.

import * as check from '../check.js'
import type { LossSpec } from '../native/index.js'

/** A loss and its settings, made by {@link crossEntropy}. Immutable. */
export interface Loss {
  readonly kind: 'crossEntropy'
  readonly spec: Readonly<LossSpec>
}

export interface CrossEntropyOptions {
  /** The share of each target that is spread evenly over all classes, in [0, 1]. Defaults to 0. */
  labelSmoothing?: number
}

/**
 * Cross-entropy of the softmax of the logits, a mean over samples.
 *
 * @throws TypeError or RangeError for a setting of another type or outside its range.
 * @see Szegedy et al., "Rethinking the inception architecture for computer vision", 2016, for label smoothing
 */
export function crossEntropy(options?: CrossEntropyOptions): Loss {
  const given = check.options('crossEntropy', options, ['labelSmoothing'])
  const labelSmoothing = check.number('labelSmoothing', given.labelSmoothing ?? 0, 0, 1)
  return Object.freeze({
    kind: 'crossEntropy',
    spec: Object.freeze({ kind: 'cross_entropy', labelSmoothing }),
  })
}

/** Checks that a value is a loss; `name` is the argument's. */
export function lossArgument(name: string, candidate: unknown): Loss {
  if (((candidate ?? {}) as Partial<Loss>).spec?.kind === 'cross_entropy') return candidate as Loss
  throw new TypeError(check.expected('a loss made by crossEntropy()', name, candidate))
}
