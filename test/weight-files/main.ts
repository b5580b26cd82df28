// npm run -s weights:check -- FOLDER [--json]: weight files that must load, and others that must be refused.

import { parseArgs } from 'node:util'
import { runCommand } from '../command.js'
import { checkFolder } from './folder.js'
import { line, summaryLine } from './report.js'

const USAGE = `Usage: npm run -s weights:check -- FOLDER [--json]
Reads every file of FOLDER/good and FOLDER/bad and holds it against the expected.json beside it; exit code 1 where a
good file is not read as told there, or a bad one is not refused as it must be.`

interface Asked {
  readonly folder: string
  readonly json: boolean
}

function readArguments(argv: string[]): Asked {
  const { values, positionals } = parseArgs({
    args: argv,
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false } },
  })
  const [folder, surplus] = positionals
  if (folder === undefined) throw new Error('FOLDER is missing')
  if (surplus !== undefined) throw new Error(`Unexpected argument ${JSON.stringify(surplus)}`)
  return { folder, json: values.json }
}

/** @returns The exit code. */
async function run({ folder, json }: Asked): Promise<number> {
  const checked = await checkFolder(folder, (kind, check) => {
    if (!json) console.log(line(kind, check))
  })
  console.log(json ? JSON.stringify(checked, null, 2) : summaryLine(checked))
  return checked.pass ? 0 : 1
}

await runCommand(USAGE, readArguments, run)
