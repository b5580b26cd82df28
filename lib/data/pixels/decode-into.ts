// Decodes photographs into records of a pack, on all cores, a bounded number at once.

import { type NativePixelPack, nativeCall } from '../../native/index.js'
import { forEachBounded } from '../bounded.js'
import { decodeImage, isUnreadable } from '../decode.js'
import { photographsAtOnce, withOneThreadAnImage } from '../many-images.js'

export const DECODING = 'Decoding photographs'

/** A photograph and the record that it is decoded into. */
export interface DecodeTarget {
  readonly file: string
  readonly record: number
}

/** How decoding ended: the CRC-32C of the record, or why the photograph cannot be read. */
export type Decoded = { readonly checksum: number } | { readonly reason: string }

/**
 * Decodes `count` photographs. A refusal of the pack itself is thrown.
 *
 * @param targetOf Called once for each number below `count`, in order.
 */
export async function decodeInto(
  pixels: NativePixelPack,
  count: number,
  targetOf: (number: number) => DecodeTarget,
  {
    signal,
    onDecoded,
  }: { signal: AbortSignal | undefined; onDecoded: (number: number, decoded: Decoded) => void },
): Promise<void> {
  await withOneThreadAnImage(() =>
    forEachBounded(count, { limit: photographsAtOnce(), signal, task: DECODING }, async (number) => {
      onDecoded(number, await decodeRecord(pixels, targetOf(number)))
    }),
  )
}

async function decodeRecord(pixels: NativePixelPack, { file, record }: DecodeTarget): Promise<Decoded> {
  let image: Awaited<ReturnType<typeof decodeImage>>
  try {
    image = await decodeImage(file, { targetSize: pixels.height })
  } catch (failure) {
    if (isUnreadable(failure)) return { reason: failure.message }
    throw failure
  }
  return { checksum: await nativeCall(pixels.take(record, image.data, image.height, image.width)) }
}
