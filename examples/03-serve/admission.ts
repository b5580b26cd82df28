// How much a service takes on at once. What is beyond it is refused while it has cost next to nothing: before the body is
// read where that can be known, and before anything is decoded in every case.

import { Refusal, type RefusalNotice, tooLarge } from './refusal.js'
import { MEMORY_LIMIT, type ServiceSettings } from './settings.js'

/** Of a form around its photographs. */
const FORM_BYTES = 64 * 1024

export interface Upload {
  /** Its photographs are whole: they go into the queue. Throws a Refusal where there is no room. */
  enter(): void
  /** It is answered, or its client has gone. */
  leave(): void
}

export class Admission {
  readonly #settings: Pick<ServiceSettings, 'maxQueue' | 'maxBytes'>
  /** Milliseconds until what waits is answered, for so many photographs. */
  readonly #expectedMs: (photographs: number) => number
  readonly #memory: number
  /** Past their upload. An upload that takes its time is no load, so it holds no place. */
  #photographs = 0
  #bytes = 0
  #uploads = 0

  constructor(
    settings: Pick<ServiceSettings, 'maxQueue' | 'maxBytes'>,
    expectedMs: (photographs: number) => number,
    memory = MEMORY_LIMIT,
  ) {
    this.#settings = settings
    this.#expectedMs = expectedMs
    this.#memory = memory
  }

  /** Requests that are not answered yet. */
  get uploads(): number {
    return this.#uploads
  }

  /** Why there is no room for a request at the moment, or null where there is. */
  refusal(photographs: number, length: number | undefined): RefusalNotice | null {
    const bytes = this.#bytes + (length ?? this.#most(photographs))
    const isFull = this.#photographs + photographs > this.#settings.maxQueue || bytes > this.#memory
    return isFull ? this.#overloaded() : null
  }

  /**
   * Lets a request's body in.
   *
   * @param length Of the body in bytes, undefined where the client does not say.
   * @throws Refusal OVERLOADED, TOO_LARGE
   */
  admit(photographs: number, length: number | undefined): Upload {
    const { maxBytes, maxQueue } = this.#settings
    if (length !== undefined && length > this.#most(photographs))
      throw tooLarge(`A photograph may have ${maxBytes / 1e6} MB.`)
    const refusal = this.refusal(photographs, length)
    if (refusal !== null) throw new Refusal(refusal)
    const bytes = length ?? this.#most(photographs)
    this.#bytes += bytes
    this.#uploads++
    let held = 0
    let isHere = true
    return {
      enter: () => {
        if (this.#photographs + photographs > maxQueue) throw new Refusal(this.#overloaded())
        held = photographs
        this.#photographs += held
      },
      leave: () => {
        if (!isHere) return
        isHere = false
        this.#bytes -= bytes
        this.#photographs -= held
        this.#uploads--
      },
    }
  }

  #most(photographs: number): number {
    return photographs * this.#settings.maxBytes + FORM_BYTES
  }

  #overloaded(): RefusalNotice {
    const waiting = this.#photographs
    return {
      ...{ status: 503, code: 'OVERLOADED' },
      message: `${waiting} photographs wait already, of ${this.#uploads} requests under way.`,
      retryAfterMs: Math.max(1, this.#expectedMs(waiting)),
    }
  }
}
