// Reads a file in a process of its own, whose memory and end can be watched.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { WEIGHT_FILES } from './files.js'

const child = fileURLToPath(new URL('./read-child.ts', import.meta.url))
const warmUp = join(WEIGHT_FILES, 'good', 'channels_last.pt')

/** What a reader without bounds takes hours for is ended here; any other needs a second. */
const WATCHDOG_MS = 20_000

/** What read-child.ts printed, or how it ended where it printed nothing. */
export interface ChildOutcome {
  code?: string
  message?: string
  format?: string
  tensors?: number
  bytes?: number
  grownBytes?: number
  ended?: string
}

export async function readInChild(how: 'read' | 'info' | 'widen', path: string): Promise<ChildOutcome> {
  const args = ['--import', 'tsx', child, how, warmUp, path]
  const started = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: WATCHDOG_MS })
  const [out, err, [code, signal]] = await Promise.all([
    text(started.stdout),
    text(started.stderr),
    once(started, 'close'),
  ])
  if (code === 0) return JSON.parse(out) as ChildOutcome
  const ending = signal === 'SIGTERM' ? 'it did not end by itself' : (signal ?? `exit code ${code}`)
  return { ended: `${ending} ${err.slice(0, 200)}` }
}
