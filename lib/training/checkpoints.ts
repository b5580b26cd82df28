// Checkpoints: all that a run needs to go on at the very next batch, each a file that is there whole or not at all.

import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { TorchError } from '../errors.js'
import { attempt, ensureFolder, quoted } from '../files/index.js'
import { type NativeModel, type NativeTrainer, nativeCall, type StateTensor } from '../native/index.js'
import { readSealed, writeSealed } from '../weights/index.js'
import type { Emit } from './events.js'
import { checkPlan, type Plan } from './plan.js'
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
  readonly model: StateTensor[]
  readonly trainer: StateTensor[]
}

/** Writes those of one run. */
export class Checkpoints {
  readonly #folder: string
  readonly #plan: Plan
  readonly #model: NativeModel
  readonly #emit: Emit
  #savedAt: number | null = null
  #hasFolder = false

  constructor(output: string, plan: Plan, model: NativeModel, emit: Emit) {
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
    this.#savedAt ??= performance.now()
    if (performance.now() - this.#savedAt >= 1000 * minSeconds) await this.save(state, trainer)
  }

  /** `trainer` is null where no step was made yet. */
  async save(state: RunState, trainer: NativeTrainer | null): Promise<void> {
    const tensors = [
      ...named(MODEL, await nativeCall(this.#model.state())),
      ...named(TRAINER, trainer === null ? [] : await nativeCall(trainer.state())),
    ]
    if (!this.#hasFolder) await ensureFolder(this.#folder)
    this.#hasFolder = true
    const file = join(this.#folder, `step-${String(state.globalStep).padStart(8, '0')}.safetensors`)
    await writeSealed(file, tensors, { [KEY]: JSON.stringify({ plan: this.#plan, state }) })
    this.#savedAt = performance.now()
    this.#emit({ type: 'checkpoint', epoch: state.epoch, kind: 'resume', file })
    const { keep } = this.#plan.settings.checkpoints
    for (const { file: old } of (await listed(this.#folder)).slice(keep)) await rm(old, { force: true })
  }
}

/**
 * The newest checkpoint that is as it was written, and those newer ones that are not.
 *
 * @throws TorchError FILE: there is none, or they cannot be read. WEIGHTS: all are damaged, or of another version.
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
  if (damaged.length > 0) {
    const message = `Cannot go on from ${quoted(folder)}: every checkpoint in it is damaged (${damaged.map(quoted).join(', ')}). Start anew, from best.safetensors or last.safetensors by .pretrained().`
    throw new TorchError('WEIGHTS', message)
  }
  const message = `Cannot go on from ${quoted(output)}: it holds no checkpoint. Give the folder of a run that has one, or start anew.`
  throw new TorchError('FILE', message)
}

/** Null where it is damaged. */
async function readCheckpoint(file: string): Promise<Checkpoint | null> {
  const read = await readSealed(file)
  const json = read?.metadata[KEY]
  if (read === null || json === undefined) return null
  const { plan, state } = JSON.parse(json) as { plan: unknown; state: RunState }
  const tensors = read.tensors as StateTensor[]
  return {
    file,
    plan: checkPlan(plan, quoted(file)),
    state,
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
