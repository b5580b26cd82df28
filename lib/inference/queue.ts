// Gathers what is asked at the same time into batches, for a model that computes one batch at a time.
//
// A photograph waits, is prepared (decoded), is ready, and runs with its batch. While a batch runs, those of the next are
// prepared; at most two batches of photographs are past waiting. Whatever ends a call early takes its photographs out at once.

import { TorchError } from '../errors.js'
import { OverloadedError } from './overloaded.js'
import { abortedBy, Call, type CallOptions, CLOCK, type Clock } from './queue-call.js'
import { type Outcome, type PredictorStats, QueueStats } from './queue-stats.js'

/** What the queue feeds. */
export interface QueueModel<Given, Ready, Answer> {
  /** Makes one photograph ready. What it throws ends the call of that photograph alone. */
  prepare(given: Given): Promise<Ready>
  /** The answers to a batch, in its order. What it throws ends the calls that have a photograph in it. */
  run(batch: readonly Ready[]): Promise<readonly Answer[]>
  /** Takes back what was made ready, after it was run or where nobody wants it any more. Must not throw. */
  release(ready: Ready): void
}

export interface QueueLimits {
  /** Photographs a batch, at least 1. */
  readonly maxBatch: number
  /** Milliseconds that a photograph which is ready waits for others that are being prepared, where the model is idle. */
  readonly maxDelayMs: number
  /** Photographs that may wait, at least 1; long lists are beside it. */
  readonly maxQueue: number
}

interface Entry<Given, Ready, Answer> {
  readonly call: Call<Given, Answer>
  /** In its call. */
  readonly place: number
  /** By arrival. */
  readonly order: number
  ready: { readonly value: Ready; readonly since: number } | undefined
}

export class RequestQueue<Given, Ready, Answer> {
  readonly #model: QueueModel<Given, Ready, Answer>
  readonly #limits: QueueLimits
  readonly #clock: Clock
  readonly #stats = new QueueStats()
  /** Not yet prepared. */
  #waiting: Entry<Given, Ready, Answer>[] = []
  readonly #preparing = new Set<Entry<Given, Ready, Answer>>()
  /** By arrival. */
  #ready: Entry<Given, Ready, Answer>[] = []
  /** Long lists with photographs that are not in the queue yet; the first is next. */
  #long: Call<Given, Answer>[] = []
  /** Calls that are not settled. */
  readonly #calls = new Set<Call<Given, Answer>>()
  /** Photographs that are being prepared, are ready or run; those that nobody wants any more included. */
  #held = 0
  #running = 0
  #arrivals = 0
  #stopWaiting: (() => void) | undefined
  #closing: { readonly done: Promise<void>; readonly resolve: () => void } | undefined

  constructor(model: QueueModel<Given, Ready, Answer>, limits: QueueLimits, clock = CLOCK) {
    this.#model = model
    this.#limits = limits
    this.#clock = clock
  }

  /**
   * The answers to all photographs of a call, in its order. Lists of more than maxBatch (or maxQueue) go in pieces, one list
   * after the other in turn, so that short calls never wait for more than a piece and a half of them.
   *
   * @throws TorchError OVERLOADED at once where there is no room; ABORTED, DEADLINE, CLOSED, and what the model throws.
   */
  add(givens: readonly Given[], options: CallOptions = {}): Promise<Answer[]> {
    const refusal = this.#refusal(givens.length, options.signal)
    if (refusal !== undefined) return Promise.reject(refusal)
    if (givens.length === 0) return Promise.resolve([])
    const call = new Call<Given, Answer>(givens, givens.length > this.#piece, this.#clock, options)
    this.#stats.accept()
    this.#calls.add(call)
    call.watch(options.signal, (outcome, failure) => {
      if (outcome === 'expired' && this.#runsWhole(call)) return // its answer is being computed already
      this.#end(call, outcome, failure)
      this.#advance()
    })
    if (call.isLong) this.#long.push(call)
    else this.#enter(call, givens.length)
    this.#advance()
    return call.promise
  }

  /** Takes no more calls; resolves when all photographs in the queue are answered. Long lists end. */
  close(): Promise<void> {
    if (this.#closing === undefined) {
      let resolve = () => {}
      const done = new Promise<void>((settle) => {
        resolve = settle
      })
      this.#closing = { done, resolve }
      for (const call of [...this.#long]) this.#end(call, 'failed', closed())
      this.#advance()
    }
    return this.#closing.done
  }

  stats(): PredictorStats {
    return this.#stats.summary(this.#count(() => true))
  }

  /** Photographs that enter at once. */
  get #piece(): number {
    return Math.min(this.#limits.maxBatch, this.#limits.maxQueue)
  }

  #refusal(count: number, signal: AbortSignal | undefined): TorchError | undefined {
    if (this.#closing !== undefined) return closed()
    if (signal?.aborted) return abortedBy(signal)
    const { maxBatch, maxQueue } = this.#limits
    const isLong = count > this.#piece
    const lists = [...this.#calls].filter((call) => call.isLong).length
    const short = this.#count((call) => !call.isLong)
    if (isLong ? lists < maxQueue : short + count <= maxQueue) return undefined
    this.#stats.refuse()
    const waiting = this.#count(() => true)
    return new OverloadedError(
      waiting,
      this.#stats.expectedMs(Math.ceil((waiting + this.#running) / maxBatch)),
    )
  }

  /** Photographs in the queue that do not run yet. */
  #count(wanted: (call: Call<Given, Answer>) => boolean): number {
    let count = 0
    for (const entries of [this.#waiting, this.#preparing, this.#ready])
      for (const { call } of entries) if (wanted(call)) count++
    return count
  }

  #enter(call: Call<Given, Answer>, count: number): void {
    for (const end = call.fed + count; call.fed < end; call.fed++)
      this.#waiting.push({ call, place: call.fed, order: this.#arrivals++, ready: undefined })
  }

  /** Whether no photograph of a call waits any more. */
  #runsWhole(call: Call<Given, Answer>): boolean {
    return call.fed === call.givens.length && this.#count((other) => other === call) === 0
  }

  /** Begins all that can begin. */
  #advance(): void {
    this.#expire()
    this.#fill()
    if (this.#running === 0) this.#runSoon()
    this.#fill() // the batch that has begun left room
    if (this.#closing !== undefined && this.#calls.size === 0 && this.#held === 0) this.#closing.resolve()
  }

  /** Prepares as many as two batches. */
  #fill(): void {
    this.#feed()
    while (this.#held < 2 * this.#limits.maxBatch) {
      const entry = this.#waiting.shift()
      if (entry === undefined) return
      void this.#prepare(entry)
    }
  }

  /** Looks at the clock before each batch: a busy event loop is late with its timers. */
  #expire(): void {
    if (this.#running > 0) return
    for (const { call } of [...this.#ready]) if (call.isExpired) this.#end(call, 'expired', call.expiry())
  }

  /** Lets the next piece of a long list in, early enough that it is prepared while a batch runs. */
  #feed(): void {
    if (this.#long.length === 0) return
    let room = 1.5 * this.#piece - this.#count((call) => call.isLong)
    while (room >= this.#piece) {
      const call = this.#long.shift()
      if (call === undefined) return
      const count = Math.min(this.#piece, call.givens.length - call.fed)
      this.#enter(call, count)
      room -= count
      if (call.fed < call.givens.length) this.#long.push(call)
    }
  }

  async #prepare(entry: Entry<Given, Ready, Answer>): Promise<void> {
    const { call, place } = entry
    this.#held++
    this.#preparing.add(entry)
    try {
      const value = await this.#model.prepare(call.givens[place] as Given)
      if (call.isSettled) this.#release(value)
      else {
        this.#preparing.delete(entry)
        entry.ready = { value, since: this.#clock.now() }
        const before = this.#ready.findLastIndex(({ order }) => order < entry.order)
        this.#ready.splice(before + 1, 0, entry)
      }
    } catch (failure) {
      this.#held--
      this.#end(call, 'failed', failure)
    }
    this.#advance()
  }

  #release(value: Ready): void {
    this.#held--
    this.#model.release(value)
  }

  /** Runs what is ready, or waits a little for what soon will be; never for what has not even arrived. */
  #runSoon(): void {
    this.#stopWaiting?.()
    this.#stopWaiting = undefined
    if (this.#ready.length === 0) return
    const { maxBatch, maxDelayMs } = this.#limits
    const since = Math.min(...this.#ready.map(({ ready }) => ready?.since as number))
    const left = since + maxDelayMs - this.#clock.now()
    if (this.#ready.length >= maxBatch || this.#preparing.size === 0 || left <= 0) {
      void this.#run(this.#ready.splice(0, maxBatch))
    } else this.#stopWaiting = this.#clock.after(left, () => this.#advance())
  }

  async #run(batch: readonly Entry<Given, Ready, Answer>[]): Promise<void> {
    this.#running = batch.length
    const values = batch.map(({ ready }) => ready?.value as Ready)
    const begun = this.#clock.now()
    try {
      const answers = await this.#model.run(values)
      this.#stats.batch(batch.length, this.#clock.now() - begun)
      for (const [row, { call, place }] of batch.entries()) {
        if (!call.isSettled && call.keep(place, answers[row] as Answer)) this.#end(call, 'answered')
      }
    } catch (failure) {
      for (const { call } of batch) this.#end(call, 'failed', failure)
    }
    for (const value of values) this.#release(value)
    this.#running = 0
    this.#advance()
  }

  /** Settles a call and takes what is left of it out of the queue. */
  #end(call: Call<Given, Answer>, outcome: Outcome, failure?: unknown): void {
    if (call.isSettled) return
    if (outcome === 'answered') call.answer()
    else call.fail(failure)
    this.#stats.end(outcome, call.isLong ? undefined : this.#clock.now() - call.arrived)
    this.#calls.delete(call)
    this.#long = this.#long.filter((other) => other !== call)
    this.#waiting = this.#waiting.filter((entry) => entry.call !== call)
    for (const entry of this.#preparing) if (entry.call === call) this.#preparing.delete(entry)
    const unwanted = this.#ready.filter((entry) => entry.call === call)
    this.#ready = this.#ready.filter((entry) => entry.call !== call)
    for (const { ready } of unwanted) this.#release(ready?.value as Ready)
  }
}

function closed(): TorchError {
  return new TorchError('CLOSED', 'The predictor was closed')
}
