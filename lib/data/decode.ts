// Decodes a photograph of any common form to rows of red, green, blue bytes, off the main thread.

import type Sharp from 'sharp'
import type { Sharp as Image, Metadata } from 'sharp'
import * as check from '../check.js'
import { messageOf, TorchError } from '../errors.js'
import { plain, quoted } from '../files/index.js'
import { firstFrame } from './first-frame.js'
import { jpegScans, largestAvifSide, photographFormat } from './format.js'
import { queue } from './in-turn.js'
import { withPhotograph } from './photograph-file.js'

/** Large enough for a telephone's 200 megapixels, small enough that a bomb cannot take the machine's memory. */
export const PIXEL_LIMIT = 200_000_000
/** The same where the decoder holds the whole picture, 40 bytes of WebP can claim it and AVIF takes seconds for it. */
const HELD_PIXEL_LIMIT = 65_000_000
/** What the pack and the networks take. */
export const SIDE_LIMIT = 16_384
/**
 * Pixels times scans of a progressive JPEG. Encoders make about ten scans; each goes through all pixels, and one of a
 * hundred bytes can do so for nothing.
 */
const SCANNED_LIMIT = 2_000_000_000
/** Of memory for a pixel: what the decoder holds and what is made of it. */
const HELD_BYTES = 8
/** Photographs that take more of memory are decoded one after another. */
const TURN_BYTES = 200_000_000
/** Bytes up to which a photograph is decoded without a look at its size, which costs a tenth of its decoding. */
const SMALL_FILE = 32 * 1024
/** Pixels that are taken for granted of such a file. */
const SMALL_PIXELS = 4_000_000
/** Seen through transparent pixels: the page that viewers show behind them. */
const BACKGROUND = '#ffffff'

const picturesInTurn = queue()

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
 * on white. Up to 200 megapixels, 65 in forms that are held in memory as a whole (WebP, AVIF, GIF, progressive JPEG,
 * interlaced PNG), 16,384 pixels a side and files of 512 MB.
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
  if (typeof input !== 'string')
    return decodeNamed(sharp, 'The photograph given as a Buffer', input, smallFile, targetSize)
  return withPhotograph(input, (bytes) =>
    decodeNamed(sharp, `The photograph ${quoted(input)}`, bytes, smallFile, targetSize),
  )
}

/** @param name As it begins a sentence. */
async function decodeNamed(
  sharp: typeof Sharp,
  name: string,
  bytes: Uint8Array,
  smallFile: number,
  targetSize?: number,
): Promise<MeasuredImage> {
  if (bytes.length === 0) throw new TorchError('IMAGE', `${name} is empty. Replace it or remove it.`)
  if (photographFormat(bytes) === null) {
    throw new TorchError(
      'IMAGE',
      `${name} is no JPEG, PNG, WebP, AVIF, TIFF or GIF. Convert it to one of these or remove it.`,
    )
  }
  try {
    return { ...(await decodeBytes(sharp, firstFrame(bytes), smallFile, targetSize)), bytes }
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
  withinAvifSides(bytes)
  if (bytes.length <= smallFile) {
    // Whatever this refuses is looked at once more, with care.
    const decoded = await pixelsOf(opened(sharp, bytes, SMALL_PIXELS)).catch(() => null)
    if (decoded !== null) return measured(withinSides(decoded), decoded)
  }
  const image = opened(sharp, bytes, PIXEL_LIMIT)
  const metadata = withinSides(await image.metadata())
  const { width, height, orientation = 1 } = metadata
  const isHeld = isHeldWhole(metadata)
  if (isHeld) withinHeld(metadata)
  withinScans(bytes, metadata)
  const side = 2 * (targetSize ?? Number.POSITIVE_INFINITY)
  const isShrunk = Math.min(width, height) >= 2 * side
  if (isShrunk) image.resize({ width: side, height: side, fit: 'outside' })
  const isStreamed = isShrunk && !isHeld && orientation === 1
  const decoded = await (isStreamed ? pixelsOf(image) : pixelsInTurn(image, metadata))
  return measured(decoded, metadata.autoOrient)
}

/** As {@link pixelsOf}, of pictures that take much memory one after another. */
export function pixelsInTurn(image: Image, { width, height }: Sides): Promise<DecodedImage> {
  const isLarge = width * height * HELD_BYTES > TURN_BYTES
  return isLarge ? picturesInTurn(() => pixelsOf(image)) : pixelsOf(image)
}

interface Sides {
  readonly width: number
  readonly height: number
}

function measured(decoded: DecodedImage, { width, height }: Sides): Omit<MeasuredImage, 'bytes'> {
  return { ...decoded, fullHeight: height, fullWidth: width }
}

function opened(sharp: typeof Sharp, bytes: Uint8Array, limitInputPixels: number): Image {
  // 'error' refuses what is truncated and lets pass what viewers do, such as stray bytes between JPEG markers.
  return sharp(bytes, { failOn: 'error', limitInputPixels }).autoOrient()
}

/** Whether the decoder needs all of the picture before it gives a row. */
export function isHeldWhole({ format, isProgressive }: Metadata): boolean {
  return isProgressive === true || !['jpeg', 'png', 'tiff'].includes(format ?? '')
}

/** Throws where an AVIF has too long a side: libvips prints to stderr where one is beyond its own limit. */
export function withinAvifSides(bytes: Uint8Array): void {
  if (largestAvifSide(bytes) > SIDE_LIMIT) throw new Error(`it has more than ${SIDE_LIMIT} pixels a side`)
}

/** Throws where a progressive JPEG goes through its pixels too often. */
export function withinScans(bytes: Uint8Array, metadata: Metadata): void {
  const { format, width, height } = metadata
  if (format !== 'jpeg' || !isHeldWhole(metadata)) return
  const most = Math.floor(SCANNED_LIMIT / (width * height))
  if (jpegScans(bytes, most + 1) > most)
    throw new Error(`it has more than ${most} scans, too many for ${width} x ${height} pixels`)
}

/** Throws where a picture has more pixels than a decoder may hold as a whole. */
export function withinHeld({ width, height }: Sides): void {
  if (width * height > HELD_PIXEL_LIMIT)
    throw new Error(`it has more than ${HELD_PIXEL_LIMIT / 1e6} megapixels, which this form cannot have here`)
}

export function withinSides<T extends Sides>(size: T): T {
  if (Math.max(size.width, size.height) <= SIDE_LIMIT) return size
  throw new Error(`it has ${size.width} x ${size.height} pixels, more than ${SIDE_LIMIT} a side`)
}

/** 3-channel sRGB bytes of what is left of a picture, transparent pixels laid on white. */
export async function pixelsOf(image: Image): Promise<DecodedImage> {
  const { data, info } = await image
    .flatten({ background: BACKGROUND })
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
  if (info.channels !== 3) throw new Error(`it has ${info.channels} channels after conversion to sRGB`)
  return { data, height: info.height, width: info.width }
}

/** Whether what decoding threw says that the photograph, and nothing else, is to blame. */
export function isUnreadable(failure: unknown): failure is TorchError {
  return failure instanceof TorchError && (failure.code === 'IMAGE' || failure.code === 'FILE')
}

let loaded: typeof Sharp | undefined

/** Loaded on the first photograph: importing the package starts no image library. An import costs 0.1 ms each time. */
export async function loadSharp(): Promise<typeof Sharp> {
  try {
    loaded ??= (await import('sharp')).default
    return loaded
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
