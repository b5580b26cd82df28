// A training that was stopped, to its end.

import { Trainer } from '@facecls/torch'
import { follow } from '../shared/follow.js'
import type { Terminal } from '../shared/terminal.js'
import { closingLines } from './closing.js'

export async function goOn(folder: string, terminal: Terminal, signal: AbortSignal): Promise<void> {
  const run = await Trainer.resume(folder, { signal })
  const result = await follow(run, terminal)
  terminal.line(closingLines(result).join('\n'))
}
