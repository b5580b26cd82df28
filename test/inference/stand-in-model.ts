// A model and a clock for tests of the queue: the test says when something is ready, when a batch ends and how late it is.

import type { QueueModel } from '../../lib/inference/queue.js'
import type { Clock } from '../../lib/inference/queue-call.js'

/** Lets all that can go on without the test go on. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve()
}

export class StandInClock implements Clock {
  #now = 0
  readonly #timers = new Set<{ at: number; callback: () => void }>()

  now(): number {
    return this.#now
  }

  after(milliseconds: number, callback: () => void): () => void {
    const timer = { at: this.#now + milliseconds, callback }
    this.#timers.add(timer)
    return () => this.#timers.delete(timer)
  }

  get timers(): number {
    return this.#timers.size
  }

  /** Without `timers` those that are due come late, as in a busy process. */
  async pass(milliseconds: number, { timers = true } = {}): Promise<void> {
    this.#now += milliseconds
    if (timers) {
      for (const timer of [...this.#timers].sort((a, b) => a.at - b.at)) {
        if (timer.at <= this.#now && this.#timers.delete(timer)) timer.callback()
      }
    }
    await settled()
  }
}

interface Pending<T> {
  readonly resolve: (value: T) => void
  readonly reject: (failure: unknown) => void
}

/** Answers `answer to <name>`. A name that begins with "slow" is ready when the test says so; "broken" never is. */
export class StandInModel implements QueueModel<string, string, string> {
  /** The batches that were begun, in order. */
  readonly batches: string[][] = []
  /** Photographs that are ready or run. */
  readonly held: string[] = []
  /** The most that were prepared, ready or running at once. */
  most = 0
  readonly #preparing = new Map<string, Pending<void>>()
  readonly #early = new Set<string>()
  #running: Pending<readonly string[]> | undefined

  async prepare(given: string): Promise<string> {
    this.held.push(given)
    this.most = Math.max(this.most, this.held.length)
    try {
      if (given.startsWith('slow') && !this.#early.has(given))
        await new Promise<void>((resolve, reject) => this.#preparing.set(given, { resolve, reject }))
      if (given.startsWith('broken')) throw new Error(`${given} cannot be decoded`)
    } catch (failure) {
      this.release(given)
      throw failure
    }
    return given
  }

  run(batch: readonly string[]): Promise<readonly string[]> {
    if (this.#running !== undefined) throw new Error('two batches at once')
    this.batches.push([...batch])
    return new Promise((resolve, reject) => {
      this.#running = { resolve, reject }
    })
  }

  release(ready: string): void {
    const place = this.held.indexOf(ready)
    if (place < 0) throw new Error(`${ready} was released twice`)
    this.held.splice(place, 1)
  }

  /** Also before it is asked for. */
  async ready(name: string): Promise<void> {
    this.#early.add(name)
    this.#preparing.get(name)?.resolve()
    await settled()
  }

  /** Ends the running batch. */
  async finish(failure?: Error): Promise<void> {
    const running = this.#running
    this.#running = undefined
    if (failure !== undefined) running?.reject(failure)
    else running?.resolve((this.batches.at(-1) as string[]).map((name) => `answer to ${name}`))
    await settled()
  }

  get isRunning(): boolean {
    return this.#running !== undefined
  }
}

/** Ends batch after batch until nothing runs. */
export async function finishAll(model: StandInModel): Promise<void> {
  await settled()
  while (model.isRunning) await model.finish()
}
