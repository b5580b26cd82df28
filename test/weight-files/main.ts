// npm run -s weights:check -- FOLDER [--json]: weight files that must load, and others that must be refused.

import { parseArgs } from 'node:util'
import { messageOf } from '../../lib/errors.js'
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

process.stdout.on('error', () => process.exit(1)) // a reader such as head that has seen enough

let asked: Asked | undefined
try {
  asked = readArguments(process.argv.slice(2))
} catch (thrown) {
  console.error(`${messageOf(thrown)}\n${USAGE}`)
  process.exitCode = 1
}
if (asked !== undefined) {
  try {
    process.exitCode = await run(asked)
  } catch (thrown) {
    console.error(messageOf(thrown))
    process.exitCode = 1
  }
}
