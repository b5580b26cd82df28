// The events of a run, for any number of readers. Each reader has a stream of its own, which begins with all events
// that must not be lost, whenever it subscribes; leaving it touches neither the run nor other readers.

import { type End, EventStream, type Select } from './event-stream.js'
import { isFrequent, type RunEvent } from './events.js'

interface Reader {
  push(event: RunEvent): void
  close(end: End): void
}

export class EventLog {
  readonly #kept: RunEvent[] = []
  readonly #readers = new Set<Reader>()
  readonly #onUntold: (failure: unknown) => void
  #end: End | undefined
  #told = false

  /** `onUntold` is called when a failure was left to the readers and the last of them left without meeting it. */
  constructor(onUntold: (failure: unknown) => void) {
    this.#onUntold = onUntold
  }

  emit(event: RunEvent): void {
    if (!isFrequent(event)) this.#kept.push(event)
    for (const reader of this.#readers) reader.push(event)
  }

  /** Ends all streams once they are read to the end. */
  complete(): void {
    this.#close('complete')
  }

  /** Ends all streams with a failure. Returns whether a reader is there to meet it. */
  fail(failure: unknown): boolean {
    const awaited = this.#readers.size > 0
    this.#close({ failure })
    return awaited
  }

  /** A stream of the selected events. It subscribes at the first `next()`. */
  stream<T extends RunEvent>(select: Select<T>): AsyncIterableIterator<T> {
    const stream: EventStream<T> = new EventStream(select, {
      enter: () => {
        for (const event of this.#kept) stream.push(event)
        if (this.#end === undefined) this.#readers.add(stream)
        else stream.close(this.#end)
      },
      leave: (toldFailure) => {
        this.#told ||= toldFailure
        const wasLast = this.#readers.delete(stream) && this.#readers.size === 0
        if (wasLast && typeof this.#end === 'object' && !this.#told) this.#onUntold(this.#end.failure)
      },
    })
    return stream
  }

  #close(end: End): void {
    this.#end = end
    for (const reader of this.#readers) reader.close(end)
  }
}
