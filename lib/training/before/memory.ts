// How much memory the process takes while something goes on.

/** Milliseconds; asking takes a fiftieth of one. */
const INTERVAL = 5

/** Watches the resident memory of the whole process from outside of the work, which runs on another thread. */
export class MemoryWatch {
  #peak = process.memoryUsage.rss()
  readonly #timer = setInterval(() => this.#look(), INTERVAL)

  /** The most since the watch began or was last asked, in bytes. */
  takePeak(): number {
    this.#look()
    const peak = this.#peak
    this.#peak = 0
    return peak
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  #look(): void {
    this.#peak = Math.max(this.#peak, process.memoryUsage.rss())
  }
}
