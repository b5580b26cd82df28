// What the user sees: lines on standard output, and a progress bar on standard error where that is a terminal.

import cliProgress from 'cli-progress'
import { printable, printableLines } from './printable.js'

export interface Progress {
  label: string
  done: number
  total: number
  /** What stands behind the counts, for example images/s. */
  facts?: string
}

/** Without a terminal a long task says how far it is this often, in milliseconds. */
const quietTime = 20_000

export class Terminal {
  readonly #output: NodeJS.WritableStream
  readonly #bars: NodeJS.WriteStream
  readonly #now: () => number
  #bar: cliProgress.SingleBar | undefined
  #lastLine: number

  constructor(
    output: NodeJS.WritableStream = process.stdout,
    bars: NodeJS.WriteStream = process.stderr,
    now = () => performance.now(),
  ) {
    this.#output = output
    this.#bars = bars
    this.#now = now
    this.#lastLine = now()
  }

  /** Writes lines; all control characters in them but line breaks are escaped. */
  line(text = ''): void {
    this.clear()
    this.#output.write(`${printableLines(text)}\n`)
    this.#lastLine = this.#now()
  }

  progress({ label, done, total, facts = '' }: Progress): void {
    const shown = { label: printable(label), facts }
    if (!this.#bars.isTTY) {
      if (this.#now() - this.#lastLine >= quietTime)
        this.line(`${label}: ${done} of ${total}${facts && `, ${facts}`}`)
      return
    }
    if (this.#bar === undefined) {
      this.#bar = this.#newBar()
      this.#bar.start(total, done, shown)
    }
    this.#bar.setTotal(total)
    this.#bar.update(done, shown)
  }

  /** Takes the progress bar away. */
  clear(): void {
    this.#bar?.stop()
    this.#bar = undefined
  }

  #newBar(): cliProgress.SingleBar {
    return new cliProgress.SingleBar({
      format: '{label} {bar} {value}/{total}  {facts}',
      barsize: 20,
      barCompleteChar: '=',
      barIncompleteChar: '-',
      fps: 8,
      stream: this.#bars,
      clearOnComplete: true,
      gracefulExit: false, // Ctrl-C is ours: see interrupt.ts
      emptyOnZero: true,
    })
  }
}

/** 75 seconds as '1:15', and with hours '2:01:15'. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60]
  const tail = String(whole % 60).padStart(2, '0')
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${tail}` : `${minutes}:${tail}`
}
