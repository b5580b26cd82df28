// How long a run still takes, from what its epochs took so far.

export class TimeLeft {
  readonly #now: () => number
  #started: number
  #lastEpoch: number | undefined // milliseconds, validation included

  /** `now` gives milliseconds. */
  constructor(now: () => number) {
    this.#now = now
    this.#started = now()
  }

  /** The first step of an epoch is about to begin, or validation has ended the one before. */
  epochStarts(): void {
    this.#started = this.#now()
  }

  epochEnds(): void {
    this.#lastEpoch = this.#now() - this.#started
    this.epochStarts()
  }

  /** Seconds left after `step` of `steps` in `epoch` of `epochs`, all from 1. */
  after({
    step,
    steps,
    epoch,
    epochs,
  }: {
    step: number
    steps: number
    epoch: number
    epochs: number
  }): number {
    const share = step / steps
    const sofar = (this.#now() - this.#started) / share
    // The first steps of an epoch tell little, but stages differ in speed: from one step to all, trust moves to this epoch.
    const whole = this.#lastEpoch === undefined ? sofar : this.#lastEpoch * (1 - share) + sofar * share
    return ((epochs - epoch + 1 - share) * whole) / 1000
  }
}
