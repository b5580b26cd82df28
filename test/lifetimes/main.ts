// npm run -s lifetimes -- [--workers N] [--exits N] [--others N] [--opens N] [--seed S] [--hang S] [--json]: ends in the middle of work.

import { runCommand } from '../command.js'
import { type Asked, readArguments, USAGE } from './arguments.js'
import { campaign } from './campaign.js'
import { findingLines, json, passes, table } from './report.js'

/** Milliseconds that a process may tell nothing: it has to load everything on a busy machine. */
const SILENCE = 120_000

/** @returns The exit code. */
async function run(asked: Asked): Promise<number> {
  const interrupted = new AbortController()
  process.once('SIGINT', () => interrupted.abort())
  const outcomes = await campaign({
    ...asked,
    hang: asked.hang * 1000,
    silence: SILENCE,
    signal: interrupted.signal,
    // Apart from what is asked for, so that --json gives JSON alone.
    onProgress: (line) => console.error(line),
  })
  if (asked.json) console.log(json(outcomes))
  else console.log([table(outcomes), ...findingLines(outcomes)].join('\n'))
  return passes(outcomes) && !interrupted.signal.aborted ? 0 : 1
}

await runCommand(USAGE, readArguments, run)
