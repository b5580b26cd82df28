// One call that waits in a queue for the answers to its photographs.

import { TorchError } from '../errors.js'
import { onAbort } from './on-abort.js'

/** Time as a queue sees it. */
export interface Clock {
  /** Milliseconds since some moment. */
  now(): number
  /** Calls back after so many milliseconds, unless what comes back is called before. */
  after(milliseconds: number, callback: () => void): () => void
}

export const CLOCK: Clock = {
  now: () => performance.now(),
  after(milliseconds, callback) {
    const timer = setTimeout(callback, milliseconds)
    return () => clearTimeout(timer)
  },
}

export interface CallOptions {
  readonly signal?: AbortSignal | undefined
  /** Milliseconds from the call on; at most 2 ** 31 - 1, as timers take it. */
  readonly deadlineMs?: number | undefined
}

/** What ends a call before its answers are there. */
export type EndCall = (outcome: 'aborted' | 'expired', failure: TorchError) => void

export class Call<Given, Answer> {
  readonly promise: Promise<Answer[]>
  readonly arrived: number
  /** Whether it goes through the queue in pieces. */
  readonly isLong: boolean
  /** Photographs that have entered the queue so far. */
  fed = 0
  /** Whether nobody waits for it any more. */
  isSettled = false
  readonly givens: readonly Given[]
  readonly #answers: Answer[]
  readonly #clock: Clock
  readonly #deadline: number
  readonly #deadlineMs: number
  readonly #undo: (() => void)[] = []
  #left: number
  #resolve!: (answers: Answer[]) => void
  #reject!: (failure: unknown) => void

  constructor(givens: readonly Given[], isLong: boolean, clock: Clock, { deadlineMs }: CallOptions) {
    this.givens = givens
    this.isLong = isLong
    this.arrived = clock.now()
    this.#clock = clock
    this.#deadlineMs = deadlineMs ?? Number.POSITIVE_INFINITY
    this.#deadline = this.arrived + this.#deadlineMs
    this.#answers = new Array(givens.length)
    this.#left = givens.length
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
  }

  /** Tells when its signal aborts or its deadline passes, until it is settled. */
  watch(signal: AbortSignal | undefined, end: EndCall): void {
    if (signal !== undefined) this.#undo.push(onAbort(signal, () => end('aborted', abortedBy(signal))))
    if (this.#deadlineMs < Number.POSITIVE_INFINITY)
      this.#undo.push(this.#clock.after(this.#deadlineMs, () => end('expired', this.expiry())))
  }

  get isExpired(): boolean {
    return this.#clock.now() >= this.#deadline
  }

  expiry(): TorchError {
    return new TorchError(
      'DEADLINE',
      `The call was not answered within its deadlineMs of ${this.#deadlineMs}. Allow more, or send less at once.`,
    )
  }

  /** Keeps the answer to one of its photographs; true when it was the last. */
  keep(place: number, answer: Answer): boolean {
    this.#answers[place] = answer
    return --this.#left === 0
  }

  answer(): void {
    this.#settle()
    this.#resolve(this.#answers)
  }

  fail(failure: unknown): void {
    this.#settle()
    this.#reject(failure)
  }

  #settle(): void {
    this.isSettled = true
    for (const undo of this.#undo) undo()
  }
}

export function abortedBy(signal: AbortSignal): TorchError {
  return new TorchError('ABORTED', 'The call was stopped by its signal', { cause: signal.reason })
}
