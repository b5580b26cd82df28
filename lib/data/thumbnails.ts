// Reads photographs again for a contact sheet.

import { forEachBounded } from './bounded.js'
import { type DecodedImage, decodeImage, isUnreadable } from './decode.js'
import { photographsAtOnce } from './many-images.js'

const TASK = 'Drawing the contact sheet'

/**
 * Photographs by their paths, decoded for tiles of `targetSize` pixels a side; those that cannot be read are absent.
 *
 * @throws TorchError ABORTED: the signal ended it.
 */
export async function thumbnails(
  files: Iterable<string>,
  targetSize: number,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, DecodedImage>> {
  const distinct = [...new Set(files)]
  const images = new Map<string, DecodedImage>()
  await forEachBounded(distinct.length, { limit: photographsAtOnce(), signal, task: TASK }, async (index) => {
    const file = distinct[index] as string
    try {
      images.set(file, await decodeImage(file, { targetSize }))
    } catch (failure) {
      if (!isUnreadable(failure)) throw failure
    }
  })
  return images
}
