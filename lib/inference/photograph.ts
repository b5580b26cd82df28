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

/** Of one photograph or of a list, checked. */
export function photographArguments(given: Photograph | readonly Photograph[]): GivenPhotograph[] {
  if (!Array.isArray(given)) return [photographArgument('photograph', given)]
  return given.map((one, index) => photographArgument(`photographs[${index}]`, one))
}

export interface PackedPhotographs {
  /** A pack for each size, in their order, which the caller closes. */
  readonly packs: readonly NativePixelPack[]
  /** Why a photograph has no pixels, by its place in the list: code IMAGE or FILE. */
  readonly unreadable: ReadonlyMap<number, TorchError>
}

/** Decodes all photographs at once, so the caller bounds their number; each once, whatever the number of sizes. */
export async function packPhotographs(
  photographs: readonly GivenPhotograph[],
  sizes: readonly number[],
): Promise<PackedPhotographs> {
  const packs = sizes.map((size) => {
    const spec = { count: photographs.length, height: size, width: size, file: null }
    return nativeNow(() => native().createPack(spec))
  })
  const written = await Promise.allSettled(
    photographs.map((photograph, i) => packPhotograph(packs, i, photograph)),
  )
  const unreadable = new Map<number, TorchError>()
  for (const [index, result] of written.entries()) {
    if (result.status === 'fulfilled') continue
    if (isUnreadable(result.reason)) unreadable.set(index, result.reason)
    else {
      for (const pack of packs) pack.close()
      throw result.reason
    }
  }
  return { packs, unreadable }
}

/** Decodes a photograph into the record of this index of each pack. */
export async function packPhotograph(
  packs: readonly NativePixelPack[],
  index: number,
  photograph: GivenPhotograph,
): Promise<void> {
  const largest = Math.max(...packs.map(({ width }) => width))
  const { data, height, width } = await decoded(photograph, largest)
  const last = packs.at(-1) as NativePixelPack // it is given the bytes, the others read them before
  for (const pack of packs.slice(0, -1)) await nativeCall(pack.write(index, data, height, width))
  await nativeCall(last.take(index, data, height, width))
}

function decoded(photograph: GivenPhotograph, targetSize: number): Promise<DecodedImage> {
  if (typeof photograph === 'string' || photograph instanceof Uint8Array)
    return decodeImage(photograph, { targetSize })
  return 'raw' in photograph ? decodeRaw(photograph.raw) : decodePipeline(photograph.pipeline)
}
