// Whether what an installed package said is what it should say.

import { PLATFORM_PACKAGE } from '../../lib/libtorch/index.js'
import type { Way } from './arguments.js'

export const IDENTITIES = 2
export const PHOTOGRAPHS = 5 // of each

/** What is wrong with what `facecls-torch doctor --json` printed; null where nothing is. */
export function doctorProblem(output: string, way: Way): string | null {
  const { healthy, libtorch } = lastJson(output) as { healthy?: unknown; libtorch?: { origin?: unknown } }
  if (healthy !== true) return 'doctor finds problems'
  const origin = String(libtorch?.origin)
  const wanted = way === 'online' ? 'the cache ' : `the package ${PLATFORM_PACKAGE}`
  return origin.startsWith(wanted) ? null : `LibTorch comes from ${origin}, not from ${wanted}`
}

/** What is wrong with what five-lines.mjs printed; null where nothing is. */
export function trainingProblem(output: string): string | null {
  const { photographs, classes, answers } = lastJson(output) as {
    photographs?: unknown
    classes?: readonly string[]
    answers?: readonly { identity: string; probability: number }[]
  }
  if (photographs !== IDENTITIES * PHOTOGRAPHS) return `it trained on ${photographs} photographs`
  if (classes === undefined || answers === undefined || classes.length !== IDENTITIES)
    return 'it names no two identities'
  const named = answers.map(({ identity }) => identity).sort()
  if (named.join() !== [...classes].sort().join()) return `it answered ${named.join(', ')}`
  const total = answers.reduce((sum, { probability }) => sum + probability, 0)
  return Math.abs(total - 1) < 1e-4 ? null : `its probabilities sum to ${total}`
}

/** The last value that stands as JSON from the beginning of a line to the end; {} where there is none. */
function lastJson(output: string): object {
  const starts = [...output.matchAll(/^\{/gm)].map(({ index }) => index).reverse()
  for (const start of starts) {
    try {
      return JSON.parse(output.slice(start)) as object
    } catch {
      // A line of something else, or an inner one.
    }
  }
  return {}
}
