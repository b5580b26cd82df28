// What a person may give as a photograph, and how it becomes pixels of the network's size.

import { fileURLToPath } from 'node:url'
import * as check from '../check.js'
import {
  checkRawPixels,
  type DecodedImage,
  decodeImage,
  decodePipeline,
  decodeRaw,
  isPipeline,
  isUnreadable,
  type RawPixels,
  type SharpPipeline,
} from '../data/index.js'
import type { TorchError } from '../errors.js'
import { type NativePixelPack, native, nativeCall, nativeNow } from '../native/index.js'

/** The bytes of an image file, the path of one, its file URL, decoded pixels, or an instance of sharp. */
export type Photograph = Uint8Array | string | URL | RawPixels | SharpPipeline

/** A photograph that was checked. */
export type GivenPhotograph =
  | Uint8Array
  | string
  | { readonly raw: Required<RawPixels> }
  | { readonly pipeline: SharpPipeline }

/** Checked; `name` is the argument's. */
export function photographArgument(name: string, photograph: unknown): GivenPhotograph {
  if (photograph instanceof Uint8Array) return photograph
  if (photograph instanceof URL) {
    if (photograph.protocol === 'file:') return fileURLToPath(photograph)
    throw new TypeError(
      `Expected a file URL for ${name} but received one with the protocol ${photograph.protocol}`,
    )
  }
  if (typeof photograph === 'string') return check.string(name, photograph)
  if (typeof photograph === 'object' && photograph !== null) {
    if (isPipeline(photograph)) return { pipeline: photograph }
    if ('data' in photograph) return { raw: checkRawPixels(name, photograph as RawPixels) }
  }
  throw new TypeError(
    check.expected('a Buffer, a path, a file URL, raw pixels or an instance of sharp', name, photograph),
  )
}

export interface PackedPhotographs {
  /** A pack of its own, which the caller closes. */
  readonly pixels: NativePixelPack
  /** Why a photograph has no pixels, by its place in the list: code IMAGE or FILE. */
  readonly unreadable: ReadonlyMap<number, TorchError>
}

/** Decodes all photographs at once, so the caller bounds their number. */
export async function packPhotographs(
  photographs: readonly GivenPhotograph[],
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

/** Decodes a photograph into a record. */
export async function packPhotograph(
  pixels: NativePixelPack,
  index: number,
  photograph: GivenPhotograph,
): Promise<void> {
  const { data, height, width } = await decoded(photograph, pixels.width)
  await nativeCall(pixels.take(index, data, height, width))
}

function decoded(photograph: GivenPhotograph, targetSize: number): Promise<DecodedImage> {
  if (typeof photograph === 'string' || photograph instanceof Uint8Array)
    return decodeImage(photograph, { targetSize })
  return 'raw' in photograph ? decodeRaw(photograph.raw) : decodePipeline(photograph.pipeline)
}
