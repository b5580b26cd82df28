// Decodes every photograph once, and keeps a few numbers of each.

import { webcrypto } from 'node:crypto'
import { forEachBounded } from '../bounded.js'
import { decodeMeasured, isUnreadable } from '../decode.js'
import { photographsAtOnce, withOneThreadAnImage } from '../many-images.js'
import { Fingerprints } from './fingerprint.js'
import { contentOf } from './frame.js'
import { lightnessOf } from './lightness.js'
import type { CheckedSettings } from './options.js'

/** Photographs are shrunk to no less than twice this many pixels a side before they are looked at. */
const LOOKED_AT = 32
/** A standard deviation of the lightness, of 255, below which there is nothing to see. */
const BLANK = 5
/** Words of a SHA-256. */
export const DIGEST_WORDS = 8
const TASK = 'Inspecting photographs'

/** What was seen of each photograph, by its position: about 220 bytes each, and no pixel. */
export class Scan {
  readonly length: number
  /** Pixels of the whole photograph; 0 where it could not be read. */
  readonly widths: Int32Array
  readonly heights: Int32Array
  /** Standard deviation of the lightness. */
  readonly deviations: Float32Array
  /** The largest difference between the channels of one pixel. */
  readonly colours: Uint8Array
  /** Share of the photograph that bands of one colour leave. */
  readonly contents: Float32Array
  /** SHA-256 of the file. */
  readonly digests: Uint32Array
  readonly prints: Fingerprints
  /** Why a photograph cannot be read. */
  readonly unreadable = new Map<number, string>()

  constructor(length: number) {
    this.length = length
    this.widths = new Int32Array(length)
    this.heights = new Int32Array(length)
    this.deviations = new Float32Array(length)
    this.colours = new Uint8Array(length)
    this.contents = new Float32Array(length)
    this.digests = new Uint32Array(length * DIGEST_WORDS)
    this.prints = new Fingerprints(length)
  }

  isBlank(index: number): boolean {
    return (this.deviations[index] as number) < BLANK
  }

  /** Ascending positions of the photographs among the first `count` that could be read and pass. */
  readable(count: number, passes: (index: number) => boolean = () => true): number[] {
    const indices: number[] = []
    for (let index = 0; index < count; index++)
      if (!this.unreadable.has(index) && passes(index)) indices.push(index)
    return indices
  }

  async look(index: number, file: string): Promise<void> {
    let image: Awaited<ReturnType<typeof decodeMeasured>>
    try {
      image = await decodeMeasured(file, LOOKED_AT, 0)
    } catch (failure) {
      if (!isUnreadable(failure)) throw failure
      this.unreadable.set(index, failure.message)
      return
    }
    const lightness = lightnessOf(image)
    const [width, height] = contentOf(lightness)
    this.widths[index] = image.fullWidth
    this.heights[index] = image.fullHeight
    this.deviations[index] = lightness.deviation
    this.colours[index] = lightness.colour
    this.contents[index] = width * height
    if (!this.isBlank(index)) this.prints.set(index, lightness)
    // The bytes are at hand, and sizes of thousands of photographs collide anyway: no file is read a second time.
    const digest = await webcrypto.subtle.digest('SHA-256', image.bytes as Uint8Array<ArrayBuffer>)
    this.digests.set(new Uint32Array(digest), index * DIGEST_WORDS)
  }
}

/** Looks at `count` files, a bounded number at a time. */
export async function scan(
  count: number,
  fileAt: (index: number) => string,
  { signal, onProgress }: CheckedSettings,
): Promise<Scan> {
  const seen = new Scan(count)
  let done = 0
  await withOneThreadAnImage(() =>
    forEachBounded(count, { limit: photographsAtOnce(), signal, task: TASK }, async (index) => {
      await seen.look(index, fileAt(index))
      onProgress?.({ task: TASK, done: ++done, total: count })
    }),
  )
  return seen
}
