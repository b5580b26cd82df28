// What rows of a network's outputs say of people.

import { TorchError } from '../errors.js'
import type { Identification, Verification } from './predictor-options.js'
import { type Candidate, candidates } from './ranking.js'

/** @throws TorchError NOT_FINITE */
export function finiteCopy(row: Float32Array): Float32Array {
  if (row.every(Number.isFinite)) return row.slice()
  throw notFinite()
}

/**
 * The `top` most probable identities, most probable first.
 *
 * @throws TorchError NOT_FINITE
 */
export function named(row: ArrayLike<number>, classes: readonly string[], top: number): Candidate[] {
  // One logit that is no number makes all probabilities such.
  if (!Number.isFinite(row[0])) throw notFinite()
  return candidates(row, classes, top)
}

function notFinite(): TorchError {
  return new TorchError(
    'NOT_FINITE',
    'The model gives no numbers for this photograph: some of its weights are NaN or infinite. Open another checkpoint.',
  )
}

/** @param embeddings of both photographs */
export function verification(embeddings: readonly Float32Array[], threshold: number): Verification {
  const [one, other] = embeddings as [Float32Array, Float32Array]
  const similarity = cosine(one, other)
  return { similarity, threshold, same: similarity >= threshold }
}

/** @param probabilities (classes) */
export function identification(
  probabilities: Float32Array,
  classes: readonly string[],
  threshold: number,
): Identification {
  const [{ identity, probability }] = named(probabilities, classes, 1) as [Candidate]
  return { identity: probability >= threshold ? identity : null, probability, threshold }
}

/** Of two embeddings of unit length, in [-1, 1] but for rounding. */
export function cosine(one: Float32Array, other: Float32Array): number {
  let sum = 0
  for (let i = 0; i < one.length; i++) sum += (one[i] as number) * (other[i] as number)
  return sum
}
