// What a folder says of its own files: expected.json beside them, held against the files that are there.

import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { messageOf } from '../../lib/errors.js'
import type { FileCheck } from './checks.js'

export const EXPECTED = 'expected.json'

export interface Listing {
  /** What is said of the files that are there, by name. */
  readonly entries: ReadonlyMap<string, unknown>
  /** Files without an entry, entries without a file, and whatever stands in the way of both. */
  readonly failures: readonly FileCheck[]
}

export async function listing(folder: string): Promise<Listing> {
  try {
    const names = (await readdir(folder)).filter((name) => name !== EXPECTED).sort()
    const entries = await readExpected(join(folder, EXPECTED))
    const unlisted = names.filter((name) => !entries.has(name))
    const missing = [...entries.keys()].filter((name) => !names.includes(name))
    const failures = [
      ...unlisted.map((name) => failure(name, `${EXPECTED} does not list it`)),
      ...missing.map((name) => failure(name, `the file is missing, which ${EXPECTED} lists`)),
    ]
    if (entries.size === 0) failures.push(failure(EXPECTED, 'it lists no file'))
    return { entries: new Map([...entries].filter(([name]) => names.includes(name))), failures }
  } catch (thrown) {
    return { entries: new Map(), failures: [failure(EXPECTED, messageOf(thrown))] }
  }
}

function failure(file: string, problem: string): FileCheck {
  return { file, pass: false, problems: [problem] }
}

async function readExpected(path: string): Promise<Map<string, unknown>> {
  const value = parseLenient(await readFile(path, 'utf8'))
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return new Map(Object.entries(value))
  throw new Error('it is no object of files')
}

/** JSON in which NaN, Infinity and -Infinity may stand as Python's json writes them; they become strings. */
export function parseLenient(json: string): unknown {
  return JSON.parse(
    json.replace(/"[^"\\]*(?:\\.[^"\\]*)*"|-?\b(?:NaN|Infinity)\b/g, (token) =>
      token.startsWith('"') ? token : `"${token}"`,
    ),
  )
}
