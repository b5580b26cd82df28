// Tells a model from all others by what it makes of a photograph: its weights, identities, image size and normalisation.

import { createHash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import type { BundleMetadata } from '../model/index.js'
import type { NamedTensor } from '../weights/index.js'

/** Hashed at once, in a few milliseconds. */
const PIECE_BYTES = 2 ** 22

/** SHA-256 as 64 hexadecimal digits; metrics, recipe and versions do not count. About 0.1 s for 90 MB. */
export async function modelDigest(
  { architecture, head, classes, inputSize, normalisation }: BundleMetadata,
  tensors: readonly NamedTensor[],
): Promise<string> {
  const { mean, std } = normalisation
  const layout = tensors.map(({ name, shape, dtype }) => [name, shape, dtype])
  const hash = createHash('sha256')
  hash.update(JSON.stringify([architecture, head, classes, inputSize, [...mean], [...std], layout]))
  let held = 0 // bytes since others had their turn
  for (const { data } of tensors) {
    for (let start = 0; start < data.byteLength; start += PIECE_BYTES) {
      const piece = data.subarray(start, start + PIECE_BYTES)
      hash.update(piece)
      held += piece.byteLength
      if (held < PIECE_BYTES) continue
      await setImmediate()
      held = 0
    }
  }
  return hash.digest('hex')
}
