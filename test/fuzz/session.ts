// Watches a process that fuzzes: it is ended when its time is up, when it hangs, and when it has grown.

import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { discard, type Forked, forked } from '../weight-files/forked.js'
import { isLarge, READY, type Step, type Task } from './steps.js'

/** A file of each input: in memory where there is a place for it. */
const PLACE = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()
const PROGRAM = new URL('./fuzzing.ts', import.meta.url)
const START_MILLISECONDS = 60_000
/** More than an input may take, so that one that takes a bit longer is measured and not killed. */
const HANG_MILLISECONDS = 5000
const LOOK_MILLISECONDS = 50

/** What stands in for the real ones in tests. */
export interface StandIn {
  readonly program?: URL
  /** Milliseconds. */
  readonly hang?: number
}

export interface Watched extends StandIn {
  readonly task: Task
  /** One past the last input. */
  readonly until: number
  /** Whether it is time to end. */
  readonly isOver: () => boolean
  readonly onStep: (step: Step) => void
  /** The process hung or died at an input. */
  readonly onLoss: (index: number, how: string) => void
}

/** @returns The index of the next input. */
export async function session(watched: Watched): Promise<number> {
  const process = forked(watched.program ?? PROGRAM, ['--expose-gc'], PLACE)
  try {
    return await watch(process, watched)
  } finally {
    await discard(process)
  }
}

function watch({ child, ended }: Forked, watched: Watched): Promise<number> {
  const { task, until, isOver, onStep, onLoss, hang = HANG_MILLISECONDS } = watched
  return new Promise((resolve, reject) => {
    let next = task.from
    let isReady = false
    let last = performance.now()
    let isFinished = false
    const finish = () => {
      isFinished = true
      clearInterval(looking)
      child.removeAllListeners('message')
      resolve(next)
    }
    const lose = (how: string) => {
      if (isFinished) return // it was ended
      if (!isReady) reject(new Error(`The process that fuzzes does not start: ${how}`))
      else onLoss(next++, how)
      finish()
    }
    const looking = setInterval(() => {
      const quiet = performance.now() - last
      if (isOver() && !isReady) finish()
      else if (quiet > (isReady ? hang : START_MILLISECONDS))
        lose(`it hangs: no answer within ${(quiet / 1000).toFixed(1)} s`)
    }, LOOK_MILLISECONDS)
    child.on('message', (message: typeof READY | Step) => {
      last = performance.now()
      if (message === READY) {
        isReady = true
        return
      }
      onStep(message)
      next = message.index + 1
      // Time that is up ends the session here alone: an input that hangs must not slip away with it.
      if (next >= until || isLarge(message) || isOver()) finish()
    })
    ended.then((how) => lose(`it ended the process: ${how}`))
    child.send(task)
  })
}
