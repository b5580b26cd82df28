// Ctrl-C and SIGTERM: the first asks the work to stop at its next step, a second ends the process at once.

import type { Terminal } from './terminal.js'

const exitCodes = { SIGINT: 130, SIGTERM: 143 } as const

/** npm passes a terminal's Ctrl-C on to a process that the terminal told already: within this many milliseconds it is one. */
const sameKeystroke = 500

export interface Interrupt {
  readonly signal: AbortSignal
  /** 130 or 143 once a signal came. */
  readonly exitCode: number | undefined
  /** Gives the signals back. */
  release(): void
}

/** `now` gives milliseconds. */
export function listenForInterrupt(terminal: Terminal, now = () => performance.now()): Interrupt {
  const controller = new AbortController()
  let first: { time: number; exitCode: number } | undefined
  const onSignal = (name: NodeJS.Signals): void => {
    const exitCode = exitCodes[name as keyof typeof exitCodes]
    if (first === undefined) {
      first = { time: now(), exitCode }
      terminal.line('Stopping at the next step. Ctrl-C once more ends at once.')
      controller.abort()
    } else if (now() - first.time > sameKeystroke) {
      terminal.clear()
      process.exit(exitCode)
    }
  }
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal)
  return {
    signal: controller.signal,
    get exitCode() {
      return first?.exitCode
    },
    release() {
      process.off('SIGINT', onSignal).off('SIGTERM', onSignal)
    },
  }
}
