// Chooses thresholds on photographs that training did not see, so that at most a chosen share of wrong people is accepted.

import { setImmediate } from 'node:timers/promises'
import * as check from '../check.js'
import { type FaceDataset, MersenneTwister, randomPermutation } from '../data/index.js'
import { TorchError } from '../errors.js'
import { quoted } from '../files/index.js'
import { type ForwardOutput, nativeCall } from '../native/index.js'
import { cosine } from './answers.js'
import type { Calibration, UnknownCalibration } from './calibration.js'
import { checkDataset, filesOf, type NamedNetwork } from './measure.js'
import { drawPairs } from './pairs.js'
import type { PhotographStream } from './photograph-stream.js'
import type { MeasureOptions } from './predictor-options.js'
import { candidates } from './ranking.js'

/** Of `Predictor.calibrate()`. */
export interface CalibrateOptions extends MeasureOptions {
  /** The share of wrong people that may be accepted, above 0 and below 1. Defaults to 0.01. */
  falseAcceptanceRate?: number
  /** Photographs, labelled or not, of people that the model does not know. Defaults to none: `unknown` is null then. */
  strangers?: FaceDataset
  /** The most pairs of either kind that are compared, in [1, 10 million]. Defaults to 100,000. */
  pairs?: number
  /** The most photographs that pairs are made of, at least 2; each takes up to 8 kB of memory. Defaults to 10,000. */
  photographs?: number
  /** Of the choice of identities and pairs. Defaults to 0. */
  seed?: number
}

/** Streams files through the network; `task` is what is done, as a person would say it. */
type Streamed = (files: readonly string[], task: string) => PhotographStream

export interface CalibrateSettings {
  readonly falseAcceptanceRate: number
  readonly strangers: FaceDataset | null
  readonly pairs: number
  readonly photographs: number
  readonly seed: number
  readonly watch: MeasureOptions
}

export function checkCalibrate(options: CalibrateOptions | undefined): CalibrateSettings {
  const known = [
    ...(['falseAcceptanceRate', 'strangers', 'pairs', 'photographs', 'seed'] as const),
    ...(['signal', 'onProgress'] as const),
  ]
  const { falseAcceptanceRate, strangers, pairs, photographs, seed, ...watch } = check.options(
    'options',
    options,
    known,
  )
  const rate = check.number('falseAcceptanceRate', falseAcceptanceRate ?? 0.01, 0, 1)
  if (rate === 0 || rate === 1)
    throw new RangeError(check.expected('a number above 0 and below 1', 'falseAcceptanceRate', rate))
  return {
    falseAcceptanceRate: rate,
    strangers: strangers === undefined ? null : checkDataset('strangers', strangers),
    pairs: check.integer('pairs', pairs ?? 100_000, 1, 10_000_000),
    photographs: check.integer('photographs', photographs ?? 10_000, 2),
    seed: check.integer('seed', seed ?? 0, 0),
    watch,
  }
}

/** @throws TorchError DATASET where there are too few pairs or strangers for the rate. */
export async function calibrated(
  network: NamedNetwork,
  dataset: FaceDataset,
  settings: CalibrateSettings,
  streamed: Streamed,
): Promise<Calibration> {
  const { falseAcceptanceRate: rate, strangers } = settings
  refuseKnown(strangers, network.classes)
  const chosen = someIdentities(dataset, settings)
  const { embeddings, confidences, places } = await seen(network, filesOf(chosen), (files) =>
    streamed(files, 'Embedding the photographs'),
  )
  const own = chosen.labels()
  const labels = Int32Array.from(places, (place) => own[place] as number)
  const { genuine, impostor } = drawPairs(labels, settings)
  const cosines = (pairs: Int32Array) => similarities(embeddings, pairs)
  const different = await cosines(impostor)
  const threshold = thresholdAt(rate, different, 'pairs of two people')
  const verification = {
    threshold,
    falseAcceptanceRate: shareFrom(threshold, different) as number,
    falseRejectionRate: rejected(threshold, await cosines(genuine)),
    impostorPairs: different.length,
    genuinePairs: genuine.length / 2,
  }
  const made = { model: network.digest, flip: network.flip }
  if (strangers === null) return { ...made, verification, unknown: null }
  const known = new Set(network.classes)
  const ofKnown = confidences.filter((_, row) => known.has(chosen.classes[labels[row] as number] as string))
  const files = filesOf(strangers)
  const ofStrangers = await seen(network, files, () => streamed(files, 'Looking at strangers'), false)
  return { ...made, verification, unknown: unknownOf(rate, ofStrangers.confidences, ofKnown) }
}

function unknownOf(rate: number, strangers: Float64Array, known: Float64Array): UnknownCalibration {
  const threshold = thresholdAt(rate, strangers, 'photographs of strangers')
  return {
    threshold,
    falseAcceptanceRate: shareFrom(threshold, strangers) as number,
    falseRejectionRate: rejected(threshold, known),
    strangers: strangers.length,
    known: known.length,
  }
}

function refuseKnown(strangers: FaceDataset | null, classes: readonly string[]): void {
  const known = new Set(classes)
  const counts = strangers?.counts() ?? []
  const one = strangers?.classes.find((name, label) => known.has(name) && (counts[label] as number) > 0)
  if (one === undefined) return
  throw new RangeError(
    `Expected people that the model does not know for strangers but received ${quoted(one)}`,
  )
}

/**
 * Identities in an order that the seed draws, until there are enough photographs; of each half of these at most, so that
 * there are pairs of two people.
 */
function someIdentities(dataset: FaceDataset, { photographs, seed }: CalibrateSettings): FaceDataset {
  if (dataset.classes.length === 0)
    throw new RangeError('Expected labelled photographs for dataset but received photographs without labels')
  if (dataset.length <= photographs) return dataset
  const most = Math.floor(photographs / 2)
  const taken = new Int32Array(dataset.classes.length) // how many of each identity
  const counts = dataset.counts()
  let left = photographs
  for (const label of randomPermutation(counts.length, new MersenneTwister(seed))) {
    taken[label] = Math.min(counts[label] as number, most, left)
    left -= taken[label] as number
  }
  const chosen: number[] = []
  for (const [place, label] of dataset.labels().entries()) {
    if ((taken[label] as number) === 0) continue
    taken[label] = (taken[label] as number) - 1
    chosen.push(place)
  }
  return dataset.select(chosen)
}

interface Seen {
  /** Rows in the order of `places`; none where they were not wanted. */
  readonly embeddings: readonly Float32Array[]
  /** The highest probability of each. */
  readonly confidences: Float64Array
  /** Of the photographs that can be read, in the list of files. */
  readonly places: readonly number[]
}

async function seen(
  { model, classes, flip }: NamedNetwork,
  files: readonly string[],
  stream: (files: readonly string[]) => PhotographStream,
  withEmbeddings = true,
): Promise<Seen> {
  const outputs = withEmbeddings ? ['probabilities', 'embedding'] : ['probabilities']
  const embeddings: Float32Array[] = []
  const confidences: number[] = []
  const places: number[] = []
  for await (const batch of stream(files)) {
    const pack = { kind: 'pack', pack: batch.pixels, indices: batch.indices, samples: null } as const
    const [probable, embedded] = await nativeCall(model.forward({ batch: pack, outputs, flip }))
    for (const row of batch.places.keys()) {
      confidences.push(
        candidates(rowOf(probable as ForwardOutput, row), classes, 1)[0]?.probability as number,
      )
      if (embedded !== undefined) embeddings.push(rowOf(embedded, row).slice())
    }
    places.push(...batch.places)
  }
  if (confidences.every(Number.isFinite))
    return { embeddings, confidences: Float64Array.from(confidences), places }
  throw new TorchError(
    'NOT_FINITE',
    'The model gives no numbers: some of its weights are NaN or infinite. Open another checkpoint.',
  )
}

function rowOf({ data, shape }: ForwardOutput, row: number): Float32Array {
  const values = shape[1] as number
  return (data as Float32Array).subarray(row * values, (row + 1) * values)
}

/** Pairs that are compared before others get their turn: some milliseconds. */
const PAIRS_AT_ONCE = 4096

async function similarities(embeddings: readonly Float32Array[], pairs: Int32Array): Promise<Float64Array> {
  const found = new Float64Array(pairs.length / 2)
  for (let pair = 0; pair < found.length; pair++) {
    if (pair % PAIRS_AT_ONCE === 0) await setImmediate()
    const [one, other] = [embeddings[pairs[2 * pair] as number], embeddings[pairs[2 * pair + 1] as number]]
    found[pair] = cosine(one as Float32Array, other as Float32Array)
  }
  return found
}

/**
 * The lowest threshold that at most this share of the values reaches.
 *
 * @param what They are the values of: 'pairs of two people'
 * @throws TorchError DATASET where one value is more than that share
 */
export function thresholdAt(rate: number, values: Float64Array, what: string): number {
  // Rounding must not take one away: 0.07 x 100 is 7.000000000000001, 0.29 x 100 is 28.999999999999996.
  const allowed = Math.floor(rate * values.length + 1e-9)
  if (allowed < 1) {
    throw new TorchError(
      'DATASET',
      `A false acceptance rate of ${rate} cannot be measured on ${values.length} ${what}: at least ` +
        `${Math.ceil(1 / rate - 1e-9)} are needed. Give more photographs, or a higher falseAcceptanceRate.`,
    )
  }
  const falling = values.toSorted().reverse()
  const next = falling[allowed]
  // Above the first that must not be reached; all may be where there is none.
  return next === undefined ? (falling.at(-1) as number) : nextUp(next)
}

/** The next double above. */
function nextUp(value: number): number {
  if (value === 0) return Number.MIN_VALUE
  const bits = new BigInt64Array(new Float64Array([value]).buffer)
  bits[0] = (bits[0] as bigint) + (value > 0 ? 1n : -1n)
  return new Float64Array(bits.buffer)[0] as number
}

/** The share of the values that reach a threshold; null where there are none. */
function shareFrom(threshold: number, values: Float64Array): number | null {
  if (values.length === 0) return null
  return values.filter((value) => value >= threshold).length / values.length
}

function rejected(threshold: number, values: Float64Array): number | null {
  if (values.length === 0) return null
  return values.filter((value) => value < threshold).length / values.length
}
