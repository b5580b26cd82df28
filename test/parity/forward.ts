// The outputs of a network in eval mode, its tensors and the statistics of what its stages give.
import * as check from '../../lib/check.js'
import type { ForwardOutput, NetworkDescription } from '../../lib/native/index.js'
import { type Check, type Context, identical, normError, within, worst } from './check.js'
import { type NetworkGolden, networks, ReferenceNetwork } from './network.js'
import { fields, headWidths, imageShape, numbers, shape } from './read.js'

interface Stage {
  readonly shape: number[]
  readonly mean: number
  readonly std: number
  readonly absmax: number
}

export interface ForwardGolden extends NetworkGolden {
  readonly logits: number[]
  readonly embedding: number[] | null // of networks that have one of their own
  readonly stages: Readonly<Record<string, Stage>>
  readonly parameters: number
  readonly tensors: Readonly<Record<string, number[]>>
}

const TOLERANCE = { float64: 1e-10, float32: 1e-5 } as const

export function readForward(value: unknown): ForwardGolden {
  const golden = fields('golden', value)
  const model = check.oneOf('model', golden.model, Object.keys(networks))
  const input = imageShape('input', golden.input)
  const logits = numbers('logits', golden.logits)
  const head = headWidths('head', golden.head ?? null)
  const embeds = golden.embedding !== undefined || (networks[model]?.embeds === true && head === null)
  return {
    model,
    seed: check.integer('seed', golden.seed, 0),
    input,
    head,
    classes: check.integer('logits for each image', logits.length / (input[0] as number), 2),
    logits,
    embedding: embeds ? numbers('embedding', golden.embedding) : null,
    stages: record('stages', golden.stages, readStage),
    parameters: check.integer('parameters', golden.parameters, 1),
    tensors: record('state_dict', golden.state_dict, shape),
  }
}

function record<T>(name: string, value: unknown, read: (name: string, value: unknown) => T) {
  const entries = Object.entries(fields(name, value))
  if (entries.length === 0) throw new RangeError(check.expected('an object that is not empty', name, value))
  return Object.fromEntries(entries.map(([key, one]) => [key, read(`${name}.${key}`, one)]))
}

function readStage(name: string, value: unknown): Stage {
  const stage = fields(name, value)
  return {
    shape: shape(`${name}.shape`, stage.shape),
    mean: check.number(`${name}.mean`, stage.mean),
    std: check.number(`${name}.std`, stage.std, 0),
    absmax: check.number(`${name}.absmax`, stage.absmax, 0),
  }
}

export function checkForward(golden: ForwardGolden, context: Context): Promise<Check[]> {
  const { precision } = context
  const tolerance = TOLERANCE[precision]
  return ReferenceNetwork.use(golden, context, async (network) => {
    const names = Object.keys(golden.stages)
    const own = golden.embedding === null ? ['logits'] : ['logits', 'embedding']
    const outputs = await network.forward([...own, ...names])
    const compared = (name: string, reference: number[]) => {
      const output = outputs.find((one) => one.name === name)
      return within(name, precision, normError(output?.data ?? [], reference), tolerance)
    }
    return [
      ...checkDescription(golden, network.description, context),
      compared('logits', golden.logits),
      ...(golden.embedding === null ? [] : [compared('embedding', golden.embedding)]),
      checkStages(golden, outputs, context),
    ]
  })
}

function checkDescription(golden: ForwardGolden, { tensors }: NetworkDescription, context: Context): Check[] {
  const shown = (name: string, sizes: readonly number[]) => `${name} [${sizes.join(', ')}]`
  const own = tensors.map(({ name, shape: sizes }) => shown(name, sizes))
  const reference = Object.entries(golden.tensors).map(([name, sizes]) => shown(name, sizes))
  const parameters = tensors
    .filter(({ parameter }) => parameter)
    .reduce((sum, tensor) => sum + tensor.shape.reduce((product, size) => product * size, 1), 0)
  return [
    identical('state_dict', context.precision, own, reference),
    within('parameters', context.precision, Math.abs(parameters - golden.parameters), 0),
  ]
}

/** Of each stage the shape, and mean, standard deviation and largest value as one vector; the worst stage counts. */
function checkStages(golden: ForwardGolden, outputs: readonly ForwardOutput[], context: Context): Check {
  const errors = Object.entries(golden.stages).map(([name, stage]) => {
    const output = outputs.find((one) => one.name === name)
    if (output === undefined || output.shape.join() !== stage.shape.join()) return Number.NaN
    return normError(statistics(output.data), [stage.mean, stage.std, stage.absmax])
  })
  const error = worst(errors)
  const name = Object.keys(golden.stages)[errors.findIndex((one) => Object.is(one, error))]
  const note = Number.isNaN(error) ? `${name} has another shape` : `worst: ${name}`
  return within('stages', context.precision, error, TOLERANCE[context.precision], note)
}

/** Mean, standard deviation with n - 1, and the largest absolute value. */
function statistics(values: ForwardOutput['data']): [number, number, number] {
  let sum = 0
  let largest = 0
  for (const value of values) {
    sum += value
    largest = Math.max(largest, Math.abs(value))
  }
  const mean = sum / values.length
  let squares = 0
  for (const value of values) squares += (value - mean) ** 2
  return [mean, Math.sqrt(squares / (values.length - 1)), largest]
}
