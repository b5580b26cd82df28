// What the set-up says: a line that renews itself on a terminal, plain lines elsewhere.

import { stripVTControlCharacters } from 'node:util'

const PLAIN_INTERVAL_MS = 5000

/** An error whose message is all that the user needs: what is wrong, and the command that mends it. */
export class SetupError extends Error {}

export function megabytes(bytes) {
  return `${(bytes / 1e6).toFixed(1)} MB`
}

/** What a compiler colours or a folder's name hides is not obeyed by the terminal. */
function printable(text) {
  return stripVTControlCharacters(text).replace(/[\u0000-\u001f\u007f-\u009f]/g, ' ')
}

/**
 * Starts a step. `progress` tells how far it is, `say` leaves a line, `done` and `skip` end the step with its
 * outcome; `done` adds how long it took.
 *
 * @param {string} name
 * @param {NodeJS.WritableStream & { isTTY?: boolean, columns?: number }} stream
 */
export function startStep(name, stream = process.stdout) {
  const label = name.padEnd(13)
  const started = performance.now()
  let shown = -Infinity // when the last plain line of progress was written
  let renewing = false
  const line = (text) => {
    stream.write(`${renewing ? '\r\x1b[2K' : ''}${label}${printable(text)}\n`)
    renewing = false
  }
  return {
    say: line,
    progress(text, { every = PLAIN_INTERVAL_MS } = {}) {
      const clean = printable(text)
      if (stream.isTTY) {
        stream.write(
          `\r\x1b[2K${label}${clean.slice(0, Math.max(10, (stream.columns ?? 80) - label.length - 1))}`,
        )
        renewing = true
      } else if (performance.now() - shown >= every) {
        line(text)
        shown = performance.now()
      }
    },
    skip: (text) => line(text),
    done: (text) => line(`${text} (${((performance.now() - started) / 1000).toFixed(1)} s)`),
  }
}

/** Runs the work of a script; a SetupError or TorchError is shown as its message alone. Resolves to the exit status. */
export async function exitCodeOf(work) {
  try {
    await work()
    return 0
  } catch (error) {
    process.stderr.write(
      `${error instanceof SetupError || error.name === 'TorchError' ? `\n${error.message}` : error.stack}\n`,
    )
    return 1
  }
}
