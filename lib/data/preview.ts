// Shows what an augmentation does: photographs with some of their variations, on one contact sheet.

import { resolve } from 'node:path'
import * as check from '../check.js'
import { TorchError } from '../errors.js'
import { saveDurably } from '../files/index.js'
import { type AugmentationSpec, native, nativeCall, nativeNow } from '../native/index.js'
import { contactSheet, pngSize, type SheetTile } from '../pictures/index.js'
import { stopIfAborted } from './bounded.js'
import { FaceDataset } from './dataset.js'
import { decodeImage } from './decode.js'
import type { WrittenSheet } from './written-sheet.js'

/** Of `Augmentation.preview()`. */
export interface PreviewOptions {
  /** Where the contact sheet is written: a PNG. */
  output: string
  /** Pixels a side of the photographs, as the network would see them, 16 to 512. Defaults to 160. */
  size?: number
  /** Variations of each photograph, 1 to 24. Defaults to 8. */
  variations?: number
  /** The seed of the training whose variations are shown, of at least 0. Defaults to 0. */
  seed?: number
  /** Epochs of a training that lie before the first variation; each shows the next epoch. Defaults to 0. */
  epoch?: number
  /** Ends the work with code ABORTED; nothing is written then. */
  signal?: AbortSignal
}

/** What is shown: a path, the bytes of a file, a list of these, or a dataset, of which six are taken. */
export type PreviewPhotographs = string | Uint8Array | readonly (string | Uint8Array)[] | FaceDataset

const TASK = 'The preview'
const PHOTOGRAPHS_LIMIT = 16
/** What random erasing fills with, where no network says what its mean is. */
const MIDDLE_GREY = { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] }
const OUT_OF_A_DATASET = 6

interface Shown {
  readonly input: string | Uint8Array
  /** The number that variations are drawn by: in a training the place among the photographs of all its parts. */
  readonly sample: number
}

/** What {@link Augmentation.preview} does with the ranges of its augmentation. */
export async function previewAugmentation(
  augmentation: AugmentationSpec,
  photographs: PreviewPhotographs,
  options: PreviewOptions,
): Promise<WrittenSheet> {
  const shown = checkPhotographs(photographs)
  const { output, size, variations, seed, epoch, signal } = checkPreview(options)
  stopIfAborted(signal, TASK)
  const tiles: SheetTile[] = []
  for (const { input, sample } of shown) {
    const original = await resized(input, size)
    stopIfAborted(signal, TASK)
    tiles.push({ pixels: original, height: size, width: size, caption: 'original' })
    for (let k = 0; k < variations; k++) {
      const pixels = varied(original, size, { augmentation, seed, epoch: epoch + k, sample })
      tiles.push({ pixels, height: size, width: size, caption: `epoch ${epoch + k + 1}` })
    }
  }
  const png = await contactSheet({
    title: 'Augmentation',
    subtitle: `${size} x ${size} pixels, seed ${seed}`,
    tiles,
    columns: 1 + variations,
    tileSize: size,
  })
  stopIfAborted(signal, TASK)
  await saveDurably(output, png)
  return { file: resolve(output), ...pngSize(png) }
}

function checkPreview(options: PreviewOptions) {
  const known = ['output', 'size', 'variations', 'seed', 'epoch', 'signal'] as const
  const { output, size, variations, seed, epoch, signal } = check.options('options', options, known)
  return {
    output: check.string('output', output),
    size: check.integer('size', size ?? 160, 16, 512),
    variations: check.integer('variations', variations ?? 8, 1, 24),
    seed: check.integer('seed', seed ?? 0, 0),
    epoch: check.integer('epoch', epoch ?? 0, 0),
    signal: check.signal('signal', signal),
  }
}

function checkPhotographs(photographs: PreviewPhotographs): Shown[] {
  if (photographs instanceof FaceDataset) return spread(photographs)
  const list: readonly unknown[] = Array.isArray(photographs) ? photographs : [photographs]
  if (list.length === 0 || list.length > PHOTOGRAPHS_LIMIT) {
    const what = `1 to ${PHOTOGRAPHS_LIMIT} photographs`
    throw new RangeError(check.expected(what, 'photographs', photographs))
  }
  return list.map((input, sample) => {
    const name = Array.isArray(photographs) ? `photographs[${sample}]` : 'photographs'
    if (input instanceof Uint8Array) return { input, sample }
    if (typeof input === 'string') return { input: check.string(name, input), sample }
    const what = Array.isArray(photographs)
      ? 'a path or a Buffer'
      : 'a path, a Buffer, a list or a FaceDataset'
    throw new TypeError(check.expected(what, name, input))
  })
}

/** Some of a dataset, evenly spread, each under its own position. */
function spread(dataset: FaceDataset): Shown[] {
  if (dataset.length === 0)
    throw new TorchError('DATASET', 'The dataset holds no photograph. Filter less or add photographs.')
  const count = Math.min(OUT_OF_A_DATASET, dataset.length)
  return Array.from({ length: count }, (_, index) => {
    const sample = Math.floor((index * dataset.length) / count)
    return { input: dataset.at(sample).file, sample }
  })
}

/** As a training packs it: decoded here, resized by the native pack. size x size x 3 bytes. */
async function resized(input: string | Uint8Array, size: number): Promise<Uint8Array> {
  const { data, height, width } = await decodeImage(input, { targetSize: size })
  const pack = native('training').createPack({ count: 1, height: size, width: size, file: null }) // who varies is about to train
  try {
    await nativeCall(pack.write(0, data, height, width))
    return pack.read(0)
  } finally {
    pack.close()
  }
}

function varied(
  pixels: Uint8Array,
  size: number,
  drawn: { augmentation: AugmentationSpec; seed: number; epoch: number; sample: number },
): Uint8Array {
  const { augmentation, seed, epoch, sample } = drawn
  return nativeNow(() => {
    const samples = Int32Array.of(sample)
    const draws = native().drawAugmentations({
      augmentation,
      seed,
      epoch,
      samples,
      height: size,
      width: size,
    })
    const [draw] = draws as [(typeof draws)[number]]
    const sizes = { height: size, width: size, outputHeight: size, outputWidth: size }
    return native().augmentPixels({ pixels, ...sizes, draw, normalisation: MIDDLE_GREY })
  })
}
