// npm run -s fuzz -- [--reader all] [--seconds 300] [--seed N] [--input I] [--keep FOLDER] [--json]: random weight files.

import { randomUUID } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runCommand } from '../command.js'
import { type Asked, readArguments, USAGE } from './arguments.js'
import { campaign, passes, type Tally } from './campaign.js'
import { progressOf } from './progress.js'
import { findingLine, json, replayLines, shortcomings, table } from './report.js'
import { seeds } from './seeds.js'

/** @returns The exit code. */
async function run(asked: Asked): Promise<number> {
  const keep = asked.keep ?? join(tmpdir(), `facecls-fuzz-${randomUUID()}`)
  const interrupted = new AbortController()
  process.once('SIGINT', () => interrupted.abort())
  const tallies: Tally[] = []
  for (const reader of asked.readers) {
    if (!interrupted.signal.aborted) tallies.push(await fuzz(asked, reader, keep, interrupted.signal))
  }
  if (asked.json) console.log(json(tallies))
  else if (asked.input === null) console.log([table(tallies), ...shortcomings(tallies)].join('\n'))
  return tallies.every((tally) => (asked.input === null ? passes(tally) : tally.findings.length === 0))
    ? 0
    : 1
}

async function fuzz(
  asked: Asked,
  reader: Tally['reader'],
  keep: string,
  signal: AbortSignal,
): Promise<Tally> {
  const { input, json } = asked
  const seed = asked.seed ?? seeds[reader].seed
  const progress = progressOf(reader, asked.seconds)
  const print = (text: string) => {
    if (json) return
    progress.clear()
    console.log(text)
  }
  try {
    return await campaign({
      reader,
      seed,
      seconds: asked.seconds,
      keep,
      signal,
      ...(input === null ? {} : { from: input, count: 1 }),
      onStep: (step, tally) => {
        progress.show(tally)
        if (input !== null) print(replayLines(reader, seed, step))
      },
      onFinding: (finding) => print(findingLine(finding)),
    })
  } finally {
    progress.stop()
  }
}

await runCommand(USAGE, readArguments, run)
