// The queue in front of a network: photographs of any callers become batches of pixels, and rows of its outputs answers.

import {
  type ForwardOutput,
  type NativeModel,
  type NativePixelPack,
  native,
  nativeCall,
  nativeNow,
} from '../native/index.js'
import { type GivenPhotograph, packPhotograph } from './photograph.js'
import { type QueueLimits, type QueueModel, RequestQueue } from './queue.js'
import type { CallOptions } from './queue-call.js'
import type { PredictorStats } from './queue-stats.js'

export type AskedOutput = 'probabilities' | 'embedding'

/** What is made of a photograph's row of an output; the row is lent for the call alone. */
export type ReadRow<Answer> = (row: Float32Array) => Answer

interface Asked {
  readonly photograph: GivenPhotograph
  readonly output: AskedOutput
  readonly read: ReadRow<unknown>
}

interface Packed {
  readonly record: number
  readonly asked: Asked
}

export interface QueuedNetwork {
  readonly model: NativeModel
  /** Pixels a side. */
  readonly imageSize: number
  readonly flip: boolean
}

export class PhotographQueue {
  readonly #queue: RequestQueue<Asked, Packed, unknown>
  readonly #batches: PhotographBatches

  constructor(network: QueuedNetwork, limits: QueueLimits) {
    this.#batches = new PhotographBatches(network, 2 * limits.maxBatch)
    this.#queue = new RequestQueue(this.#batches, limits)
  }

  /** What `read` makes of the output's row of each photograph, in their order. */
  async ask<Answer>(
    photographs: readonly GivenPhotograph[],
    { output, read }: { output: AskedOutput; read: ReadRow<Answer> },
    options: CallOptions,
  ): Promise<Answer[]> {
    const asked = photographs.map((photograph) => ({ photograph, output, read }))
    return (await this.#queue.add(asked, options)) as Answer[]
  }

  stats(): PredictorStats {
    return this.#queue.stats()
  }

  /** Refuses what comes from now on; resolves when what waits is answered. */
  async close(): Promise<void> {
    await this.#queue.close()
    this.#batches.close()
  }
}

/** Decodes photographs into the records of one pack, which go round: no memory is taken and given back for each. */
class PhotographBatches implements QueueModel<Asked, Packed, unknown> {
  readonly #network: QueuedNetwork
  readonly #records: number
  #pack: NativePixelPack | undefined
  readonly #free: number[] = []

  /** @param records Photographs that are decoded or computed at once. */
  constructor(network: QueuedNetwork, records: number) {
    this.#network = network
    this.#records = records
  }

  async prepare(asked: Asked): Promise<Packed> {
    const pack = this.#opened()
    const record = this.#free.pop() as number // the queue never asks for more
    try {
      await packPhotograph([pack], record, asked.photograph)
      return { record, asked }
    } catch (failure) {
      this.#free.push(record)
      throw failure
    }
  }

  async run(batch: readonly Packed[]): Promise<unknown[]> {
    const { model, flip } = this.#network
    const outputs = [...new Set(batch.map(({ asked }) => asked.output))]
    const indices = Int32Array.from(batch, ({ record }) => record)
    const spec = { kind: 'pack', pack: this.#opened(), indices, samples: null } as const
    const given = await nativeCall(model.forward({ batch: spec, outputs, flip }))
    return batch.map(({ asked }, row) => {
      const { data, shape } = given[outputs.indexOf(asked.output)] as ForwardOutput // (N, values)
      const values = shape[1] as number
      return asked.read((data as Float32Array).subarray(row * values, (row + 1) * values))
    })
  }

  release({ record }: Packed): void {
    this.#free.push(record)
  }

  close(): void {
    this.#pack?.close()
  }

  #opened(): NativePixelPack {
    if (this.#pack === undefined) {
      const side = this.#network.imageSize
      const spec = { count: this.#records, height: side, width: side, file: null }
      this.#pack = nativeNow(() => native().createPack(spec))
      this.#free.push(...Array.from({ length: this.#records }, (_, record) => record))
    }
    return this.#pack
  }
}
