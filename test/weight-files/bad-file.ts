// Checks a file that must be refused: with the right error, soon, in little memory, and without running any of it.

import { existsSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { quoted } from '../../lib/files/index.js'
import type { BadFileCheck } from './checks.js'
import type { Answer } from './messages.js'
import type { ReaderProcess } from './reader-process.js'

const MILLISECONDS_LIMIT = 1000
const PEAK_GROWTH_LIMIT = 256_000_000
/** What the code in a hostile file would create. */
const MARKER = 'PWNED_BY_WEIGHTS'

export async function checkBadFile(
  path: string,
  expected: string | null,
  reader: ReaderProcess,
): Promise<BadFileCheck> {
  const answer = await reader.read(path)
  const died = typeof answer === 'string'
  const reason = died ? null : reasonOf(answer, path)
  const problems = died ? [answer] : problemsOf(answer, reason)
  for (const place of markersOf(path, reader.folder)) {
    problems.push(`it ran code: ${quoted(place)} appeared`)
    rmSync(place) // else it would be held against the next file too
  }
  return {
    file: basename(path),
    pass: problems.length === 0,
    problems,
    expected,
    reason,
    milliseconds: died ? null : answer.milliseconds,
    peakGrowthBytes: died ? null : answer.peakGrowthBytes,
  }
}

/** The marks of hostile code that lie about: where it ran, beside the file, and one and two folders up. */
export function markersOf(path: string, runIn: string | null): string[] {
  const folder = dirname(path)
  const places = [runIn, process.cwd(), folder, dirname(folder), dirname(dirname(folder))]
  const markers = places.flatMap((place) => (place === null ? [] : join(place, MARKER)))
  return [...new Set(markers)].filter((place) => existsSync(place))
}

function problemsOf(answer: Answer, reason: string | null): string[] {
  const { outcome, milliseconds, peakGrowthBytes, unusable } = answer
  const problems: string[] = []
  if (outcome.kind === 'loaded') problems.push(`it loads, with ${outcome.tensors} tensors`)
  else if (outcome.code !== 'WEIGHTS' && outcome.code !== 'FILE')
    problems.push(`it is refused with ${outcome.error} ${outcome.code ?? ''}: ${outcome.message}`)
  else if (reason === null)
    problems.push(`the message does not name the file and a reason: ${outcome.message}`)
  if (milliseconds >= MILLISECONDS_LIMIT) problems.push(`it takes ${milliseconds.toFixed(0)} ms`)
  if (peakGrowthBytes >= PEAK_GROWTH_LIMIT)
    problems.push(`the peak of memory grows by ${(peakGrowthBytes / 1e6).toFixed(0)} MB`)
  if (unusable !== null) problems.push(`good files cannot be read afterwards: ${unusable}`)
  return problems
}

/** What the message says after the file's name; null where that is no sentence. */
function reasonOf({ outcome }: Answer, path: string): string | null {
  if (outcome.kind === 'loaded') return null
  const name = quoted(basename(path)).slice(1) // with the closing quote
  const at = outcome.message.indexOf(name)
  const reason = outcome.message.slice(at + name.length).replace(/^[\s:]+/, '')
  return at === -1 || !/\p{L}+\s+\p{L}+/u.test(reason) ? null : reason
}
