// Streams any number of photographs through the memory of two batches: one is computed on, the next is decoded.

import { refuseUnreadable, type SkippedPhotograph } from '../data/index.js'
import type { NativePixelPack } from '../native/index.js'
import { type PackedPhotographs, packPhotographs } from './photograph.js'

/** The photographs of a batch that could be read; at least one. */
export interface PhotographBatch {
  readonly pixels: NativePixelPack
  /** The records of `pixels` that hold them. */
  readonly indices: Int32Array
  /** Their places in the list of files. */
  readonly places: readonly number[]
}

export interface PhotographStreamOptions {
  size: number
  batchSize: number
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

  /** @throws TorchError DATASET once more than 1 % of all photographs cannot be read. */
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
          const places = records.map((record) => start + record)
          if (records.length > 0) yield { pixels: packed.pixels, indices: Int32Array.from(records), places }
        } finally {
          packed.pixels.close()
        }
        onBatch(Math.min(start + batchSize, total), total)
      }
    } finally {
      const unused = await ahead?.catch(() => undefined) // whoever stops early leaves one that is being decoded
      unused?.pixels.close()
    }
  }

  /** Undefined past the last photograph. */
  #decode(start: number): Promise<PackedPhotographs> | undefined {
    const files = this.#files.slice(start, start + this.#options.batchSize)
    if (files.length === 0) return undefined
    const packed = packPhotographs(files, this.#options.size)
    packed.catch(() => {}) // it may fail while the batch before is computed on; whoever awaits it is told
    return packed
  }

  #readable(start: number, { pixels, unreadable }: PackedPhotographs): number[] {
    for (const [record, { message }] of unreadable) {
      this.skipped.push({ file: this.#files[start + record] as string, reason: message })
    }
    refuseUnreadable(this.skipped, this.#files.length)
    return Array.from({ length: pixels.count }, (_, record) => record).filter(
      (record) => !unreadable.has(record),
    )
  }
}
