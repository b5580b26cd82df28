// What a sharp pipeline makes of its image, within the limits that hold for files.

import type { Sharp as Image, Metadata } from 'sharp'
import { messageOf, TorchError } from '../errors.js'
import { plain } from '../files/index.js'
import {
  type DecodedImage,
  isHeldWhole,
  PIXEL_LIMIT,
  pixelsInTurn,
  withinHeld,
  withinScans,
  withinSides,
} from './decode.js'
import { streamEnded, withInput } from './pipeline-input.js'

/**
 * An instance of sharp, of whatever version: `sharp(file).autoOrient().extract(face)`. It must not change before it is
 * answered.
 */
export interface SharpPipeline {
  clone(): unknown
  metadata(): Promise<object>
  toColourspace(colourspace?: string): unknown
}

/** Those that a file may have, and the pixels that an instance was made of. */
const FORMATS = new Set<string | undefined>(['jpeg', 'png', 'webp', 'heif', 'tiff', 'gif', 'raw', undefined])
/** Seconds for the end of its stream, for its header, and for what it does with its pixels. */
const SECONDS = 10

export function isPipeline(given: object): given is SharpPipeline {
  const methods = ['clone', 'metadata', 'toColourspace', 'flatten', 'raw', 'timeout', 'toBuffer'] as const
  return methods.every((method) => typeof (given as Record<string, unknown>)[method] === 'function')
}

/**
 * 3-channel sRGB bytes of what a clone of the pipeline makes, so that it stays as it is. What holds for a file holds for its
 * input, whatever its own limits are; orientation by EXIF is the pipeline's business.
 *
 * @throws TorchError IMAGE, and FILE where it is made of a file that cannot be read
 */
export async function decodePipeline(pipeline: SharpPipeline, seconds = SECONDS): Promise<DecodedImage> {
  try {
    const image = pipeline.clone() as Image // here and not before: it copies the bytes of its input
    await withinTime(streamEnded(image), seconds)
    return await withInput(image, async (bytes) => {
      const metadata = await withinTime(image.metadata(), seconds)
      refuse(metadata)
      if (bytes !== null) withinScans(bytes, metadata)
      return withinSides(await pixelsInTurn(image.timeout({ seconds }), metadata))
    })
  } catch (cause) {
    if (cause instanceof TorchError) throw cause
    const reason = plain(messageOf(cause)).replace(/\.$/, '')
    throw new TorchError('IMAGE', `The photograph given as a sharp instance cannot be decoded: ${reason}.`, {
      cause,
    })
  }
}

/** Its header is all that is read so far. */
function refuse(metadata: Metadata): void {
  const { format, compression, width, height } = withinSides(metadata)
  if (!FORMATS.has(format) || (format === 'heif' && compression !== 'av1'))
    throw new Error(`it is ${format}, no JPEG, PNG, WebP, AVIF, TIFF or GIF`)
  if (width * height > PIXEL_LIMIT) throw new Error(`it has more than ${PIXEL_LIMIT / 1e6} megapixels`)
  if (format !== 'raw' && format !== undefined && isHeldWhole(metadata)) withinHeld(metadata)
}

/** A pipeline that waits for a stream would hold its place as long as the stream likes. */
async function withinTime<T>(work: Promise<T>, seconds: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`its input did not end within ${seconds} s`)), 1000 * seconds)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
