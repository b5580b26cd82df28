// Decodes a photograph of any common form to rows of red, green, blue bytes, off the main thread.

import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import type Sharp from 'sharp'
import * as check from '../check.js'
import { messageOf, TorchError } from '../errors.js'
import { fileError, plain, quoted } from '../files/index.js'
import { photographFormat } from './format.js'

/** Large enough for a telephone's 200 megapixels, small enough that a bomb cannot take the machine's memory. */
const PIXEL_LIMIT = 200_000_000
/** Bytes up to which a photograph is decoded without a look at its size, which costs a tenth of its decoding. */
const SMALL_FILE = 32 * 1024
/** Seen through transparent pixels: the page that viewers show behind them. */
const BACKGROUND = '#ffffff'

export interface DecodedImage {
  /** height x width x 3 bytes, red first, sRGB. */
  data: Uint8Array
  height: number
  width: number
}

export interface DecodeOptions {
  /**
   * Pixels a side that are wanted in the end. Photographs of at least four times that are shrunk while they
   * are decoded, which is several times faster; no side falls below twice of it. Defaults to full size.
   */
  targetSize?: number
}

/**
 * Decodes a JPEG, PNG, WebP, AVIF, TIFF or GIF (its first frame) to 3-channel sRGB bytes: upright by its EXIF
 * orientation, colours by its profile, grey, palette, CMYK and 16-bit pixels converted, transparent ones laid
 * on white. Up to 200 megapixels.
 *
 * @param input a path, or the bytes of the file
 * @throws TorchError IMAGE: the bytes are no such image, or a damaged or truncated one. FILE: the file cannot be read.
 * @example const { data, height, width } = await decodeImage('faces/train/n000123/1.jpg')
 */
export async function decodeImage(
  input: string | Uint8Array,
  options?: DecodeOptions,
): Promise<DecodedImage> {
  if (!(input instanceof Uint8Array)) {
    if (typeof input !== 'string') throw new TypeError(check.expected('a path or a Buffer', 'input', input))
    check.string('input', input)
  }
  const { targetSize } = check.options('options', options, ['targetSize'])
  if (targetSize !== undefined) check.integer('targetSize', targetSize, 1)
  const { data, height, width } = await decodeMeasured(input, targetSize)
  return { data, height, width }
}

/** A decoded photograph with what it was decoded from. */
export interface MeasuredImage extends DecodedImage {
  /** Pixels of the whole photograph, upright; `height` and `width` are smaller where it was shrunk. */
  fullHeight: number
  fullWidth: number
  /** The file's content. */
  bytes: Uint8Array
}

/**
 * As {@link decodeImage}, whose arguments were checked.
 *
 * @param smallFile Bytes up to which a photograph is not shrunk. Shrinking all costs a little where each is read once,
 *   and spares whoever walks over the pixels in JavaScript.
 */
export async function decodeMeasured(
  input: string | Uint8Array,
  targetSize?: number,
  smallFile = SMALL_FILE,
): Promise<MeasuredImage> {
  const sharp = await loadSharp()
  const name =
    typeof input === 'string' ? `The photograph ${quoted(input)}` : 'The photograph given as a Buffer'
  const bytes = typeof input === 'string' ? await readPhotograph(input) : input
  if (bytes.length === 0) throw new TorchError('IMAGE', `${name} is empty. Replace it or remove it.`)
  if (photographFormat(bytes) === null) {
    throw new TorchError(
      'IMAGE',
      `${name} is no JPEG, PNG, WebP, AVIF, TIFF or GIF. Convert it to one of these or remove it.`,
    )
  }
  try {
    return { ...(await decodeBytes(sharp, bytes, smallFile, targetSize)), bytes }
  } catch (cause) {
    const reason = plain(messageOf(cause)).replace(/\.$/, '')
    throw new TorchError('IMAGE', `${name} cannot be decoded: ${reason}. Replace it or remove it.`, { cause })
  }
}

async function decodeBytes(
  sharp: typeof Sharp,
  bytes: Uint8Array,
  smallFile: number,
  targetSize?: number,
): Promise<Omit<MeasuredImage, 'bytes'>> {
  // 'error' refuses what is truncated and lets pass what viewers do, such as stray bytes between JPEG markers.
  const image = sharp(bytes, { failOn: 'error', limitInputPixels: PIXEL_LIMIT }).autoOrient()
  let full: { width: number; height: number } | undefined
  if (targetSize !== undefined && bytes.length > smallFile) {
    full = (await image.metadata()).autoOrient
    const side = 2 * targetSize
    if (Math.min(full.width, full.height) >= 2 * side)
      image.resize({ width: side, height: side, fit: 'outside' })
  }
  const { data, info } = await image
    .flatten({ background: BACKGROUND })
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
  if (info.channels !== 3) throw new Error(`it has ${info.channels} channels after conversion to sRGB`)
  const { height, width } = info
  return { data, height, width, fullHeight: full?.height ?? height, fullWidth: full?.width ?? width }
}

/** Bytes of a regular file. A pipe is opened without waiting for a writer, then refused. */
async function readPhotograph(file: string): Promise<Uint8Array> {
  try {
    const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      if (!(await handle.stat()).isFile()) throw new Error('it is not a regular file')
      return await handle.readFile()
    } finally {
      await handle.close()
    }
  } catch (cause) {
    throw fileError('read the photograph', file, cause)
  }
}

/** Loaded on the first photograph: importing the package starts no image library. */
export async function loadSharp(): Promise<typeof Sharp> {
  try {
    return (await import('sharp')).default
  } catch (cause) {
    const reason = plain(messageOf(cause))
    throw new TorchError(
      'ADDON',
      `sharp, which decodes photographs, cannot be loaded: ${reason}. Run: npm install sharp`,
      {
        cause,
      },
    )
  }
}
