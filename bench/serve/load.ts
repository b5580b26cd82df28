// What a client is asked to do, and what it saw. Both go over a channel as JSON.

export interface ClientSettings {
  /** 'http://127.0.0.1:<port>' */
  readonly address: string
  /** A file with `{ photographs: base64[], expected: Expected }`. */
  readonly photographs: string
}

export type Load =
  /** So many requests at any time, each followed by the next: what the service can do at most. */
  | { readonly kind: 'closed'; readonly requests: number; readonly seconds: number }
  /** So many a second at random moments, whether the service keeps up or not: what many clients do. */
  | { readonly kind: 'open'; readonly rate: number; readonly seconds: number }
  /** One after another until one is answered within so many milliseconds. */
  | { readonly kind: 'recovery'; readonly withinMs: number; readonly patienceMs: number }
  /** One after another. */
  | { readonly kind: 'single'; readonly requests: number }

export interface Seen {
  readonly sent: number
  readonly answered: number
  /** Answers that came within the load's seconds, a second. */
  readonly answeredPerSecond: number
  readonly refused: number
  /** Of other statuses or broken connections, by what they were. */
  readonly failed: Readonly<Record<string, number>>
  /** Answers that are not those of their photograph. */
  readonly wrong: number
  /** The largest share of a photograph's half gap that an answer was away from its own. */
  readonly worstDeviation: number
  readonly answerMs: Spread
  readonly refusalMs: Spread
  /** How late requests were sent: what the client itself lacked. */
  readonly latenessMs: Spread
  /** From the load's end to the last answer. */
  readonly drainedMs: number
}

export interface Spread {
  readonly p50: number
  readonly p99: number
  readonly max: number
}

/** Zeros where there is nothing. */
export function spread(values: number[]): Spread {
  const sorted = values.sort((a, b) => a - b)
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0
  return { p50: at(0.5), p99: at(0.99), max: at(1) }
}
