// Streams any number of photographs through the memory of two batches: one is computed on, the next is decoded.

import { refuseUnreadable, type SkippedPhotograph } from '../data/index.js'
import type { NativePixelPack } from '../native/index.js'
import { type PackedPhotographs, packPhotographs } from './photograph.js'

/** The photographs of a batch that could be read; at least one. */
export interface PhotographBatch {
  /** At the first of the sizes. */
  readonly pixels: NativePixelPack
  /** At each size. */
  readonly bySize: ReadonlyMap<number, NativePixelPack>
  /** The records of each pack that hold them. */
  readonly indices: Int32Array
  /** Their places in the list of files. */
  readonly places: readonly number[]
}

export interface PhotographStreamOptions {
  /** Pixels a side, none twice. Each photograph is decoded once, for the largest. */
  sizes: readonly [number, ...number[]]
  batchSize: number
  /** How many may be unreadable: 'few' are 1 % of all. Defaults to 'few'. */
  unreadable?: 'few' | 'any'
  /** Called before the first batch and after each with the photographs done; what it throws ends the stream. */
  onBatch: (done: number, total: number) => void
}

/** Iterate it once. A batch is freed when the next one is asked for. */
export class PhotographStream implements AsyncIterable<PhotographBatch> {
  /** Photographs left out so far, in order. */
  readonly skipped: SkippedPhotograph[] = []
  readonly #files: readonly string[]
  readonly #options: PhotographStreamOptions

  constructor(files: readonly string[], options: PhotographStreamOptions) {
    this.#files = files
    this.#options = options
  }

  /** @throws TorchError DATASET once more than 1 % of all photographs cannot be read, unless any may be unreadable. */
  async *[Symbol.asyncIterator](): AsyncGenerator<PhotographBatch, void, undefined> {
    const { batchSize, onBatch } = this.#options
    const total = this.#files.length
    onBatch(0, total)
    let ahead = this.#decode(0)
    try {
      for (let start = 0; ahead !== undefined; start += batchSize) {
        const packed: PackedPhotographs = await ahead
        ahead = this.#decode(start + batchSize)
        try {
          const records = this.#readable(start, packed)
          if (records.length > 0) yield batchOf(packed, start, records)
        } finally {
          close(packed)
        }
        onBatch(Math.min(start + batchSize, total), total)
      }
    } finally {
      const unused = await ahead?.catch(() => undefined) // whoever stops early leaves one that is being decoded
      if (unused !== undefined) close(unused)
    }
  }

  /** Undefined past the last photograph. */
  #decode(start: number): Promise<PackedPhotographs> | undefined {
    const files = this.#files.slice(start, start + this.#options.batchSize)
    if (files.length === 0) return undefined
    const packed = packPhotographs(files, this.#options.sizes)
    packed.catch(() => {}) // it may fail while the batch before is computed on; whoever awaits it is told
    return packed
  }

  #readable(start: number, { packs, unreadable }: PackedPhotographs): number[] {
    for (const [record, { message }] of unreadable) {
      this.skipped.push({ file: this.#files[start + record] as string, reason: message })
    }
    if (this.#options.unreadable !== 'any') refuseUnreadable(this.skipped, this.#files.length)
    return Array.from({ length: packs[0]?.count ?? 0 }, (_, record) => record).filter(
      (record) => !unreadable.has(record),
    )
  }
}

function batchOf({ packs }: PackedPhotographs, start: number, records: readonly number[]): PhotographBatch {
  return {
    pixels: packs[0] as NativePixelPack,
    bySize: new Map(packs.map((pack) => [pack.width, pack])),
    indices: Int32Array.from(records),
    places: records.map((record) => start + record),
  }
}

function close({ packs }: PackedPhotographs): void {
  for (const pack of packs) pack.close()
}
