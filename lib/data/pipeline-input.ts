// The bytes that a sharp pipeline is made of, which are held to what holds for a file before a decoder sees them.

import { once } from 'node:events'
import type { Sharp as Image } from 'sharp'
import { withinAvifSides } from './decode.js'
import { firstFrame } from './first-frame.js'
import { photographFormat } from './format.js'
import { FILE_LIMIT, withPhotograph } from './photograph-file.js'

/** What sharp keeps of its input. It is no part of its interface: where another version has none, its own limits hold alone. */
interface PipelineInput {
  readonly file?: string
  /** A list of pieces before the end of a stream. */
  buffer?: unknown
  readonly page?: number
  readonly pages?: number
  /** Above 0 where the bytes are pixels. */
  readonly rawWidth?: number
}

function inputOf(image: Image): PipelineInput {
  return (image as { options?: { input?: PipelineInput } }).options?.input ?? {}
}

/** Resolves when a pipeline that is fed by a stream has all of it. */
export async function streamEnded(image: Image): Promise<void> {
  if (Array.isArray(inputOf(image).buffer)) await once(image, 'finish')
}

/**
 * Gives `use` the bytes of the image that the pipeline is made of, null where it is made of something else. A file is read
 * here, and of an animation the first frame is left, unless the pipeline asks for others.
 *
 * @throws Error: the bytes are no photograph's; TorchError FILE; and what `use` throws
 */
export async function withInput<T>(image: Image, use: (bytes: Uint8Array | null) => Promise<T>): Promise<T> {
  const input = inputOf(image)
  const { file, buffer, rawWidth } = input
  if (rawWidth) return use(null)
  if (buffer instanceof Uint8Array) return use(taken(input, buffer))
  if (file === undefined) return use(null)
  return withPhotograph(file, async (bytes) => use(taken(input, bytes)))
}

function taken(input: PipelineInput, bytes: Uint8Array): Uint8Array {
  if (photographFormat(bytes) === null) throw new Error('it is no JPEG, PNG, WebP, AVIF, TIFF or GIF')
  if (bytes.length > FILE_LIMIT) throw new Error(`it has more than ${FILE_LIMIT / 2 ** 20} MB`)
  withinAvifSides(bytes)
  const isFirst = (input.page ?? 0) === 0 && (input.pages ?? 1) === 1
  const left = isFirst ? firstFrame(bytes) : bytes
  input.buffer = Buffer.from(left.buffer, left.byteOffset, left.byteLength) // sharp reads no file where there are bytes
  return left
}
