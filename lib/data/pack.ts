// Fills a native pack of pixels from a dataset: each photograph is decoded once, before the first epoch.

import * as check from '../check.js'
import { TorchError } from '../errors.js'
import { type NativeAddon, type NativePixelPack, native, nativeCall } from '../native/index.js'
import type { OnProgress } from '../progress/index.js'
import { forEachBounded } from './bounded.js'
import { FaceDataset } from './dataset.js'
import { decodeImage } from './decode.js'
import { photographsAtOnce, withOneThreadAnImage } from './many-images.js'

/** Above this share of unreadable photographs something is wrong with the dataset, not with a few files. */
const TOLERATED_SHARE = 0.01
/** Unreadable photographs that an error shows. */
const SHOWN = 10
const TASK = 'Decoding photographs'

export interface PackOptions {
  /** Pixels a side of the packed photographs, which are resized to a square. */
  size: number
  /** Ends the work with code ABORTED. */
  signal?: AbortSignal
  /** Called after each photograph. */
  onProgress?: OnProgress
  /** Photographs of which 1 % may be unreadable, such as all parts of a split. Defaults to those of the dataset. */
  outOf?: number
}

/** A photograph that was left out, with the sentence that says why. */
export interface SkippedPhotograph {
  readonly file: string
  readonly reason: string
}

/** The decoded pixels of a dataset in native memory: record i of the pack is sample i of the dataset. */
export class PackedDataset {
  /** The samples that could be read. In their order, but for the last ones, which take the places of those skipped. */
  readonly dataset: FaceDataset
  /** May hold more records than there are samples; those are empty. */
  readonly pixels: NativePixelPack
  /** The label of each sample, (dataset.length). */
  readonly labels: Int32Array
  readonly skipped: readonly SkippedPhotograph[]

  constructor(dataset: FaceDataset, pixels: NativePixelPack, skipped: readonly SkippedPhotograph[]) {
    this.dataset = dataset
    this.pixels = pixels
    this.labels = dataset.labels()
    this.skipped = skipped
  }

  /** How many samples there are. */
  get length(): number {
    return this.labels.length
  }

  /** Frees the pixels now instead of with the object. */
  close(): void {
    this.pixels.close()
  }
}

/**
 * Decodes every photograph into a native pack. What cannot be read is skipped and listed.
 * A bounded number is in flight, so memory beside the pack stays flat.
 *
 * @param createPack where the pack comes from; defaults to the native addon
 * @throws TorchError DATASET: more than 1 % of the photographs cannot be read. ABORTED: the signal ended it.
 */
export async function packDataset(
  dataset: FaceDataset,
  options: PackOptions,
  createPack: NativeAddon['createPack'] = (spec) => native().createPack(spec),
): Promise<PackedDataset> {
  if (!(dataset instanceof FaceDataset))
    throw new TypeError(check.expected('a FaceDataset', 'dataset', dataset))
  const checked = check.options('options', options, ['size', 'signal', 'onProgress', 'outOf'])
  const size = check.integer('size', checked.size, 1)
  const signal = check.signal('signal', checked.signal)
  const onProgress = checked.onProgress
  if (onProgress !== undefined && typeof onProgress !== 'function') {
    throw new TypeError(check.expected('a function', 'onProgress', onProgress))
  }
  const total = dataset.length
  const outOf = check.integer('outOf', checked.outOf ?? total, total)
  if (total === 0)
    throw new TorchError('DATASET', 'The dataset holds no photograph. Filter less or add photographs.')
  const pixels = createPack({ count: total, height: size, width: size })
  try {
    const reasons = new Map<number, string>()
    let done = 0
    await withOneThreadAnImage(() =>
      forEachBounded(total, { limit: photographsAtOnce(), signal, task: TASK }, async (index) => {
        const reason = await packPhotograph(pixels, index, dataset.at(index).file)
        if (reason !== null) reasons.set(index, reason)
        onProgress?.({ task: TASK, done: ++done, total })
      }),
    )
    const skipped = skippedOf(dataset, reasons)
    refuseUnreadable(skipped, outOf)
    const kept = reasons.size === 0 ? dataset : dataset.select(await closeGaps(pixels, total, reasons))
    return new PackedDataset(kept, pixels, skipped)
  } catch (failure) {
    pixels.close()
    throw failure
  }
}

/** Null, or why the photograph cannot be read. A refusal of the pack itself is thrown. */
async function packPhotograph(pixels: NativePixelPack, index: number, file: string): Promise<string | null> {
  let image: Awaited<ReturnType<typeof decodeImage>>
  try {
    image = await decodeImage(file, { targetSize: pixels.height })
  } catch (failure) {
    if (failure instanceof TorchError && (failure.code === 'IMAGE' || failure.code === 'FILE'))
      return failure.message
    throw failure
  }
  await nativeCall(pixels.write(index, image.data, image.height, image.width))
  return null
}

/**
 * Moves records from the end into the places of those skipped, which are few, so that no table of records is
 * needed beside the pack. Returns the sample that each record then holds.
 */
async function closeGaps(
  pixels: NativePixelPack,
  total: number,
  gaps: { readonly size: number; has(index: number): boolean },
): Promise<number[]> {
  const order = Array.from({ length: total - gaps.size }, (_, index) => index)
  let last = total
  for (const index of order) {
    if (!gaps.has(index)) continue
    do last--
    while (gaps.has(last))
    await nativeCall(pixels.write(index, pixels.read(last), pixels.height, pixels.width))
    order[index] = last
  }
  return order
}

function skippedOf(dataset: FaceDataset, reasons: ReadonlyMap<number, string>): SkippedPhotograph[] {
  const inOrder = [...reasons].sort(([a], [b]) => a - b)
  return inOrder.map(([index, reason]) => ({ file: dataset.at(index).file, reason }))
}

/** @throws TorchError DATASET where more than 1 % of `total` photographs cannot be read, with the first ten reasons. */
export function refuseUnreadable(skipped: readonly SkippedPhotograph[], total: number): void {
  if (skipped.length <= TOLERATED_SHARE * total) return
  const lines = skipped.slice(0, SHOWN).map(({ reason }) => `\n  ${reason}`)
  const more = skipped.length > SHOWN ? `\n  ... and ${skipped.length - SHOWN} more` : ''
  throw new TorchError(
    'DATASET',
    `${skipped.length} of ${total} photographs cannot be read, more than ${100 * TOLERATED_SHARE} %. ` +
      `Replace or remove them, or leave them out with faces.filter(({ file }) => ...):${lines.join('')}${more}`,
  )
}
