// What a person may give as a photograph, and how it becomes pixels of the network's size.

import { fileURLToPath } from 'node:url'
import * as check from '../check.js'
import { decodeImage, isUnreadable } from '../data/index.js'
import type { TorchError } from '../errors.js'
import { type NativePixelPack, native, nativeCall, nativeNow } from '../native/index.js'

/** The bytes of an image file, the path of one, or its file URL. */
export type Photograph = Uint8Array | string | URL

/** A path or bytes, checked; `name` is the argument's. */
export function photographArgument(name: string, photograph: unknown): string | Uint8Array {
  if (photograph instanceof Uint8Array) return photograph
  if (photograph instanceof URL) {
    if (photograph.protocol === 'file:') return fileURLToPath(photograph)
    throw new TypeError(
      `Expected a file URL for ${name} but received one with the protocol ${photograph.protocol}`,
    )
  }
  if (typeof photograph === 'string') return check.string(name, photograph)
  throw new TypeError(check.expected('a Buffer, a path or a file URL', name, photograph))
}

export interface PackedPhotographs {
  /** A pack of its own, which the caller closes. */
  readonly pixels: NativePixelPack
  /** Why a photograph has no pixels, by its place in the list: code IMAGE or FILE. */
  readonly unreadable: ReadonlyMap<number, TorchError>
}

/** Decodes all photographs at once, so the caller bounds their number. */
export async function packPhotographs(
  photographs: readonly (string | Uint8Array)[],
  size: number,
): Promise<PackedPhotographs> {
  const spec = { count: photographs.length, height: size, width: size, file: null }
  const pixels = nativeNow(() => native().createPack(spec))
  const written = await Promise.allSettled(
    photographs.map((photograph, i) => packPhotograph(pixels, i, photograph)),
  )
  const unreadable = new Map<number, TorchError>()
  for (const [index, result] of written.entries()) {
    if (result.status === 'fulfilled') continue
    if (isUnreadable(result.reason)) unreadable.set(index, result.reason)
    else {
      pixels.close()
      throw result.reason
    }
  }
  return { pixels, unreadable }
}

async function packPhotograph(
  pixels: NativePixelPack,
  index: number,
  photograph: string | Uint8Array,
): Promise<void> {
  const { data, height, width } = await decodeImage(photograph, { targetSize: pixels.width })
  await nativeCall(pixels.take(index, data, height, width))
}
