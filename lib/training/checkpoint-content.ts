// What a checkpoint says beside its tensors, checked: a file may be whole and still not be what a run wrote.

import * as check from '../check.js'
import { CACHE_KINDS } from '../data/index.js'
import { messageOf, TorchError } from '../errors.js'
import { plain, quoted } from '../files/index.js'
import { PRECISIONS } from '../inference/index.js'
import { checkBundleMetadata } from '../model/index.js'
import { PLAN_FORMAT, type Plan } from './plan.js'
import { checkRates } from './rates.js'
import type { RunState } from './run-state.js'
import { SAMPLINGS } from './sampler.js'
import { LARGEST_BUDGET, LARGEST_SEED, SMALLEST_BUDGET } from './settings.js'

/** Throws TypeError or RangeError. */
type Check = (name: string, value: unknown) => void

/** Keys that are not named pass: native code looks at every key of what it is given. */
const object =
  (members: Readonly<Record<string, Check>>): Check =>
  (name, value) => {
    const own = new Map(check.record(name, 'an object', value))
    for (const [key, checkMember] of Object.entries(members)) checkMember(`${name}.${key}`, own.get(key))
  }
const list =
  (checkItem: Check): Check =>
  (name, value) => {
    if (!Array.isArray(value)) throw new TypeError(check.expected('an array', name, value))
    for (const [place, item] of value.entries()) checkItem(`${name}[${place}]`, item)
  }
const orNull =
  (checkValue: Check): Check =>
  (name, value) => {
    if (value !== null) checkValue(name, value)
  }
const oneOf =
  (choices: readonly string[]): Check =>
  (name, value) =>
    check.oneOf(name, value, choices)
const from =
  (minimum: number): Check =>
  (name, value) =>
    check.integer(name, value, minimum)
const number: Check = (name, value) => check.number(name, value)
const numbers = (...names: string[]): Check => object(Object.fromEntries(names.map((name) => [name, number])))

const SETTINGS = object({
  augmentation: object({}),
  sampling: oneOf(SAMPLINGS),
  cache: object({ kind: oneOf(CACHE_KINDS), folder: orNull(check.string), limit: number }),
  optimizer: object({ learningRate: number, spec: object({}) }),
  layerRates: object({}),
  clipNorm: orNull(number),
  averageDecay: orNull(number),
  schedule: orNull(object({ kind: check.string, settings: object({}) })),
  epochs: from(1),
  stopEarly: orNull(object({ monitor: oneOf(['valLoss', 'valTop1']), patience: from(0), threshold: number })),
  timeBudget: orNull((name, value) => check.number(name, value, SMALLEST_BUDGET, LARGEST_BUDGET)),
  checkpoints: object({ everySteps: orNull(from(1)), minSeconds: number, keep: from(1) }),
  batchSize: from(1),
  accumulate: from(1),
  seed: (name, value) => check.integer(name, value, 0, LARGEST_SEED),
})

const STAGE = object({
  number: from(1),
  name: check.string,
  firstEpoch: from(1),
  trainable: list(check.string),
  frozenBatchNorm: oneOf(['stored', 'batch']),
  batchNormSeesBatch: check.boolean,
})

const PLAN = object({
  network: object({}),
  settings: SETTINGS,
  stages: list(STAGE),
  loss: object({}),
  device: check.string,
  precision: oneOf(PRECISIONS),
  threads: from(1),
  list: check.string,
})

const ROW = numbers(
  ...['epoch', 'stage', 'learningRate', 'trainLoss', 'trainTop1', 'valLoss', 'valTop1', 'valTop5'],
  ...['samples', 'dropped'],
)

const STATE = object({
  epoch: from(1),
  sums: numbers('updates', 'lossSum', 'weight', 'correct', 'samples', 'dropped', 'seconds'),
  globalStep: from(0),
  schedule: numbers('epoch', 'learningRate'),
  improvement: object({ best: orNull(number), badEpochs: from(0) }),
  rows: list(ROW),
  timing: list(numbers('epoch', 'trainSeconds', 'validationSeconds', 'imagesPerSecond')),
  best: orNull(ROW),
  fingerprint: orNull(check.string),
})

/** @throws TorchError WEIGHTS naming the file: it is of another version of the package, or no run wrote it. */
export function readContent(file: string, json: string): { plan: Plan; state: RunState } {
  return asSaid(file, () => {
    const content: unknown = JSON.parse(json)
    const { plan } = (content ?? {}) as { plan?: { format?: unknown } }
    if (plan?.format !== undefined && plan.format !== PLAN_FORMAT) throw otherVersion(file)
    object({ plan: PLAN, state: STATE })('checkpoint', content)
    const checked = content as { plan: Plan; state: RunState }
    checkModel(checked.plan)
    refuseContradictions(checked)
    return checked
  })
}

/** By what a bundle of it would say. */
function checkModel({ network, classes, imageSize, normalisation, recipe, versions, settings }: Plan): void {
  const { architecture } = checkBundleMetadata({
    ...network,
    ...{ classes, inputSize: imageSize, normalisation, recipe, versions, metrics: {} },
  })
  checkRates('layerRates', settings.layerRates, architecture)
}

function refuseContradictions({ plan, state }: { plan: Plan; state: RunState }): void {
  if (plan.stages[0]?.firstEpoch !== 1)
    throw new RangeError(check.expected('a stage from the first epoch on', 'stages', plan.stages))
  if (state.rows.length !== state.epoch - 1)
    throw new RangeError(check.expected('a row for each complete epoch', 'rows', state.rows))
}

/** What the content of a checkpoint makes impossible is told as a fault of the file. */
export function asSaid<T>(file: string, work: () => T): T {
  try {
    return work()
  } catch (thrown) {
    throw faultOf(file, thrown)
  }
}

/** As {@link asSaid}, for work that is waited for. */
export async function asSaidLater<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (thrown) {
    throw faultOf(file, thrown)
  }
}

function faultOf(file: string, thrown: unknown): unknown {
  const isOfContent =
    thrown instanceof TorchError
      ? thrown.code === 'NETWORK'
      : [TypeError, RangeError, SyntaxError].some((kind) => thrown instanceof kind)
  if (!isOfContent) return thrown
  const reason = plain(messageOf(thrown))
  const message = `Cannot go on from ${quoted(file)}: what it says of the run is wrong: ${reason}. Remove it to go on from the one before, or start anew.`
  return new TorchError('WEIGHTS', message, { cause: thrown })
}

function otherVersion(file: string): TorchError {
  const message = `Cannot go on from ${quoted(file)}: it is of another version of @facecls/torch. Go on with that version, or start anew.`
  return new TorchError('WEIGHTS', message)
}
