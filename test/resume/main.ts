// npm run -s resume:check -- [--kills N] [--stops N] [--seed S]: kills and stops a training, resumes it, compares its end.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { runCommand } from '../command.js'
import { drawnFaces } from '../training/small-training.js'
import { campaign } from './campaign.js'

const USAGE = 'Usage: npm run -s resume:check -- [--kills N] [--stops N] [--epochs N] [--seed S]'

interface Asked {
  readonly kills: number
  readonly stops: number
  readonly epochs: number
  readonly seed: number
}

function readArguments(args: string[]): Asked {
  const number = { type: 'string' } as const
  const options = { kills: number, stops: number, epochs: number, seed: number }
  const { values } = parseArgs({ args, options })
  const asked = { kills: 100, stops: 20, epochs: 10, seed: 0, ...integers(values) }
  if (asked.epochs < 1) throw new RangeError('Expected at least one epoch for --epochs')
  return asked
}

function integers(values: Readonly<Record<string, string | undefined>>): Partial<Asked> {
  const given = Object.entries(values).map(([name, value]) => {
    if (value === undefined || !/^\d+$/.test(value))
      throw new RangeError(`Expected an integer of at least 0 for --${name} but received ${value}`)
    return [name, Number(value)]
  })
  return Object.fromEntries(given)
}

/** @returns The exit code. */
async function run({ kills, stops, epochs, seed }: Asked): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'facecls-resume-'))
  try {
    await drawnFaces(['anna', 'ben', 'cara', 'dan'], 6, join(folder, 'photographs'))
    const killsWhileSaving = Math.ceil(0.3 * kills)
    const onProgress = (line: string) => console.log(line)
    const outcome = await campaign({ folder, epochs, kills, killsWhileSaving, stops, seed, onProgress })
    for (const finding of outcome.findings) console.log(`FAILED ${finding}`)
    console.log(
      `${outcome.kills} kills, ${outcome.killsWhileSaving} of them between the creation of a checkpoint's temporary file and its ` +
        `renaming; ${outcome.stops} stops; ${outcome.steps} steps a run. ${outcome.findings.length} findings.`,
    )
    return outcome.findings.length === 0 ? 0 : 1
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

await runCommand(USAGE, readArguments, run)
