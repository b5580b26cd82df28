// @ts-check
// A process in which worker threads begin and end while its main thread infers: threads-process.mjs FOLDER PLAN. The plan is a
// JSON file: rounds of threads that live at the same time.

import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { Predictor } from '@facecls/torch'
import { sample } from './memory.mjs'
import { tell } from './tell.mjs'
import { PIXELS, placeOf } from './works.mjs'

/** @typedef {import('./threads.js').ThreadLife} ThreadLife */

const [folder, plan] = /** @type {[string, string]} */ (process.argv.slice(2))
const rounds = /** @type {ThreadLife[][]} */ (JSON.parse(readFileSync(plan, 'utf8')))

/**
 * One worker thread from its begin to its end.
 *
 * @param {ThreadLife} life
 * @param {string} name
 */
async function live({ work, ending, when, delay, code }, name) {
  const worker = new Worker(new URL('thread.mjs', import.meta.url), { workerData: { folder, work } })
  /** @type {unknown} */
  let thrown
  worker.on('error', (error) => {
    thrown = error
  })
  const ended = new Promise((resolve) => worker.once('exit', resolve))
  const ready = new Promise((resolve) =>
    worker.on('message', (message) => message === when && resolve(undefined)),
  )
  await Promise.race([ready, ended])
  await new Promise((resolve) => setTimeout(resolve, delay))
  tell({ ending: name })
  if (ending === 'terminate') await worker.terminate()
  else worker.postMessage({ ending, code })
  const itsCode = await ended
  tell({ ended: name })
  const expected = { terminate: 1, throw: 1, exit: code, 'by itself': 0 }[ending]
  const message = /** @type {Error | undefined} */ (thrown)?.message
  if (itsCode !== expected) tell({ finding: `${name}: exit code ${itsCode}, not ${expected}: ${message}` })
  else if (message !== (ending === 'throw' ? 'thrown on purpose' : undefined))
    tell({ finding: `${name}: it threw ${message}` })
}

const predictor = await Predictor.open(placeOf(folder).bundle)
const truth = JSON.stringify(await predictor.classify(PIXELS))
let goesOn = true
let answers = 0
const infers = (async () => {
  for (; goesOn; answers++) {
    if (JSON.stringify(await predictor.classify(PIXELS)) !== truth) tell({ finding: 'an answer changed' })
  }
})()

let at = 0
for (const [number, round] of rounds.entries()) {
  const before = answers
  const lives = round.map((life, place) =>
    live(life, `thread ${number}.${place}, ${life.work}, ${life.ending}`),
  )
  await Promise.all(lives)
  rmSync(join(folder, 'runs'), { recursive: true, force: true })
  at += round.length
  if (answers === before) tell({ finding: `round ${number}: the main thread was not answered` })
  tell({ sample: await sample(at) })
}
goesOn = false
await infers
await predictor.close()
tell({ done: { lives: at, answers } })
tell({ ending: 'the process' })
