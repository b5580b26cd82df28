// Which photographs train and which validate.

import type { FaceDataset } from '@facecls/torch'

/**
 * Divides a data set: of each identity a fifth of its photographs, rounded down but at least one, is for validation. Where
 * identities differ in size, the share as a whole is right and each is as near to it as it can be.
 */
export function divide(faces: FaceDataset, seed: number): { train: FaceDataset; val: FaceDataset } {
  const val = validationShare(faces.counts())
  return faces.split({ train: 1 - val, val }, { seed })
}

/** The share of all photographs, in (0, 1), that `divide` keeps for validation. */
export function validationShare(counts: readonly number[]): number {
  const kept = counts.reduce((sum, count) => sum + Math.max(1, Math.floor(count / 5)), 0)
  return kept / counts.reduce((sum, count) => sum + count, 0)
}
