// A training that goes on: its events as streams, its end as a promise.

import type { DeviceChoice, PrecisionChoice } from '../inference/index.js'
import { EventLog } from './event-log.js'
import type { EpochEvent, RunEvent, StepEvent } from './events.js'
import type { RunResult } from './run-result.js'

/** Started by `Trainer.start()`. */
export class Run {
  /** The absolute path of the run's folder. */
  readonly output: string
  /** Where it computes, and why there. */
  readonly device: DeviceChoice
  /** What it computes in, and why. */
  readonly precision: PrecisionChoice
  readonly #log: EventLog
  readonly #finished: Promise<RunResult>
  #asked = false

  /** @internal */
  constructor(
    { output, device, precision }: Pick<Run, 'output' | 'device' | 'precision'>,
    work: (emit: (event: RunEvent) => void) => Promise<RunResult>,
  ) {
    this.output = output
    this.device = device
    this.precision = precision
    this.#log = new EventLog((failure) => this.#raise(failure))
    this.#finished = this.#follow(work)
  }

  /**
   * Resolves when the run has completed or was ended by its signal or its settings; rejects with what stopped it otherwise, and with
   * ABORTED where its pretrained weights were still being fetched. A
   * failure that no loop over the run's events meets and nobody awaits here is an unhandled rejection, as of any
   * promise.
   */
  get finished(): Promise<RunResult> {
    this.#asked = true
    return this.#finished
  }

  /**
   * Every completed epoch from the first on, whenever the loop begins. Leaving the loop ends this stream alone; a
   * failure of the run is thrown in the loop.
   */
  epochs(): AsyncIterableIterator<EpochEvent> {
    return this.#log.stream((event) => event.type === 'epoch')
  }

  /** The steps of the optimizer; a slow reader finds the latest step and not those between. */
  steps(): AsyncIterableIterator<StepEvent> {
    return this.#log.stream((event) => event.type === 'step')
  }

  /**
   * All events in their order, from the beginning. Of those that come often ('fetch', 'prepare', 'step', 'validate') a reader
   * finds the latest of each uninterrupted series.
   */
  events(): AsyncIterableIterator<RunEvent> {
    return this.#log.stream((_event): _event is RunEvent => true)
  }

  async #follow(work: (emit: (event: RunEvent) => void) => Promise<RunResult>): Promise<RunResult> {
    try {
      const result = await work((event) => this.#log.emit(event))
      this.#log.complete()
      return result
    } catch (failure) {
      // A loop is going to throw it, so that the promise need not be awaited as well.
      if (this.#log.fail(failure)) this.#finished.catch(() => {})
      throw failure
    }
  }

  /** The loop that was to throw the failure was left before: unless someone asks now, it is nobody's. */
  #raise(failure: unknown): void {
    setImmediate(() => {
      if (!this.#asked) void Promise.reject(failure)
    })
  }
}
