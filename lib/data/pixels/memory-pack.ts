// The pack of a dataset in memory: decoded anew by each training.

import { type NativePixelPack, native, nativeNow } from '../../native/index.js'
import { DECODING, decodeInto } from './decode-into.js'
import type { PackRequest } from './disk-pack.js'
import type { Pack } from './pack-file.js'
import { refuseUnreadable } from './unreadable.js'

/** @throws TorchError DATASET: more than 1 % of the photographs cannot be read. ABORTED: the signal ended it. */
export async function memoryPack({ dataset, size, signal, onProgress }: PackRequest): Promise<Pack> {
  const total = dataset.length
  const pixels: NativePixelPack = nativeNow(() =>
    native('training').createPack({ count: total, height: size, width: size, file: null }),
  )
  try {
    const unreadable = new Map<number, string>()
    let done = 0
    const targetOf = (record: number) => ({ record, file: dataset.at(record).file })
    await decodeInto(pixels, total, targetOf, {
      signal,
      onDecoded: (record, decoded) => {
        if ('reason' in decoded) unreadable.set(record, decoded.reason)
        onProgress?.({ task: DECODING, done: ++done, total })
      },
    })
    const inOrder = [...unreadable].sort(([a], [b]) => a - b)
    refuseUnreadable(
      inOrder.map(([record, reason]) => ({ file: dataset.at(record).file, reason })),
      total,
    )
    return { pixels, unreadable, key: null }
  } catch (failure) {
    pixels.close()
    throw failure
  }
}
