// A few batches of a training's photographs, decoded once and held in memory.

import {
  type BatchOrder,
  type FaceDataset,
  type LabelledBatch,
  openPhotographs,
  type PhotographSource,
  type SkippedPhotograph,
} from '../../data/index.js'
import { TorchError } from '../../errors.js'
import type { Job } from '../job.js'
import { epochBatches } from '../sampler.js'

/** Of the photographs that were decoded: above this share, and from this number on, a training would hardly get by. */
const SUSPICIOUS_SHARE = 0.1
const SUSPICIOUS_COUNT = 3
/** Unreadable photographs that an error shows. */
const SHOWN = 10

export interface HeldPhotographs {
  /** The first updates of the first epoch. */
  readonly train: PhotographSource
  /** One batch. */
  readonly val: PhotographSource
  /** Those of both that cannot be read. */
  readonly skipped: readonly SkippedPhotograph[]
  /** Seconds that decoding took for each photograph, many being decoded at once. */
  readonly secondsEach: number
  /** Frees the pixels. */
  close(): Promise<void>
}

/**
 * @param updates How many updates of the weights there shall be batches for; fewer where an epoch has fewer.
 * @throws TorchError DATASET: more than 1 % of all photographs cannot be read for certain, or by far more of those that were
 *   decoded. ABORTED.
 */
export async function holdSome(job: Job, imageSize: number, updates: number): Promise<HeldPhotographs> {
  const { data, settings, signal } = job
  const { batchSize, accumulate, cache } = settings
  const orders = firstBatches(job, updates * accumulate)
  const held = orders.length
  const opened = await openPhotographs([data.train, data.val], {
    ...{ size: imageSize, cache, batchSize, held, signal },
  })
  const [train, val] = opened.sources as [PhotographSource, PhotographSource]
  const inOrder = Int32Array.from({ length: Math.min(batchSize, data.val.length) }, (_, place) => place)
  const lists: HeldBatches[] = []
  const began = performance.now()
  const close = async () => {
    for (const list of lists) await list.close()
    opened.close()
  }
  try {
    for (const [source, order] of [
      [train, orders],
      [val, [{ samples: inOrder, turns: null }]],
    ] as const)
      lists.push(await HeldBatches.of(source, order))
    const [ownTrain, ownVal] = lists as [HeldBatches, HeldBatches]
    const skipped = [...train.skipped, ...val.skipped]
    refuseSuspicious(skipped, lists)
    const count = ownTrain.dataset.length + ownVal.dataset.length
    const secondsEach = (performance.now() - began) / 1000 / count
    return { train: ownTrain, val: ownVal, skipped, secondsEach, close }
  } catch (failure) {
    await close()
    throw failure
  }
}

/** In the drawn order of the first epoch. A single photograph is left out where any stage would leave it out. */
function firstBatches({ data, settings, stages }: Job, count: number): BatchOrder[] {
  const { batchSize, sampling, seed } = settings
  const dropSingle = stages.some(({ batchNormSeesBatch }) => batchNormSeesBatch)
  const spec = { labels: data.train.labels(), batchSize, sampling, seed, epoch: 0, dropSingle }
  return epochBatches(spec).batches.slice(0, count)
}

/** Gives the batches that it holds, whatever order is asked for. */
class HeldBatches implements PhotographSource {
  readonly dataset: FaceDataset
  readonly skipped: readonly SkippedPhotograph[] = []
  readonly #batches: readonly LabelledBatch[]
  readonly #stream: AsyncIterator<LabelledBatch>

  private constructor(
    dataset: FaceDataset,
    batches: readonly LabelledBatch[],
    stream: AsyncIterator<LabelledBatch>,
  ) {
    this.dataset = dataset
    this.#batches = batches
    this.#stream = stream
  }

  /** As many batches are asked for as stay usable together, and the stream is not read to its end, which would free them. */
  static async of(source: PhotographSource, orders: readonly BatchOrder[]): Promise<HeldBatches> {
    const stream = source.batches(orders)[Symbol.asyncIterator]()
    const batches: LabelledBatch[] = []
    try {
      while (batches.length < orders.length) {
        const { value, done } = await stream.next()
        if (done) break
        batches.push(value)
      }
    } catch (failure) {
      await stream.return?.()
      throw failure
    }
    const samples = orders.flatMap((order) => [...order.samples])
    return new HeldBatches(source.dataset.select(samples), batches, stream)
  }

  get readable(): number {
    return this.#batches.reduce((sum, { labels }) => sum + labels.length, 0)
  }

  async *batches(): AsyncGenerator<LabelledBatch, void, undefined> {
    yield* this.#batches
  }

  async close(): Promise<void> {
    await this.#stream.return?.()
  }
}

function refuseSuspicious(skipped: readonly SkippedPhotograph[], parts: readonly HeldBatches[]): void {
  const readable = parts.reduce((sum, part) => sum + part.readable, 0)
  const total = readable + skipped.length
  const many = skipped.length >= SUSPICIOUS_COUNT && skipped.length > SUSPICIOUS_SHARE * total
  if (!many && parts.every((part) => part.readable > 0)) return
  const lines = skipped.slice(0, SHOWN).map(({ reason }) => `\n  ${reason}`)
  throw new TorchError(
    'DATASET',
    `${skipped.length} of the first ${total} photographs cannot be read, and a training refuses more than 1 % of all. ` +
      `Replace or remove them; faces.inspect() finds the others:${lines.join('')}`,
  )
}
