// Photographs to pack, each grey of its own brightness, and what becomes of them.

import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import {
  type CacheSettings,
  cacheSettings,
  DEFAULT_CACHE,
  FaceDataset,
  type OpenedPhotographs,
  openPhotographs,
  type PhotographSource,
  type PixelOptions,
} from '../../../lib/data/index.js'
import type { NativePixelPack } from '../../../lib/native/index.js'
import { temporaryFolder } from '../../files/temporary-folder.js'
import { drawn, place } from '../drawn.js'

const identities = ['anna', 'ben']

/** Photograph i of the dataset is grey of brightness i; those in `broken` are no images. */
export async function people(count: number, broken: readonly number[] = []): Promise<FaceDataset> {
  const root = temporaryFolder()
  for (let index = 0; index < count; index++) {
    const name = `${identities[Math.floor((index * identities.length) / count)]}/${String(index).padStart(3, '0')}.png`
    const photograph = await drawn(9, 7, () => [index, index, index])
      .png()
      .toBuffer()
    place(root, [name], broken.includes(index) ? Buffer.from('no image') : photograph)
  }
  return FaceDataset.fromFolder(root)
}

export const inMemory: CacheSettings = cacheSettings('memory', undefined)
export const streamed: CacheSettings = cacheSettings('none', undefined)
export const onDisk = (folder: string, limit = DEFAULT_CACHE.limit): CacheSettings =>
  cacheSettings('disk', { folder, limit })

export function open(
  parts: readonly FaceDataset[],
  cache: CacheSettings,
  options?: Partial<PixelOptions>,
): Promise<OpenedPhotographs> {
  return openPhotographs(parts, { size: 4, cache, batchSize: 8, held: 1, signal: undefined, ...options })
}

/** A photograph as a batch holds it. */
export interface Seen {
  /** That the file was drawn with, by its name. */
  readonly drawn: number
  /** In the middle of its pixels. */
  readonly brightness: number
  readonly label: number
  /** What keys its variation. */
  readonly key: number
}

/** Reads all photographs of a source through its batches, in order. */
export async function seen(source: PhotographSource, batchSize = 8, turn?: number): Promise<Seen[]> {
  const { length } = source.dataset
  const orders = Array.from({ length: Math.ceil(length / batchSize) }, (_, batch) => {
    const count = Math.min(batchSize, length - batch * batchSize)
    const samples = Int32Array.from({ length: count }, (_, i) => batch * batchSize + i)
    return { samples, turns: turn === undefined ? null : samples.map(() => turn) }
  })
  const result: Omit<Seen, 'drawn'>[] = []
  for await (const { batch, labels } of source.batches(orders)) {
    const { pack, indices, samples } = batch as {
      pack: NativePixelPack
      indices: Int32Array
      samples: Float64Array
    }
    for (const [i, label] of labels.entries()) {
      const pixels = pack.read(indices[i] as number)
      const brightness = pixels[Math.floor(pixels.length / 2)] as number
      result.push({ brightness, label, key: samples[i] as number })
    }
  }
  const readable = source.dataset.samples.filter(
    ({ file }) => !source.skipped.some((one) => one.file === file),
  )
  return result.map((one, i) => ({ ...one, drawn: brightnessOf(readable[i]?.file as string) }))
}

export const brightnessOf = (file: string): number => Number(file.match(/(\d+)\.png$/)?.[1])

/** Opens the photographs from a cache; what was decoded for it, what was told, and what they look like. */
export async function packed(parts: readonly FaceDataset[], folder: string) {
  const decoded: number[] = []
  const told: string[] = []
  let before = 0
  const opened = await open(parts, onDisk(folder), {
    onProgress: ({ task, done }) => {
      if (task !== 'Decoding photographs') return
      if (decoded.length === 0) before = done
      decoded.push(done)
    },
    onDamage: (message) => told.push(message),
  })
  const brightnesses: number[] = []
  for (const source of opened.sources)
    for (const { brightness } of await seen(source)) brightnesses.push(brightness)
  opened.close()
  return { decoded: decoded.length === 0 ? 0 : (decoded.at(-1) as number) - before, told, brightnesses }
}

/** The path of the one pack in a folder. */
export const packIn = (folder: string): string =>
  join(folder, readdirSync(folder).find((name) => name.endsWith('.pack')) as string)
