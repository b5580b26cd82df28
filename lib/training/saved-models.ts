// The two models that a run keeps: the best so far and the latest, each a bundle that opens by itself.

import { join } from 'node:path'
import { TorchError } from '../errors.js'
import { type BundleMetadata, readBundleMetadata, saveBundle } from '../model/index.js'
import { type NativeModel, nativeCall, type StateTensor } from '../native/index.js'
import type { Emit } from './events.js'
import type { HistoryRow } from './history.js'
import type { Job } from './job.js'
import type { Plan } from './plan.js'
import type { RunState } from './run-state.js'

type Kind = 'best' | 'last'

/** What bundles tell of the run. */
type Described = Pick<Plan, 'imageSize' | 'normalisation' | 'recipe' | 'versions'>

/** What is there already, where a run goes on. */
interface Earlier {
  /** The epoch whose weights best.safetensors holds. */
  readonly best: HistoryRow | null
  readonly hasLast: boolean
}

export const NO_MODELS: Earlier = Object.freeze({ best: null, hasLast: false })

/** Of the models that a run had saved, those that still are: a kill may have left a best one that the checkpoint does not know. */
export async function earlierModels(output: string, { best }: Pick<RunState, 'best'>): Promise<Earlier> {
  const found = await Promise.all((['best', 'last'] as const).map((kind) => epochIn(modelFile(output, kind))))
  return { best: best !== null && found[0] === best.epoch ? best : null, hasLast: found[1] !== null }
}

/** Null where there is no model. */
async function epochIn(file: string): Promise<number | null> {
  try {
    return (await readBundleMetadata(file)).metrics.epoch ?? null
  } catch (thrown) {
    if (thrown instanceof TorchError) return null
    throw thrown
  }
}

export class SavedModels {
  readonly #job: Job
  readonly #model: NativeModel
  readonly #emit: Emit
  readonly #metadata: Omit<BundleMetadata, 'format' | 'metrics'>
  #best: HistoryRow | undefined
  #lastSaved = false

  constructor(job: Job, plan: Described, model: NativeModel, { best, hasLast }: Earlier, emit: Emit) {
    this.#job = job
    this.#model = model
    this.#emit = emit
    this.#best = best ?? undefined
    this.#lastSaved = hasLast
    this.#metadata = {
      architecture: job.classifier.architecture,
      head: job.network.head,
      classes: job.classifier.classes,
      inputSize: plan.imageSize,
      normalisation: plan.normalisation,
      recipe: plan.recipe,
      versions: plan.versions,
    }
  }

  /** From 1; null before the first epoch is complete. */
  get bestEpoch(): number | null {
    return this.#best?.epoch ?? null
  }

  /** Path of the best model, or of the latest where no epoch is complete. */
  get best(): string {
    return this.#best === undefined ? this.last : this.#file('best')
  }

  get last(): string {
    return this.#file('last')
  }

  /** The latest model on disk, or null. */
  get saved(): string | null {
    return this.#lastSaved ? this.last : null
  }

  /** Saves after a complete epoch; returns whether it is the best so far. */
  async epochEnded(row: HistoryRow): Promise<boolean> {
    const better = this.#best === undefined || isBetter(row, this.#best)
    const state = await nativeCall(this.#model.state())
    if (better) {
      await this.#save('best', row.epoch, state, metricsOf(row))
      this.#best = row
    }
    await this.#save('last', row.epoch, state, metricsOf(row))
    return better
  }

  /** Saves the weights as they are now, in the middle of an epoch (from 1). */
  async interrupted(epoch: number): Promise<void> {
    await this.#save('last', epoch, await nativeCall(this.#model.state()), { epoch })
  }

  async #save(
    kind: Kind,
    epoch: number,
    state: readonly StateTensor[],
    metrics: Record<string, number>,
  ): Promise<void> {
    const file = this.#file(kind)
    await saveBundle(file, state, { ...this.#metadata, metrics })
    this.#lastSaved ||= kind === 'last'
    this.#emit({ type: 'checkpoint', epoch, kind, file })
  }

  #file(kind: Kind): string {
    return modelFile(this.#job.output, kind)
  }
}

const modelFile = (output: string, kind: Kind): string => join(output, `${kind}.safetensors`)

/** Higher validation top-1, then lower loss; at a tie the earlier epoch stays. */
function isBetter(row: HistoryRow, best: HistoryRow): boolean {
  if (row.valTop1 !== best.valTop1) return row.valTop1 > best.valTop1
  return row.valLoss < best.valLoss
}

function metricsOf({
  epoch,
  trainLoss,
  trainTop1,
  valLoss,
  valTop1,
  valTop5,
}: HistoryRow): Record<string, number> {
  return { epoch, trainLoss, trainTop1, valLoss, valTop1, valTop5 }
}
