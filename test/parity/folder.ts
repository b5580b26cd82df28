// Checks every golden of a folder, file by file.
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { messageOf } from '../../lib/errors.js'
import { type Check, failure } from './check.js'
import { checkIn, kindOf } from './kinds.js'

export interface FileReport {
  readonly file: string
  readonly kind: string | null // null: of no known kind
  readonly checks: readonly Check[]
  readonly pass: boolean
}

/** The files of a folder that should be goldens, by name. The README says what the others are, and is none itself. */
export async function goldenFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder)
  return names.filter((name) => name !== 'README.md').sort()
}

/** @throws TorchError DEVICE where the device is not there. */
export async function checkFile(folder: string, file: string, device: string): Promise<FileReport> {
  const refused = (note: string): FileReport => {
    return { file, kind: null, checks: [failure('file', null, note)], pass: false }
  }
  let golden: unknown
  try {
    golden = JSON.parse(await readFile(join(folder, file), 'utf8'))
  } catch (thrown) {
    return refused(file.endsWith('.json') ? messageOf(thrown) : 'of no known kind: goldens are JSON')
  }
  const kind = kindOf(golden)
  if (kind === undefined) return refused('of no known kind')
  const checks: Check[] = []
  for (const precision of kind.precisions) checks.push(...(await checkIn(kind, golden, device, precision)))
  return { file, kind: kind.name, checks, pass: checks.length > 0 && checks.every(({ pass }) => pass) }
}
