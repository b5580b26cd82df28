// What the parts of the campaign have in common.

import type { Growth } from './growth.js'
import type { Limits, ProcessEnd } from './watched-process.js'

export interface PartOptions extends Limits {
  /** As `makePlace` fills it. */
  readonly folder: string
  /** How many lives. */
  readonly count: number
  readonly seed: number
  readonly signal?: AbortSignal | undefined
  readonly onProgress: (line: string) => void
}

/** What came of a part. */
export interface Outcome {
  readonly part: string
  readonly lives: number
  readonly seconds: number
  readonly slowestEndMilliseconds: number
  readonly growth: Growth | null
  /** Answers of the main thread that were checked meanwhile; null where there were none to check. */
  readonly answers: number | null
  /** What went wrong, one line each. */
  readonly findings: readonly string[]
}

export interface ExpectedEnd {
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | null
  /** What the error output says, else it is empty. */
  readonly says?: string
}

/** What a broken process says of itself. */
const BROKEN = /FATAL|terminate called|Aborted|Segmentation|corrupt|double free|Assertion|Warning/i

/** What is wrong with how a process ended, or null. */
export function wrongEnd(end: ProcessEnd, expected: ExpectedEnd): string | null {
  if (end.hung !== null) return `${end.hung}${end.errors === '' ? '' : `: ${end.errors}`}`
  if (end.exitCode !== expected.exitCode || end.signal !== expected.signal)
    return `ended with ${end.exitCode ?? end.signal}, not ${expected.exitCode ?? expected.signal}: ${end.errors}`
  const { says } = expected
  const isRight =
    says === undefined ? end.errors === '' : end.errors.includes(says) && !BROKEN.test(end.errors)
  return isRight ? null : `wrote to its error output: ${end.errors}`
}
