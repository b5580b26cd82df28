// A predictor that is opened and closed, or not closed, again and again in one process, which must not grow.

import { Random } from '../fuzz/random.js'
import { inOneProcess, inRounds } from './one-process.js'
import type { Outcome, PartOptions } from './part.js'

export interface OpenLife {
  /** 'aborted': its opening; 'storm': the signals of its calls; 'dropped': left to the garbage collector, never closed. */
  readonly way: 'unused' | 'used' | 'calls in flight' | 'twice' | 'aborted' | 'storm' | 'dropped'
  /** Milliseconds to the moment that the way has. */
  readonly delay: number
}

const WAYS = { unused: 2, used: 2, 'calls in flight': 4, twice: 2, aborted: 4, storm: 2, dropped: 2 } as const
const MOMENT_MILLISECONDS = 40
const SAMPLES = 50

/** The life of a number, a function of the seed. */
export function drawOpening(seed: number, number: number): OpenLife {
  const random = new Random('opens', seed, number)
  return { way: random.weighted(WAYS), delay: random.below(MOMENT_MILLISECONDS) }
}

export function opensAndCloses(options: PartOptions): Promise<Outcome> {
  const lives = Array.from({ length: options.count }, (_, number) => drawOpening(options.seed, number))
  const rounds = inRounds(lives, Math.ceil(lives.length / SAMPLES))
  return inOneProcess(options, { part: 'predictors', program: 'opens-process.mjs', rounds })
}
