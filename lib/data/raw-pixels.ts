// Pixels that are decoded already: a camera's, a canvas's, another library's.

import * as check from '../check.js'
import { messageOf, TorchError } from '../errors.js'
import { type DecodedImage, loadSharp, PIXEL_LIMIT, pixelsOf, SIDE_LIMIT } from './decode.js'

/** Decoded pixels in sRGB, row by row, upright; a canvas's ImageData is one. They must not change before they are answered. */
export interface RawPixels {
  /** height x width x channels bytes in [0, 255]. */
  readonly data: Uint8Array | Uint8ClampedArray
  /** In [1, 16384]; width x height up to 200 million. */
  readonly width: number
  readonly height: number
  /** 1: grey; 3: red, green, blue; 4: these and alpha, laid on white. Defaults to the number that fits the bytes. */
  readonly channels?: 1 | 3 | 4
}

const CHANNELS = [1, 3, 4] as const

/** As decoding gives them, in memory of their own: the caller may give the bytes to another thread. */
export async function decodeRaw({
  data,
  width,
  height,
  channels,
}: Required<RawPixels>): Promise<DecodedImage> {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  if (channels === 3) return { data: bytes.slice(), width, height }
  const sharp = await loadSharp()
  try {
    return await pixelsOf(sharp(bytes, { raw: { width, height, channels }, limitInputPixels: PIXEL_LIMIT }))
  } catch (cause) {
    throw new TorchError('IMAGE', `The raw pixels cannot be converted: ${messageOf(cause)}`, { cause })
  }
}

/** Pixels with every default filled in; `name` is the argument's. */
export function checkRawPixels(name: string, given: RawPixels): Required<RawPixels> {
  const { data } = given
  if (!(data instanceof Uint8Array) && !(data instanceof Uint8ClampedArray))
    throw new TypeError(check.expected('a Uint8Array', `${name}.data`, data))
  const width = check.integer(`${name}.width`, given.width, 1, SIDE_LIMIT)
  const height = check.integer(`${name}.height`, given.height, 1, SIDE_LIMIT)
  if (width * height > PIXEL_LIMIT)
    throw new RangeError(`Expected at most ${PIXEL_LIMIT / 1e6} megapixels for ${name} but received more`)
  const channels = given.channels ?? data.length / (width * height)
  const known = CHANNELS.find((number) => number === channels)
  if (given.channels !== undefined && known === undefined)
    throw new RangeError(check.expected('1, 3 or 4', `${name}.channels`, channels))
  if (known === undefined || data.length !== width * height * known) {
    const wanted = CHANNELS.map((number) => (known ?? number) === number && width * height * number)
    throw new RangeError(
      `Expected ${wanted.filter(Boolean).join(' or ')} bytes for ${name}.data but received ${data.length}`,
    )
  }
  return { data, width, height, channels: known }
}
