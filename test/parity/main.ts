// npm run -s parity -- FOLDER [--json] [--device cuda]: this project against what PyTorch computed.
import { parseArgs } from 'node:util'
import { DEVICES } from '../../lib/inference/index.js'
import { runCommand } from '../command.js'
import { checkFile, type FileReport, goldenFiles } from './folder.js'
import { deviceNamed } from './network.js'
import { fileLines, heading, json, summaryLine } from './report.js'

const USAGE = `Usage: npm run -s parity -- FOLDER [--json] [--device ${DEVICES.join('|')}]
Compares every golden in FOLDER with what this project computes; exit code 1 where one is outside its tolerance.`

interface Asked {
  readonly folder: string
  readonly json: boolean
  readonly device: (typeof DEVICES)[number]
}

function readArguments(argv: string[]): Asked {
  const { values, positionals } = parseArgs({
    args: argv,
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false }, device: { type: 'string', default: 'cpu' } },
  })
  const [folder, surplus] = positionals
  if (folder === undefined) throw new Error('FOLDER is missing')
  if (surplus !== undefined) throw new Error(`Unexpected argument ${JSON.stringify(surplus)}`)
  const device = DEVICES.find((name) => name === values.device)
  if (device === undefined) throw new Error(`--device must be one of ${DEVICES.join(', ')}`)
  return { folder, json: values.json, device }
}

/** @returns The exit code. */
async function run(asked: Asked): Promise<number> {
  const device = deviceNamed(asked.device)
  const files = await goldenFiles(asked.folder)
  if (files.length === 0) throw new Error(`${JSON.stringify(asked.folder)} holds no golden`)
  const reports: FileReport[] = []
  if (!asked.json) console.log(heading)
  for (const file of files) {
    const report = await checkFile(asked.folder, file, device)
    reports.push(report)
    if (!asked.json) console.log(fileLines(report).join('\n'))
  }
  console.log(asked.json ? json(reports) : summaryLine(reports))
  return reports.every(({ pass }) => pass) ? 0 : 1
}

await runCommand(USAGE, readArguments, run)
