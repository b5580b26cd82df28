// Checkpoints: all that a run needs to go on at the very next batch, each a file that is there whole or not at all.

import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { TorchError } from '../errors.js'
import { attempt, ensureFolder, quoted } from '../files/index.js'
import { type NativeModel, type NativeTrainer, nativeCall, type StateTensor } from '../native/index.js'
import { readSealed, writeSealed } from '../weights/index.js'
import { readContent } from './checkpoint-content.js'
import type { Emit } from './events.js'
import type { Plan } from './plan.js'
import { CHECKPOINTS, stepOf } from './run-folder.js'
import type { RunState } from './run-state.js'

const KEY = 'facecls_checkpoint'
const MODEL = 'model.'
const TRAINER = 'trainer.'

/** A checkpoint as it was read. */
export interface Checkpoint {
  readonly file: string
  readonly plan: Plan
  readonly state: RunState
  /** Emptied, as {@link trainer}, once it is loaded. */
  readonly model: StateTensor[]
  readonly trainer: StateTensor[]
}

/** Writes those of one run. */
export class Checkpoints {
  readonly #folder: string
  readonly #plan: Plan
  readonly #model: NativeModel
  readonly #emit: Emit
  readonly #from: number
  readonly #written = new Set<string>()
  #savedAt = performance.now()

  /** `from`: the step that the run goes on after; checkpoints of later ones are damaged. */
  constructor(output: string, plan: Plan, model: NativeModel, from: number, emit: Emit) {
    this.#from = from
    this.#folder = join(output, CHECKPOINTS)
    this.#plan = plan
    this.#model = model
    this.#emit = emit
  }

  async stepEnded(state: RunState, trainer: NativeTrainer): Promise<void> {
    const { everySteps } = this.#plan.settings.checkpoints
    if (everySteps !== null && state.globalStep % everySteps === 0) await this.save(state, trainer)
  }

  async epochEnded(state: RunState, trainer: NativeTrainer): Promise<void> {
    const { minSeconds } = this.#plan.settings.checkpoints
    if (performance.now() - this.#savedAt >= 1000 * minSeconds) await this.save(state, trainer)
  }

  async save(state: RunState, trainer: NativeTrainer): Promise<void> {
    const tensors = [
      ...named(MODEL, await nativeCall(this.#model.state())),
      ...named(TRAINER, await nativeCall(trainer.state())),
    ]
    if (this.#written.size === 0) await ensureFolder(this.#folder)
    const file = join(this.#folder, `step-${String(state.globalStep).padStart(8, '0')}.safetensors`)
    await writeSealed(file, tensors, { [KEY]: JSON.stringify({ plan: this.#plan, state }) })
    this.#savedAt = performance.now()
    this.#written.add(file)
    this.#emit({ type: 'checkpoint', epoch: epochOf(state), kind: 'resume', file })
    await this.#prune()
  }

  async #prune(): Promise<void> {
    const all = await listed(this.#folder)
    const good = all.filter(({ file, step }) => step <= this.#from || this.#written.has(file))
    const kept = new Set(good.slice(0, this.#plan.settings.checkpoints.keep))
    for (const one of all)
      if (!kept.has(one)) await attempt('remove', one.file, () => rm(one.file, { force: true }))
  }
}

/** The epoch under way, else the one that is complete. */
function epochOf({ epoch, sums, rows }: RunState): number {
  return sums.updates === 0 && rows.length > 0 ? rows.length : epoch
}

/**
 * The newest checkpoint that is as it was written, and those newer ones that are not.
 *
 * @throws TorchError FILE: one cannot be read. WEIGHTS: all are damaged, or one is of another version or says what is wrong.
 */
export async function newestCheckpoint(
  output: string,
): Promise<{ checkpoint: Checkpoint; damaged: readonly string[] }> {
  const folder = join(output, CHECKPOINTS)
  const damaged: string[] = []
  for (const { file } of await listed(folder)) {
    const checkpoint = await readCheckpoint(file)
    if (checkpoint !== null) return { checkpoint, damaged }
    damaged.push(file)
  }
  const message = `Cannot go on from ${quoted(folder)}: every checkpoint in it is damaged (${damaged.map(quoted).join(', ')}). Start anew, from best.safetensors or last.safetensors by .pretrained().`
  throw new TorchError('WEIGHTS', message)
}

/** @throws TorchError FILE: there is no checkpoint, whole or damaged. */
export async function refuseWithoutCheckpoint(output: string): Promise<void> {
  if ((await listed(join(output, CHECKPOINTS))).length > 0) return
  const message = `Cannot go on from ${quoted(output)}: it holds no checkpoint. Give the folder of a run that has one, or start anew.`
  throw new TorchError('FILE', message)
}

/** Null where it is damaged. */
async function readCheckpoint(file: string): Promise<Checkpoint | null> {
  const read = await readSealed(file)
  const json = read?.metadata[KEY]
  if (read === null || json === undefined) return null
  const tensors = read.tensors as StateTensor[]
  return {
    file,
    ...readContent(file, json),
    model: without(MODEL, tensors),
    trainer: without(TRAINER, tensors),
  }
}

/** The newest first. */
async function listed(folder: string): Promise<{ file: string; step: number }[]> {
  const names = await attempt('read the folder', folder, () => readdir(folder)).catch((thrown) => {
    if ((thrown as { cause?: NodeJS.ErrnoException }).cause?.code === 'ENOENT') return []
    throw thrown
  })
  return names
    .flatMap((name) => {
      const step = stepOf(name)
      return step === null ? [] : [{ file: join(folder, name), step }]
    })
    .sort((a, b) => b.step - a.step)
}

const named = (prefix: string, tensors: readonly StateTensor[]): StateTensor[] =>
  tensors.map((tensor) => ({ ...tensor, name: prefix + tensor.name }))

const without = (prefix: string, tensors: readonly StateTensor[]): StateTensor[] =>
  tensors
    .filter(({ name }) => name.startsWith(prefix))
    .map((tensor) => ({ ...tensor, name: tensor.name.slice(prefix.length) }))
