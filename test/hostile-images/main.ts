// npm run -s images:check -- [--count N] [--seed S] [--faces FOLDER] [--keep FOLDER] [--json]: hostile images, decoded and packed.

import { runCommand } from '../command.js'
import { type Asked, readArguments, USAGE } from './arguments.js'
import { campaign } from './campaign.js'
import { corpus } from './corpus.js'
import { progressOf } from './progress.js'
import { closingLines, findingLines, json, shown, table } from './report.js'

/** @returns The exit code. */
async function run(asked: Asked): Promise<number> {
  const { indices, seed, faces, keep } = asked
  const interrupted = new AbortController()
  process.once('SIGINT', () => interrupted.abort())
  const images = await corpus(seed, faces)
  const progress = progressOf(indices.length)
  const print = (text: string) => {
    if (asked.json) return
    progress.clear()
    console.log(text)
  }
  if (indices.length === 1) print(shown(images.input(indices[0] as number).what))
  try {
    const tally = await campaign({
      corpus: images,
      seed,
      indices,
      keep,
      signal: interrupted.signal,
      onInput: (tally) => progress.show(tally),
      onFinding: (finding) => print(findingLines(finding, faces)),
    })
    print([table(tally), ...closingLines(tally)].join('\n'))
    if (asked.json) console.log(json(tally))
    return tally.findings.length === 0 ? 0 : 1
  } finally {
    progress.stop()
  }
}

await runCommand(USAGE, readArguments, run)
