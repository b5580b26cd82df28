// One reader's stream of the events of a run.

import { isFrequent, type RunEvent } from './events.js'

export type Select<T extends RunEvent> = (event: RunEvent) => event is T

/** How a run ended, for its streams. */
export type End = { readonly failure: unknown } | 'complete'

export interface Subscription {
  /** Called once, at the first `next()`. */
  enter(): void
  /** Called once, when the stream has ended or was left; `toldFailure`: it threw the run's failure to its reader. */
  leave(toldFailure: boolean): void
}

interface Waiter<T> {
  resolve(result: IteratorResult<T, undefined>): void
  reject(failure: unknown): void
}

export class EventStream<T extends RunEvent> implements AsyncIterableIterator<T> {
  readonly #select: Select<T>
  readonly #subscription: Subscription
  readonly #queue: T[] = []
  readonly #waiters: Waiter<T>[] = []
  #state: 'new' | 'open' | 'left' = 'new'
  #end: End | undefined

  constructor(select: Select<T>, subscription: Subscription) {
    this.#select = select
    this.#subscription = subscription
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<T> {
    return this
  }

  push(event: RunEvent): void {
    if (!this.#select(event)) return
    const waiter = this.#waiters.shift()
    if (waiter !== undefined) {
      waiter.resolve({ value: event, done: false })
      return
    }
    if (isFrequent(event) && this.#queue.at(-1)?.type === event.type) this.#queue.pop()
    this.#queue.push(event)
  }

  close(end: End): void {
    this.#end = end
    for (const waiter of this.#waiters.splice(0)) this.#finish(waiter)
  }

  next(): Promise<IteratorResult<T, undefined>> {
    if (this.#state === 'new') {
      this.#state = 'open'
      this.#subscription.enter()
    }
    return new Promise((resolve, reject) => {
      const event = this.#queue.shift()
      if (event !== undefined) resolve({ value: event, done: false })
      else if (this.#state === 'open' && this.#end === undefined) this.#waiters.push({ resolve, reject })
      else this.#finish({ resolve, reject })
    })
  }

  return(): Promise<IteratorResult<T, undefined>> {
    this.#queue.length = 0
    this.#leave(false)
    for (const waiter of this.#waiters.splice(0)) waiter.resolve({ value: undefined, done: true })
    return Promise.resolve({ value: undefined, done: true })
  }

  /** The last answers of a stream: the failure once, then that it is done. */
  #finish({ resolve, reject }: Waiter<T>): void {
    const failure = this.#state === 'open' && typeof this.#end === 'object' ? this.#end : undefined
    this.#leave(failure !== undefined)
    if (failure !== undefined) reject(failure.failure)
    else resolve({ value: undefined, done: true })
  }

  #leave(toldFailure: boolean): void {
    const wasOpen = this.#state === 'open'
    this.#state = 'left'
    if (wasOpen) this.#subscription.leave(toldFailure)
  }
}
