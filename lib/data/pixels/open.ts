// Opens the photographs of a training, by the way that its cache was chosen.

import { TorchError } from '../../errors.js'
import type { OnProgress } from '../../progress/index.js'
import { FaceDataset } from '../dataset.js'
import { type CacheSettings, packFolder } from './cache.js'
import { diskPack } from './disk-pack.js'
import { contentKey } from './fingerprint.js'
import { memoryPack } from './memory-pack.js'
import { PackedSource } from './packed-source.js'
import type { PhotographSource } from './source.js'
import { StreamedSource } from './streamed-source.js'

export interface PixelOptions {
  /** Pixels a side that photographs are resized to. */
  readonly size: number
  readonly cache: CacheSettings
  /** Photographs that no batch has more of. */
  readonly batchSize: number
  /** Batches that are computed on together, such as those of one update. */
  readonly held: number
  /** Ends the work with code ABORTED. */
  readonly signal: AbortSignal | undefined
  readonly onProgress?: OnProgress
  /** Told of damage in the cache, which is mended; one line. */
  readonly onDamage?: (message: string) => void
}

export interface OpenedPhotographs {
  /** By part. */
  readonly sources: readonly PhotographSource[]
  /**
   * 32 hexadecimal digits of the content of all photographs with their identities, the size and the decoder: where it is the
   * same, so are the pixels. Where the photographs lie plays no part. Reads them all, unless the cache on disk has.
   */
  fingerprint(): Promise<string>
  /** Frees the pixels. */
  close(): void
}

/**
 * Decodes what has to be decoded before the first epoch; each photograph once, however many parts it stands in. What
 * cannot be read is left out and listed.
 *
 * @param parts Datasets of the same identities.
 * @throws TorchError DATASET: there is no photograph, or more than 1 % cannot be read. FILE: the cache cannot be written.
 *   ABORTED.
 */
export async function openPhotographs(
  parts: readonly FaceDataset[],
  options: PixelOptions,
): Promise<OpenedPhotographs> {
  const { all, places } = FaceDataset.union(parts)
  if (all.length === 0)
    throw new TorchError('DATASET', 'The dataset holds no photograph. Filter less or add photographs.')
  const { size, cache, batchSize, held, signal, onProgress, onDamage = () => undefined } = options
  const partsWithPlaces = parts.map((part, i) => [part, places[i] as Int32Array] as const)
  const fingerprint = () => contentKey(all, size, { signal, onProgress })
  if (cache.kind === 'none') {
    const stream = { size, batchSize, held, signal, count: all.length, unreadable: new Map() }
    const sources = partsWithPlaces.map(([part, records]) => new StreamedSource(part, records, stream))
    return { sources, fingerprint, close: () => undefined }
  }
  const request = { dataset: all, size, signal, onProgress, onDamage }
  const pack =
    cache.kind === 'memory'
      ? await memoryPack(request)
      : await diskPack(request, { folder: packFolder(cache), limit: cache.limit })
  return {
    sources: partsWithPlaces.map(([part, records]) => new PackedSource(pack, part, records)),
    fingerprint: async () => pack.key ?? (await fingerprint()),
    close: () => pack.pixels.close(),
  }
}
