// What the user sees: lines on standard output, problems and progress on standard error.

import { escaped } from '../files/index.js'
import type { Progress } from '../progress/index.js'

/** Without a terminal a long task says how far it is this often. */
const PLAIN_MS = 5000

export interface Stream {
  write(text: string): unknown
  isTTY?: boolean
  columns?: number
}

export class Screen {
  readonly #out: Stream
  readonly #err: Stream
  readonly #now: () => number
  #isRenewing = false
  #shown = -Infinity

  /** `now` gives milliseconds. */
  constructor(
    out: Stream = process.stdout,
    err: Stream = process.stderr,
    now: () => number = () => performance.now(),
  ) {
    this.#out = out
    this.#err = err
    this.#now = now
  }

  /** Line breaks are kept, whatever else a terminal would obey is escaped. */
  line(text: string): void {
    this.clear()
    this.#out.write(`${printable(text)}\n`)
  }

  problem(text: string): void {
    this.clear()
    this.#err.write(`${printable(text)}\n`)
  }

  /** One line that renews itself on a terminal, and a line now and then elsewhere. */
  progress({ task, done, total }: Progress): void {
    const text = `${task}: ${megabytes(done)} of ${megabytes(total)}`
    if (this.#err.isTTY) {
      const width = Math.max(10, (this.#err.columns ?? 80) - 1)
      this.#err.write(`\r\u001b[2K${escaped(text).slice(0, width)}`)
      this.#isRenewing = true
    } else if (this.#now() - this.#shown >= PLAIN_MS) {
      this.#err.write(`${printable(text)}\n`)
      this.#shown = this.#now()
    }
  }

  /** Takes the line of progress away. */
  clear(): void {
    if (this.#isRenewing) this.#err.write('\r\u001b[2K')
    this.#isRenewing = false
  }
}

export function megabytes(bytes: number): string {
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`
}

function printable(text: string): string {
  return text.split('\n').map(escaped).join('\n')
}
