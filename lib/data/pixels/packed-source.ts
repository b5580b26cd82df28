// Batches out of a pack: indices cross the border, never bytes.

import type { FaceDataset } from '../dataset.js'
import type { Pack } from './pack-file.js'
import type { BatchOrder, LabelledBatch, PhotographSource, SkippedPhotograph } from './source.js'

/** One part of the photographs of a pack. */
export class PackedSource implements PhotographSource {
  readonly dataset: FaceDataset
  readonly skipped: readonly SkippedPhotograph[]
  readonly #pack: Pack
  readonly #records: Int32Array
  readonly #labels: Int32Array

  /** @param records The record of each sample of `dataset`. */
  constructor(pack: Pack, dataset: FaceDataset, records: Int32Array) {
    const places = Int32Array.from(records.keys())
    const readable = places.filter((place) => !pack.unreadable.has(records[place] as number))
    const all = readable.length === records.length
    this.dataset = all ? dataset : dataset.select(readable)
    this.skipped = [...records].flatMap((record, place) => {
      const reason = pack.unreadable.get(record)
      return reason === undefined ? [] : [{ file: dataset.at(place).file, reason }]
    })
    this.#pack = pack
    this.#records = all ? records : readable.map((place) => records[place] as number)
    this.#labels = this.dataset.labels()
  }

  async *batches(order: Iterable<BatchOrder>): AsyncGenerator<LabelledBatch, void, undefined> {
    const { pixels } = this.#pack
    for (const { samples, turns } of order) {
      const indices = samples.map((sample) => this.#records[sample] as number)
      yield {
        batch: { kind: 'pack', pack: pixels, indices, samples: keysOf(indices, turns, pixels.count) },
        labels: samples.map((sample) => this.#labels[sample] as number),
      }
    }
  }
}

/** What keys the variation of each record: its number, and another number in each turn, beyond 32 bits where it must be. */
export function keysOf(records: Int32Array, turns: Int32Array | null, count: number): Float64Array {
  return Float64Array.from(
    records,
    (record, i) => record + (turns === null ? 0 : (turns[i] as number)) * count,
  )
}
