// Shows on a terminal how far the campaign is; elsewhere nothing.

import cliProgress from 'cli-progress'
import type { Tally } from './tally.js'

export interface Progress {
  show(tally: Tally): void
  /** Makes way for a line; the bar comes again below it. */
  clear(): void
  stop(): void
}

export function progressOf(count: number): Progress {
  if (!process.stderr.isTTY) return { show() {}, clear() {}, stop() {} }
  const format = 'images {bar} {value}/{total}, {findings} findings'
  const bar = new cliProgress.SingleBar({ format, stream: process.stderr, fps: 2, clearOnComplete: true })
  bar.start(count, 0, { findings: 0 })
  return {
    show: (tally) => bar.update(tally.inputs, { findings: tally.findings.length }),
    clear: () => process.stderr.write('\r\u001b[K'),
    stop: () => bar.stop(),
  }
}
