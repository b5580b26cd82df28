// Worker threads that begin and end, several at once, while the main thread infers: all in one process, which must not grow.

import { Random } from '../fuzz/random.js'
import type { WorkName } from './ends.js'
import { inOneProcess, inRounds } from './one-process.js'
import type { Outcome, PartOptions } from './part.js'

export interface ThreadLife {
  readonly work: WorkName
  readonly ending: 'terminate' | 'by itself' | 'exit' | 'throw'
  /** The moment from which the delay counts: the thread's begin, or the middle of its work. */
  readonly when: 'begins' | 'busy'
  /** Milliseconds. */
  readonly delay: number
  /** Of process.exit in the thread. */
  readonly code: number
}

const THREADS_A_ROUND = 4
/** A thread that begins is loading the package, the addon, then opening a bundle. */
const BEGIN_MILLISECONDS = 600
const MIDDLE_MILLISECONDS = 60

const WORKS = {
  inferring: 8,
  waiting: 4,
  opening: 3,
  closing: 2,
  several: 1,
  aborting: 2,
  measuring: 2,
  training: 1,
  both: 1,
} as const
const ENDINGS = { terminate: 6, 'by itself': 2, exit: 1, throw: 1 } as const

/** The life of a number, a function of the seed. */
export function drawThread(seed: number, number: number): ThreadLife {
  const random = new Random('threads', seed, number)
  const when = random.chance(0.3) ? 'begins' : 'busy'
  return {
    work: random.weighted(WORKS),
    ending: random.weighted(ENDINGS),
    when,
    delay: random.below(when === 'begins' ? BEGIN_MILLISECONDS : MIDDLE_MILLISECONDS),
    code: random.between(2, 120),
  }
}

export function endsOfThreads(options: PartOptions): Promise<Outcome> {
  const lives = Array.from({ length: options.count }, (_, number) => drawThread(options.seed, number))
  const rounds = inRounds(lives, THREADS_A_ROUND)
  return inOneProcess(options, { part: 'worker threads', program: 'threads-process.mjs', rounds })
}
