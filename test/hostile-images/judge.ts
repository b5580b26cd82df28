// Judges what came of an input: decoded to pixels that fit their size, or refused by a sentence that names it.

import { quoted } from '../../lib/files/index.js'
import type { Expected } from './input.js'
import { type Answer, type Outcome, SIZE, type Threw } from './messages.js'

/** What may be spent on an input. */
export interface Limits {
  readonly milliseconds: number
  readonly bytes: number
}

/** Seconds and bytes that a service can spare for one upload; 200 megapixels alone are 600 MB. */
export const LIMITS: Limits = { milliseconds: 5000, bytes: 1e9 }

const PIXELS = 200_000_000
const CODES: readonly (string | null)[] = ['IMAGE', 'FILE']
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e]/

export type Verdict = 'decoded' | 'refused'

export function verdictOf({ kind }: Outcome): Verdict {
  return kind === 'threw' ? 'refused' : 'decoded'
}

/** What is wrong with an answer about a photograph, or null. */
export function faultOf(
  path: string,
  expected: Expected,
  answer: Answer | string,
  limits: Limits,
): string | null {
  if (typeof answer === 'string') return answer
  const { outcome, milliseconds, growthBytes } = answer
  if (milliseconds > limits.milliseconds) return `it took ${(milliseconds / 1000).toFixed(1)} s`
  if (growthBytes > limits.bytes) return `it took ${(growthBytes / 1e6).toFixed(0)} MB of memory`
  if (outcome.kind === 'packed') return 'it is a folder'
  const fault = outcome.kind === 'threw' ? faultOfRefusal(path, outcome) : faultOfPixels(outcome)
  if (fault !== null) return fault
  if (expected === 'either' || expected === verdictOf(outcome)) return null
  return outcome.kind === 'threw' ? `it is refused: ${outcome.message}` : 'it is decoded instead of refused'
}

function faultOfRefusal(path: string, { error, code, message }: Threw): string | null {
  if (error !== 'TorchError') return `${error}: ${message}`
  if (!CODES.includes(code)) return `its code is ${code}: ${message}`
  if (!message.includes(quoted(path))) return `it does not name the file: ${message}`
  if (UNSEEN.test(message)) return `its message commands the terminal: ${JSON.stringify(message)}`
  return null
}

function faultOfPixels({ width, height, bytes }: Extract<Outcome, { kind: 'decoded' }>): string | null {
  const isSize =
    [width, height].every((side) => Number.isInteger(side) && side > 0) && width * height <= PIXELS
  return isSize && bytes === width * height * 3 ? null : `${width} x ${height} pixels have ${bytes} bytes`
}

/** What is wrong with a photograph at its full size and shrunk, or null: both are one photograph. */
export function faultOfBoth(full: Outcome, shrunk: Outcome): string | null {
  if (full.kind !== 'decoded' || shrunk.kind !== 'decoded') {
    if (full.kind === shrunk.kind) return null
    const [decoded, refused] =
      full.kind === 'decoded' ? ['at full size', 'shrunk'] : ['shrunk', 'at full size']
    return `it is decoded ${decoded} and refused ${refused}`
  }
  const least = Math.min(full.width, full.height)
  const found = Math.min(shrunk.width, shrunk.height)
  // A file of a few kilobytes may stay as it is.
  if (found === least || (least >= 4 * SIZE && found === 2 * SIZE)) return null
  return `of ${full.width} x ${full.height}, ${found} pixels are left instead of ${2 * SIZE}`
}

/**
 * What is wrong with the packing of a folder, or null.
 *
 * @param refused the photographs that were refused one by one
 */
export function faultOfFolder(answer: Answer | string, refused: ReadonlySet<string>): string | null {
  if (typeof answer === 'string') return answer
  const { outcome } = answer
  if (outcome.kind === 'threw') return `${outcome.error} ${outcome.code}: ${outcome.message}`
  if (outcome.kind === 'decoded') return 'it is a photograph'
  const skipped = new Set(outcome.skipped.map(({ file }) => file))
  for (const file of outcome.photographs) {
    if (skipped.has(file) === refused.has(file)) continue
    return `${quoted(file)} is ${skipped.has(file) ? 'skipped' : 'packed'}, alone it is not`
  }
  const nameless = outcome.skipped.find(({ file, reason }) => !reason.includes(quoted(file)))
  if (nameless !== undefined) return `the reason does not name ${quoted(nameless.file)}: ${nameless.reason}`
  const isRefused = outcome.skipped.length > outcome.photographs.length / 100
  if (!isRefused) return outcome.refusal === null ? null : `it is refused: ${outcome.refusal.message}`
  if (outcome.refusal?.code === 'DATASET') return null
  return `DATASET is not what it is refused by: ${outcome.refusal?.message ?? 'it is packed'}`
}
