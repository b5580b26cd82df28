// What every part of the job is handed.

import type { Terminal } from '../shared/terminal.js'
import type { Options } from './options.js'

export interface Job {
  options: Options
  /** Absolute path of a folder that was empty before. */
  output: string
  terminal: Terminal
  signal: AbortSignal
}
