// @ts-check
// A process that opens a predictor and closes it again, in the ways that its plan, a JSON file, lists in
// rounds: opens-process.mjs FOLDER PLAN.

import { readFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { Predictor } from '@facecls/torch'
import { sample } from './memory.mjs'
import { tell } from './tell.mjs'
import { PIXELS, placeOf, unlessAborted } from './works.mjs'

/** @typedef {import('./opens.js').OpenLife} OpenLife */

const [folder, plan] = /** @type {[string, string]} */ (process.argv.slice(2))
const rounds = /** @type {OpenLife[][]} */ (JSON.parse(readFileSync(plan, 'utf8')))
const { bundle, photograph } = placeOf(folder)

/** Counts the predictors that the garbage collector has not taken. */
let alive = 0
const collected = new FinalizationRegistry(() => alive--)

/** @param {import('@facecls/torch').OpenOptions} [options] */
async function open(options) {
  const predictor = await Predictor.open(bundle, options)
  collected.register(predictor, undefined)
  alive++
  return predictor
}

/** @param {Promise<unknown>} call @param {string} code */
async function mustReject(call, code) {
  const thrown = await call.then(
    () => 'nothing',
    (failure) => failure.code,
  )
  if (thrown !== code) tell({ finding: `a call threw ${thrown}, not ${code}` })
}

/** @type {Record<OpenLife['way'], (delay: number) => Promise<void>>} */
const WAYS = {
  async unused() {
    await (await open()).close()
  },
  async used() {
    const predictor = await open()
    await predictor.classify(photograph)
    await predictor.close()
    await mustReject(predictor.classify(photograph), 'CLOSED')
  },
  async 'calls in flight'(delay) {
    const predictor = await open({ maxBatch: 4 })
    const calls = Array.from({ length: 12 }, (_, i) =>
      i % 2 ? predictor.embed(photograph) : predictor.classify(PIXELS),
    )
    const long = predictor.classify(Array.from({ length: 9 }, () => PIXELS))
    const answered = Promise.all(calls)
    // What is in the queue when it is closed is answered; of a long list a part is not in it yet.
    const ended = long.catch((failure) => {
      if (failure.code !== 'CLOSED') throw failure
    })
    if (delay > 10) await setTimeout(delay - 10)
    await Promise.all([predictor.close(), answered, ended])
  },
  async twice(delay) {
    const predictor = await open()
    const call = predictor.classify(PIXELS)
    const first = predictor.close()
    if (delay > 20) await setTimeout(delay - 20)
    await Promise.all([call, first, predictor.close(), predictor[Symbol.asyncDispose]()])
    await predictor.close()
  },
  async aborted(delay) {
    const controller = new AbortController()
    if (delay < 3) controller.abort()
    const opened = open({ signal: controller.signal }).catch(unlessAborted)
    await setTimeout(delay)
    controller.abort()
    await (await opened)?.close()
  },
  async storm(delay) {
    const predictor = await open({ maxBatch: 8 })
    const shared = new AbortController()
    const own = Array.from({ length: 40 }, () => new AbortController())
    const calls = own.map(({ signal }, i) =>
      predictor.classify(PIXELS, { signal: i % 2 ? signal : shared.signal }),
    )
    const settled = Promise.all(calls.map((call) => call.catch(unlessAborted)))
    for (const controller of own) {
      controller.abort()
      if (delay % 2) await setTimeout(0)
    }
    shared.abort()
    await settled
    const { waiting } = predictor.stats()
    if (waiting !== 0) tell({ finding: `${waiting} calls wait after all were aborted` })
    await predictor.close()
  },
  async dropped() {
    await (await open()).classify(PIXELS)
  },
}

let at = 0
for (const round of rounds) {
  for (const { way, delay } of round) {
    const name = `opening ${at++}, ${way}`
    tell({ ending: name })
    await WAYS[way](delay)
    tell({ ended: name })
  }
  tell({ sample: await sample(at) })
}
if (alive > 1) tell({ finding: `${alive} predictors are still held after all were closed or dropped` })
tell({ done: { lives: at } })
tell({ ending: 'the process' })
