// Shows on a terminal how far the fuzzing of a reader is; elsewhere nothing.

import cliProgress from 'cli-progress'
import type { Tally } from './campaign.js'

export interface Progress {
  show(tally: Tally): void
  /** Makes way for a line; the bar comes again below it. */
  clear(): void
  stop(): void
}

export function progressOf(reader: string, seconds: number): Progress {
  if (!process.stderr.isTTY) return { show() {}, clear() {}, stop() {} }
  const format = `${reader} {bar} {value}/{total} s, {inputs} inputs, {findings} findings`
  const bar = new cliProgress.SingleBar({ format, stream: process.stderr, fps: 1, clearOnComplete: true })
  bar.start(seconds, 0, { inputs: 0, findings: 0 })
  return {
    show: (tally) =>
      bar.update(Math.floor(tally.seconds), { inputs: tally.inputs, findings: tally.findings.length }),
    clear: () => process.stderr.write('\r\u001b[K'),
    stop: () => bar.stop(),
  }
}
