// Latencies in bounded memory: a histogram whose buckets grow by a constant ratio.

/** How long calls took, in milliseconds, from the call to its answer. Percentiles are right within 4.5 %. */
export interface Latency {
  /** Calls that were measured. */
  readonly count: number
  readonly mean: number
  readonly p50: number
  readonly p95: number
  readonly p99: number
  readonly max: number
}

/** Buckets a doubling: each is 4.4 % wider than the one before. */
const RESOLUTION = 16
/** Milliseconds up to which all is one bucket. */
const LEAST = 2 ** -6
/** Of the last bucket, 74 hours: 34 doublings. */
const BUCKETS = 34 * RESOLUTION

export class LatencyHistogram {
  readonly #buckets = new Float64Array(BUCKETS)
  #count = 0
  #sum = 0
  #max = 0

  add(milliseconds: number): void {
    const place = Math.ceil(Math.log2(Math.max(milliseconds, LEAST) / LEAST) * RESOLUTION)
    const bucket = Math.min(place, BUCKETS - 1)
    this.#buckets[bucket] = (this.#buckets[bucket] as number) + 1
    this.#count++
    this.#sum += milliseconds
    this.#max = Math.max(this.#max, milliseconds)
  }

  /** null where nothing was measured. */
  summary(): Latency | null {
    if (this.#count === 0) return null
    return {
      count: this.#count,
      mean: this.#sum / this.#count,
      p50: this.#percentile(0.5),
      p95: this.#percentile(0.95),
      p99: this.#percentile(0.99),
      max: this.#max,
    }
  }

  /** The upper end of the bucket in which the value of this rank lies; never above the highest. */
  #percentile(share: number): number {
    let left = Math.ceil(share * this.#count)
    const bucket = this.#buckets.findIndex((count) => {
      left -= count
      return left <= 0
    })
    return Math.min(LEAST * 2 ** (bucket / RESOLUTION), this.#max)
  }
}
