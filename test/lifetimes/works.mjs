// @ts-check
// What is going on while a process or a thread ends: each work begins, goes on until it is told to stop, and uses nothing but
// the package as its users have it. What fails in it is nobody's, so that it ends the process.

import { mkdirSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { FaceClassifier, FaceDataset, Predictor } from '@facecls/torch'

/** @typedef {() => Promise<void>} Stop Ends the work at leisure. What it opened stays open where it does not close it itself. */
/** @typedef {(place: Place) => Promise<Stop>} Work Resolves once the process is in the middle of it. */

/**
 * @typedef Place
 * @property {string} folder
 * @property {string} bundle
 * @property {string} photographs The folder of a folder for each identity.
 * @property {Uint8Array} photograph The bytes of an image file.
 */

/**
 * @param {string} folder As `makePlace` fills it.
 * @returns {Place}
 */
export function placeOf(folder) {
  const photographs = join(folder, 'photographs')
  const identity = join(photographs, /** @type {string} */ (readdirSync(photographs)[0]))
  const photograph = readFileSync(join(identity, /** @type {string} */ (readdirSync(identity)[0])))
  return { folder, bundle: join(folder, 'bundle.safetensors'), photographs, photograph }
}

/** Pixels that no decoder has to see. */
export const PIXELS = { data: new Uint8Array(64 * 64 * 3).fill(90), width: 64, height: 64 }

/**
 * Does something again and again, `times` of it at once.
 *
 * @param {number} times
 * @param {() => Promise<unknown>} once
 * @returns {Stop}
 */
function repeat(times, once) {
  let goesOn = true
  const loop = async () => {
    while (goesOn) await once()
  }
  const loops = Promise.all(Array.from({ length: times }, loop))
  return async () => {
    goesOn = false
    await loops
  }
}

/** @param {unknown} failure */
export function unlessAborted(failure) {
  if (/** @type {{ code?: unknown } | null} */ (failure)?.code !== 'ABORTED') throw failure
}

/** @type {Work} */
async function opening({ bundle }) {
  return repeat(1, async () => {
    const predictor = await Predictor.open(bundle)
    await predictor.close()
  })
}

/** @type {Work} */
async function inferring({ bundle, photograph }) {
  const predictor = await Predictor.open(bundle)
  await predictor.classify(photograph)
  return repeat(2, () => predictor.classify(photograph))
}

/** Dozens of calls wait at any time, of which some are lists that are longer than a batch. @type {Work} */
async function waiting({ bundle, photograph }) {
  const predictor = await Predictor.open(bundle, { maxBatch: 4 })
  const list = Array.from({ length: 9 }, () => PIXELS)
  const once = () => Promise.all([predictor.embed(photograph), predictor.classify(list)])
  await predictor.classify(PIXELS)
  return repeat(8, once)
}

/** @type {Work} */
async function several(place) {
  const stops = await Promise.all([inferring(place), inferring(place), waiting(place)])
  return async () => {
    await Promise.all(stops.map((stop) => stop()))
  }
}

/** Predictors are closed while calls are under way, which are answered. @type {Work} */
async function closing({ bundle }) {
  return repeat(1, async () => {
    const predictor = await Predictor.open(bundle)
    const calls = Array.from({ length: 8 }, () => predictor.classify(PIXELS))
    await Promise.all([...calls, predictor.close()])
  })
}

/** Calls whose signals end them, half of them before their batch. @type {Work} */
async function aborting({ bundle, photograph }) {
  const predictor = await Predictor.open(bundle)
  await predictor.classify(photograph)
  let calls = 0
  return repeat(8, async () => {
    const controller = new AbortController()
    const call = predictor.classify(photograph, { signal: controller.signal })
    setTimeout(() => controller.abort(), (7 * calls++) % 20)
    await call.catch(unlessAborted)
  })
}

/** @type {Work} */
async function measuring({ bundle, photographs }) {
  const [predictor, faces] = await Promise.all([Predictor.open(bundle), FaceDataset.fromFolder(photographs)])
  await predictor.evaluate(faces)
  return repeat(1, () => predictor.evaluate(faces))
}

/** @type {Work} */
async function training({ folder, photographs }) {
  const parts = (await FaceDataset.fromFolder(photographs)).split({ train: 2 / 3, val: 1 / 3 })
  const runs = join(folder, 'runs')
  mkdirSync(runs, { recursive: true })
  const controller = new AbortController()
  const run = FaceClassifier.mobilenetV2({ classes: parts.train })
    .trainer(parts)
    .imageSize(64)
    .batchSize(4)
    .epochs(10_000)
    .cache('memory')
    .device('cpu')
    .start({ output: mkdtempSync(join(runs, 'run-')), signal: controller.signal })
  for await (const _step of run.steps()) break
  return async () => {
    controller.abort()
    await run.finished
  }
}

/** @type {Work} */
async function both(place) {
  const stops = await Promise.all([inferring(place), training(place)])
  return async () => {
    await Promise.all(stops.map((stop) => stop()))
  }
}

/** @type {Readonly<Record<string, Work>>} */
const WORKS = { opening, inferring, waiting, several, closing, aborting, measuring, training, both }

/**
 * @param {string} name
 * @param {Place} place
 */
export function begin(name, place) {
  const work = WORKS[name]
  if (work === undefined) throw new RangeError(`There is no work called ${name}`)
  return work(place)
}
