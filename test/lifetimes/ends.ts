// Processes that end in the middle of their work, by process.exit and in other ways.

import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { Random } from '../fuzz/random.js'
import { type ExpectedEnd, type Outcome, type PartOptions, wrongEnd } from './part.js'
import { watchedProcess } from './watched-process.js'

const WORKS = [
  'opening',
  'inferring',
  'waiting',
  'several',
  'closing',
  'aborting',
  'measuring',
  'training',
  'both',
] as const
export type WorkName = (typeof WORKS)[number]

/** 'exit' is process.exit; 'exit of the worker' is its process.exit, which ends the thread, and then the process's. */
export const ENDINGS = ['exit', 'exit of the worker', 'throw', 'reject', 'kill', 'by itself'] as const
export type Ending = (typeof ENDINGS)[number]

export interface Life {
  readonly where: 'main' | 'worker' | 'both'
  readonly work: WorkName
  readonly ending: Ending
  /** Milliseconds from the middle of the work to the end. */
  readonly delay: number
  readonly code: number
}

/** Opening takes this long, LibTorch's loading included; other works are in their middle from the begin. */
const OPENING_MILLISECONDS = 700
const MIDDLE_MILLISECONDS = 120

/** The life of a number, a function of the seed. */
export function drawLife(ending: Ending, seed: number, number: number): Life {
  const random = new Random(ending, seed, number)
  // All works are had equally often, whatever their number.
  const work = WORKS[(number + random.below(2) * WORKS.length) % WORKS.length] as WorkName
  const where = ending === 'exit of the worker' ? 'worker' : random.pick(['main', 'worker', 'both'] as const)
  const delay = random.below(work === 'opening' ? OPENING_MILLISECONDS : MIDDLE_MILLISECONDS)
  return { where, work, ending, delay, code: random.between(2, 120) }
}

export function expectedEnd({ ending, code }: Life): ExpectedEnd {
  switch (ending) {
    case 'throw':
    case 'reject':
      return { exitCode: 1, signal: null, says: 'thrown on purpose' }
    case 'kill':
      return { exitCode: null, signal: 'SIGTERM' }
    case 'by itself':
      return { exitCode: 0, signal: null }
    default:
      return { exitCode: code, signal: null }
  }
}

export async function endsOfProcesses(ending: Ending, options: PartOptions): Promise<Outcome> {
  const { folder, count, seed, onProgress, signal } = options
  const begun = performance.now()
  const findings: string[] = []
  let slowestEndMilliseconds = 0
  let lives = 0
  for (; lives < count && !signal?.aborted; lives++) {
    const life = drawLife(ending, seed, lives)
    const { where, work, delay, code } = life
    const args = [folder, where, work, ending, `${delay}`, `${code}`]
    const end = await watchedProcess({ ...options, program: 'ending-process.mjs', args })
    rmSync(join(folder, 'runs'), { recursive: true, force: true })
    if (signal?.aborted) break
    const wrong = wrongEnd(end, expectedEnd(life))
    const name = `${ending}, life ${lives} (${work} in ${where}, after ${delay} ms)`
    if (wrong !== null) findings.push(`${name}: ${wrong}`)
    if (wrong !== null) onProgress(`FINDING ${name}: ${wrong}`)
    slowestEndMilliseconds = Math.max(slowestEndMilliseconds, end.slowestMilliseconds)
    onProgress(`${ending}: ${lives + 1} of ${count}`)
  }
  const seconds = (performance.now() - begun) / 1000
  return { part: ending, lives, seconds, slowestEndMilliseconds, growth: null, answers: null, findings }
}
