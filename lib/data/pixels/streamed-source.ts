// Batches that are decoded anew in every epoch, a few ahead of what is computed on: the memory of a few batches.

import { type NativePixelPack, native, nativeNow } from '../../native/index.js'
import type { FaceDataset } from '../dataset.js'
import { type Decoded, decodeInto } from './decode-into.js'
import { keysOf } from './packed-source.js'
import type { BatchOrder, LabelledBatch, PhotographSource, SkippedPhotograph } from './source.js'
import { refuseUnreadable } from './unreadable.js'

/** Batches that are decoded while one is computed on. */
const AHEAD = 2

export interface StreamOptions {
  /** Pixels a side. */
  readonly size: number
  /** Photographs that no batch has more of. */
  readonly batchSize: number
  /** Batches that are computed on together. */
  readonly held: number
  readonly signal: AbortSignal | undefined
  /** Photographs of all parts together, of which 1 % may be unreadable. */
  readonly count: number
  /** Those of all parts that could not be read so far, by their records. */
  readonly unreadable: Map<number, SkippedPhotograph>
}

export class StreamedSource implements PhotographSource {
  readonly dataset: FaceDataset
  readonly #records: Int32Array
  readonly #labels: Int32Array
  readonly #options: StreamOptions

  /** @param records What each sample's draws are keyed by, as in a pack of the same photographs. */
  constructor(dataset: FaceDataset, records: Int32Array, options: StreamOptions) {
    this.dataset = dataset
    this.#records = records
    this.#labels = dataset.labels()
    this.#options = options
  }

  get skipped(): readonly SkippedPhotograph[] {
    const { unreadable } = this.#options
    const records = this.#records.filter((record) => unreadable.has(record))
    return Array.from(records, (record) => unreadable.get(record) as SkippedPhotograph)
  }

  /** @throws TorchError DATASET once more than 1 % of the photographs could not be read. */
  async *batches(order: Iterable<BatchOrder>): AsyncGenerator<LabelledBatch, void, undefined> {
    const { size, batchSize, held } = this.#options
    const places = AHEAD + held
    const spec = { count: places * batchSize, height: size, width: size, file: null }
    const pixels = nativeNow(() => native('training').createPack(spec))
    const waiting: Promise<LabelledBatch>[] = []
    const coming = order[Symbol.iterator]()
    let number = 0
    const decodeNext = () => {
      const next = coming.next()
      if (next.done) return
      const batch = this.#decode(pixels, (number++ % places) * batchSize, next.value)
      batch.catch(() => {}) // it may fail while another is computed on; whoever awaits it is told
      waiting.push(batch)
    }
    try {
      for (let ahead = 0; ahead < AHEAD; ahead++) decodeNext()
      for (let batch = waiting.shift(); batch !== undefined; batch = waiting.shift()) {
        decodeNext()
        yield await batch
      }
    } finally {
      await Promise.allSettled(waiting) // whoever stops early leaves some that are being decoded
      pixels.close()
    }
  }

  async #decode(
    pixels: NativePixelPack,
    first: number,
    { samples, turns }: BatchOrder,
  ): Promise<LabelledBatch> {
    const readable: number[] = []
    const targetOf = (number: number) => {
      return { file: this.dataset.at(samples[number] as number).file, record: first + number }
    }
    const onDecoded = (number: number, decoded: Decoded) => {
      if ('checksum' in decoded) readable.push(number)
      else this.#skip(samples[number] as number, decoded.reason)
    }
    const { signal } = this.#options
    await decodeInto(pixels, samples.length, targetOf, { signal, onDecoded })
    const numbers = Int32Array.from(readable).sort()
    const keys = keysOf(
      samples.map((sample) => this.#records[sample] as number),
      turns,
      this.#options.count,
    )
    return {
      batch: {
        kind: 'pack',
        pack: pixels,
        indices: numbers.map((number) => first + number),
        samples: Float64Array.from(numbers, (number) => keys[number] as number),
      },
      labels: numbers.map((number) => this.#labels[samples[number] as number] as number),
    }
  }

  #skip(sample: number, reason: string): void {
    const { unreadable, count } = this.#options
    unreadable.set(this.#records[sample] as number, { file: this.dataset.at(sample).file, reason })
    refuseUnreadable([...unreadable.values()], count)
  }
}
