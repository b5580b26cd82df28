// Gradients against finite differences, and the fused optimizers against their formulas.
import { describe, expect, it } from 'vitest'
import { trunkLayers } from '../../lib/model/index.js'
import type {
  NativeModel,
  NativeTrainer,
  NetworkDescription,
  OptimizerSpec,
  Precision,
  StateTensor,
  StepSpec,
} from '../../lib/native/index.js'
import { native } from '../../lib/native/index.js'
import { hasBfloat16 } from './device.js'
import { cyclingLabels, floatsOf, NETWORKS, noiseBatch, sgd, specOf, trainer } from './networks.js'

const SIZE = { inceptionResnetV1: 80, mobilenetV2: 48, resnet50: 48 }

/** All layers learn, or those that are chosen. */
async function learn(training: NativeTrainer, layers: readonly string[], size: number): Promise<void> {
  const groups = [{ layers, rateFactor: 1 }]
  await training.setStage({ groups, frozenBatchNorm: 'stored', imageSize: size, batchSize: 4 })
}

const layersOf = (model: NativeModel) => model.description.layers.map(({ name }) => name)

function stepOf(size: number, learningRate: number, step = 0): StepSpec {
  const batches = [{ batch: noiseBatch(4, size), labels: cyclingLabels(4) }]
  return { batches, epoch: 0, step, learningRate }
}

/** A state with some of its values replaced. */
function replaced(state: readonly StateTensor[], values: ReadonlyMap<string, Float64Array>): StateTensor[] {
  return state.map((tensor) => {
    const own = values.get(tensor.name)
    if (own === undefined) return tensor
    const typed = tensor.dtype === 'float64' ? own : Float32Array.from(own)
    return { ...tensor, data: new Uint8Array(typed.buffer) }
  })
}

/** The gradient of these layers' parameters: what one step of plain gradient descent subtracts, divided by its rate. */
async function gradients(
  model: NativeModel,
  layers: readonly string[],
  size: number,
  rate: number,
): Promise<ReadonlyMap<string, Float64Array>> {
  const before = await model.state()
  const plain = await trainer(model, { optimizer: sgd })
  await learn(plain, layers, size)
  await plain.step(stepOf(size, rate))
  plain.close()
  const after = await model.state()
  await model.load(before)
  const chosen = model.description.layers.filter(({ name }) => layers.includes(name))
  const parameters = new Set(chosen.flatMap((layer) => layer.parameters))
  const both = before.map((tensor, i) => [tensor, after[i] as StateTensor] as const)
  return new Map(
    both
      .filter(([{ name }]) => parameters.has(name))
      .map(([one, other]) => {
        const moved = floatsOf(other)
        return [one.name, floatsOf(one).map((value, i) => (value - (moved[i] as number)) / rate)]
      }),
  )
}

/** The parameters of each group of the trunk, and of the head. */
function blocksOf(description: NetworkDescription): ReadonlyMap<string, string[]> {
  const groupOf = new Map<string, string>(trunkLayers(description).map(({ name, group }) => [name, group]))
  const blocks = new Map<string, string[]>()
  for (const { name, parameters } of description.layers) {
    const block = groupOf.get(name) ?? 'head'
    blocks.set(block, [...(blocks.get(block) ?? []), ...parameters])
  }
  return blocks
}

describe.each(NETWORKS)('the gradients of %s in float64', (architecture) => {
  it('are those of finite differences, block by block', async () => {
    const size = SIZE[architecture]
    const model = await native('training').createModel(specOf(architecture, { precision: 'float64' }))
    const gradient = await gradients(model, layersOf(model), size, 1)
    const start = await model.state()
    const training = await trainer(model)
    await learn(training, layersOf(model), size)
    const blocks = blocksOf(model.description)
    expect(blocks.size).toBeGreaterThan(6)
    for (const [block, names] of blocks) {
      let along = 0 // the derivative in the direction of the signs of this block's gradient
      for (const name of names)
        along += (gradient.get(name) as Float64Array).reduce((s, g) => s + Math.abs(g), 0)
      const lossAt = async (distance: number) => {
        const values = new Map(
          names.map((name) => {
            const own = floatsOf(start.find((tensor) => tensor.name === name) as StateTensor)
            const slope = gradient.get(name) as Float64Array
            return [name, own.map((value, i) => value + distance * Math.sign(slope[i] as number))]
          }),
        )
        await model.load(replaced(start, values))
        return (await training.step(stepOf(size, 0))).loss
      }
      const h = 1e-6 / along // moves the loss by a millionth each way: far above its rounding, far below its curvature
      const difference = ((await lossAt(h)) - (await lossAt(-h))) / (2 * h)
      expect(Math.abs(difference / along - 1), `${block}: ${difference} and ${along}`).toBeLessThan(1e-5)
    }
    training.close()
    model.close()
  })
})

const LEARNING_RATE = 2 ** -10
const DECAY = 0.125
const BETAS = [0.9, 0.999] as const
const EPSILON = 1e-8

/** What an optimizer keeps of a value. */
interface Memory {
  m: number
  v: number
}

/** One update of one value by the formula in PyTorch's documentation. */
type Formula = (value: number, gradient: number, step: number, memory: Memory) => number

function adamUpdate(gradient: number, step: number, memory: Memory): number {
  memory.m = BETAS[0] * memory.m + (1 - BETAS[0]) * gradient
  memory.v = BETAS[1] * memory.v + (1 - BETAS[1]) * gradient ** 2
  const corrected = [memory.m / (1 - BETAS[0] ** step), memory.v / (1 - BETAS[1] ** step)] as const
  return LEARNING_RATE * (corrected[0] / (Math.sqrt(corrected[1]) + EPSILON))
}

const adamSpec = { beta1: BETAS[0], beta2: BETAS[1], epsilon: EPSILON, weightDecay: DECAY }
const momentum = { kind: 'sgd', momentum: 0.9, weightDecay: DECAY } as const
const optimizers: [string, OptimizerSpec, Formula][] = [
  [
    'adam',
    { kind: 'adam', ...adamSpec },
    (value, gradient, step, memory) => value - adamUpdate(gradient + DECAY * value, step, memory),
  ],
  [
    'adamW',
    { kind: 'adamw', ...adamSpec },
    (value, gradient, step, memory) =>
      value * (1 - LEARNING_RATE * DECAY) - adamUpdate(gradient, step, memory),
  ],
  [
    'sgd with momentum',
    { ...momentum, nesterov: false },
    (value, gradient, step, memory) => {
      const decayed = gradient + DECAY * value
      memory.m = step === 1 ? decayed : 0.9 * memory.m + decayed
      return value - LEARNING_RATE * memory.m
    },
  ],
  [
    "sgd with Nesterov's momentum",
    { ...momentum, nesterov: true },
    (value, gradient, step, memory) => {
      const decayed = gradient + DECAY * value
      memory.m = step === 1 ? decayed : 0.9 * memory.m + decayed
      return value - LEARNING_RATE * (decayed + 0.9 * memory.m)
    },
  ],
]

const precisions: Precision[] = hasBfloat16('fused steps') ? ['float32', 'bfloat16'] : ['float32']

/** Some of all kinds: a tenth of the values. */
function learningLayers(model: NativeModel): string[] {
  return layersOf(model).filter((name) => /^(conv2d_|repeat_1|repeat_2\.0|logits)/.test(name))
}

function cosine(one: Float64Array, other: Float64Array): number {
  const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, x, i) => sum + x * (b[i] as number), 0)
  return dot(one, other) / Math.sqrt(dot(one, one) * dot(other, other))
}

// InceptionResnetV1 has convolutions of 3 x 3, 1 x 7 and 7 x 1, whose channels_last weights lie in another order than a
// gradient of PyTorch's own memory format would.
describe.each(precisions)('a fused step in %s', (precision) => {
  // A gradient in another memory order than its parameter would be one of shuffled values.
  it('follows the gradient of float64, for every parameter', async () => {
    const size = SIZE.inceptionResnetV1
    const slopes = async (asked: Precision) => {
      const model = await native('training').createModel(specOf('inceptionResnetV1', { precision: asked }))
      const result = await gradients(model, learningLayers(model), size, 1024)
      model.close()
      return result
    }
    const [own, reference] = [await slopes(precision), await slopes('float64')]
    for (const [name, values] of reference) {
      const alignment = cosine(own.get(name) as Float64Array, values)
      expect(alignment, name).toBeGreaterThan(precision === 'float32' ? 0.9999 : 0.6)
    }
  })

  it.each(optimizers)(
    'of %s is the formula, for every value of every parameter',
    async (_, optimizer, formula) => {
      const size = SIZE.inceptionResnetV1
      const spec = specOf('inceptionResnetV1', { precision })
      const model = await native('training').createModel(spec)
      const other = await native('training').createModel(spec)
      const training = await trainer(model, { optimizer })
      const layers = learningLayers(model)
      await learn(training, layers, size)
      const memories = new Map<string, Memory[]>()
      for (let step = 1; step <= 3; step++) {
        const before = await model.state()
        await other.load(before)
        const gradient = await gradients(other, layers, size, 1024)
        await training.step(stepOf(size, LEARNING_RATE, step - 1))
        const after = await model.state()
        let worst = 0
        for (const [i, tensor] of before.entries()) {
          const slope = gradient.get(tensor.name)
          if (slope === undefined) continue
          const [from, to] = [floatsOf(tensor), floatsOf(after[i] as StateTensor)]
          const memory = memories.get(tensor.name) ?? Array.from(from, (): Memory => ({ m: 0, v: 0 }))
          memories.set(tensor.name, memory)
          for (let k = 0; k < from.length; k++) {
            const value = from[k] as number
            const expected = formula(value, slope[k] as number, step, memory[k] as Memory)
            // Where decay and gradient cancel, their rounding decides which way Adam goes.
            const decay = DECAY * value
            if (Math.abs((slope[k] as number) + decay) < 0.01 * Math.abs(decay)) continue
            // float32 rounds the value itself and its update.
            const rounding = 2e-7 * Math.abs(value) + 1e-3 * LEARNING_RATE
            worst = Math.max(worst, Math.abs((to[k] as number) - expected) / rounding)
          }
        }
        expect(worst).toBeLessThan(1)
      }
      for (const object of [training, model, other]) object.close()
    },
  )
})
