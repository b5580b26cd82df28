// Mixup and CutMix: that the loss, the counts and the gradients of a step are those of mixed samples. What is drawn,
// mixing-draws.test.ts says.
import { describe, expect, it } from 'vitest'
import type {
  LossSpec,
  MixingDraw,
  NativeModel,
  StageSpec,
  StateTensor,
  StepSpec,
} from '../../lib/native/index.js'
import { native } from '../../lib/native/index.js'
import { frozenPrefix, hasBfloat16 } from './device.js'
import { always, type Mixings, mixedTargets, mixedValues, mixing } from './mixing.js'
import { noise } from './models.js'
import { CLASSES, floatsOf, normalised, specOf, trainer, wavesBatch } from './networks.js'

const size = 48
const each = 3 * size * size
const head = { kind: 'mlp', classes: CLASSES, hidden: [8], activation: 'relu', dropout: 0 } as const
const stage: StageSpec = {
  groups: [{ layers: ['head.0', 'head.3'], rateFactor: 1 }],
  ...{ frozenBatchNorm: 'stored', imageSize: size, batchSize: 4 },
}
const plain: LossSpec = { kind: 'cross_entropy', labelSmoothing: 0, classWeights: null }
const waves = (wavesBatch(8, size) as { data: Float32Array }).data
const labels = Int32Array.of(0, 1, 3, 2, 1, 0, 2, 3)

/** Samples [from, from + count) as a batch of its own. */
function part(from: number, count: number) {
  const data = Float64Array.from(waves.subarray(from * each, (from + count) * each))
  const batch = { kind: 'tensor', data, shape: [count, 3, size, size] } as const
  return { batch, labels: labels.slice(from, from + count) }
}

/** A random network hardly tells one photograph from another; by smaller variances and a louder head it does. */
async function newModel(precision: 'float64' | 'float32' | 'bfloat16' = 'float64'): Promise<NativeModel> {
  const model = await native().createModel(specOf('mobilenetV2', { precision, head }))
  const state = await model.state()
  const telling = state.flatMap((tensor) => {
    if (tensor.name.endsWith('running_var')) return replaced(tensor, () => 0.15)
    return /^head.*weight$/.test(tensor.name) ? replaced(tensor, (value) => 30 * value) : []
  })
  await model.load(telling)
  return model
}

function replaced(tensor: StateTensor, by: (value: number) => number): StateTensor {
  const values = floatsOf(tensor).map(by)
  return { ...tensor, dtype: 'float64', data: new Uint8Array(values.buffer) }
}

/** By sample. */
async function logitsOf(model: NativeModel, values: Float64Array): Promise<number[][]> {
  const shape = [values.length / each, 3, size, size]
  const batch = { kind: 'tensor', data: values, shape } as const
  const [output] = await model.forward({ batch, outputs: ['logits'], flip: false })
  const flat = Array.from(output?.data ?? [])
  return Array.from({ length: values.length / each }, (_, i) => flat.slice(i * CLASSES, (i + 1) * CLASSES))
}

function softmax(logits: readonly number[]): number[] {
  const powers = logits.map(Math.exp)
  const sum = powers.reduce((a, b) => a + b, 0)
  return powers.map((power) => power / sum)
}

function drawOf(given: Partial<Mixings>, seed: number, step: number, batch: number): MixingDraw | null {
  const place = { seed, steps: Int32Array.of(step), batch, height: size, width: size }
  return native().drawMixings({ augmentation: mixing(given), ...place })[0] ?? null
}

/** Sums over the samples of a batch, as the draw mixes it. */
async function byHand(
  model: NativeModel,
  batch: { values: Float64Array; labels: Int32Array },
  draw: MixingDraw | null,
  { labelSmoothing, classWeights }: LossSpec = plain,
) {
  const result = { loss: 0, correct: 0, gradient: Array<number>(CLASSES).fill(0) } // of the last layer's bias
  const targets = mixedTargets(batch.labels, CLASSES, draw)
  for (const [i, logits] of (await logitsOf(model, mixedValues(batch.values, size, draw))).entries()) {
    const shares = targets[i] as number[]
    const target = shares.map((share, c) => {
      return (classWeights?.[c] ?? 1) * ((1 - labelSmoothing) * share + labelSmoothing / CLASSES)
    })
    const total = target.reduce((a, b) => a + b, 0)
    for (const [c, probability] of softmax(logits).entries()) {
      result.loss -= (target[c] as number) * Math.log(probability)
      result.gradient[c] = (result.gradient[c] as number) + total * probability - (target[c] as number)
    }
    if ((shares[logits.indexOf(Math.max(...logits))] as number) >= 0.5) result.correct++
  }
  return result
}

const biasOf = async (model: NativeModel) =>
  floatsOf((await model.state()).find(({ name }) => name === 'head.3.bias') as StateTensor)

const kinds: [string, Partial<Mixings>][] = [
  ['mixup', { mixup: always(1) }],
  ['CutMix', { cutmix: always(1) }],
]

describe.each(kinds)('a step with %s', (_, given) => {
  it.each<[string, LossSpec]>([
    ['plain', plain],
    ['smoothed', { ...plain, labelSmoothing: 0.1 }],
    ['weighted', { ...plain, labelSmoothing: 0.1, classWeights: [1, 2, 0.5, 4] }],
  ])('has the loss, the count and the gradient of mixed samples, %s', async (_, loss) => {
    const [seed, step] = [9, 6]
    const model = await newModel()
    const training = await trainer(model, { augmentation: mixing(given), loss, seed })
    await training.setStage(stage)
    const batches = [part(0, 4), part(4, 3), part(7, 1)]
    const weight = labels.reduce((sum, label) => sum + (loss.classWeights?.[label] ?? 1), 0)
    const expected = { loss: 0, correct: 0, unmixed: 0, gradient: Array<number>(CLASSES).fill(0) }
    for (const [number, one] of batches.entries()) {
      const samples = { values: one.batch.data, labels: one.labels }
      const mixed = await byHand(model, samples, drawOf(given, seed, step, number), loss)
      expected.loss += mixed.loss / weight
      expected.correct += mixed.correct
      expected.gradient = expected.gradient.map((sum, c) => sum + (mixed.gradient[c] as number) / weight)
      expected.unmixed += (await byHand(model, samples, null, loss)).loss / weight
    }
    const before = await biasOf(model)
    const result = await training.step({ batches, epoch: 0, step, learningRate: 1 })
    const after = await biasOf(model)
    expect(result.loss).toBeCloseTo(expected.loss, 10)
    expect(Math.abs(result.loss - expected.unmixed)).toBeGreaterThan(1e-3)
    expect(result).toMatchObject({ count: 8, correct: expected.correct, weight })
    for (const [c, slope] of expected.gradient.entries())
      expect((before[c] as number) - (after[c] as number)).toBeCloseTo(slope, 10)
    training.close()
    model.close()
  })

  it('leaves a batch of one sample as it is', async () => {
    const losses: number[] = []
    for (const augmentation of [null, mixing(given)]) {
      const model = await newModel()
      const training = await trainer(model, { augmentation })
      await training.setStage(stage)
      const step = { batches: [part(2, 1)], epoch: 0, step: 1, learningRate: 0 }
      losses.push((await training.step(step)).loss)
      training.close()
      model.close()
    }
    expect(losses[1]).toBe(losses[0])
  })

  it('is the same, bit for bit, for the same seed and step', async () => {
    const lossesOf = async (seed: number, steps: number[]) => {
      const model = await newModel('float32')
      const training = await trainer(model, { augmentation: mixing(given), seed })
      await training.setStage(stage)
      const losses: number[] = []
      for (const step of steps)
        losses.push((await training.step({ batches: [part(0, 4)], epoch: 0, step, learningRate: 0 })).loss)
      training.close()
      model.close()
      return losses
    }
    const [first, second] = await lossesOf(1, [4, 5])
    expect(await lossesOf(1, [5, 4])).toEqual([second, first])
    expect(second).not.toBe(first)
    expect((await lossesOf(2, [4]))[0]).not.toBe(first)
  })
})

const precisions = hasBfloat16('mixing') ? (['float32', 'bfloat16'] as const) : (['float32'] as const)

describe.each(precisions)('pixels in %s, below them a frozen prefix', (precision) => {
  it.each(kinds)('are mixed by %s after their normalisation', async (_, given) => {
    const model = await newModel(precision)
    const training = await trainer(model, { augmentation: mixing(given), seed: 1 })
    expect(await training.setStage(stage)).toMatchObject(frozenPrefix)
    const data = noise(4, size)
    const samples = {
      values: normalised(data, size, specOf('mobilenetV2').normalisation),
      labels: labels.slice(0, 4),
    }
    const mixed = await byHand(model, samples, drawOf(given, 1, 2, 0))
    const unmixed = await byHand(model, samples, null)
    const batch = { kind: 'pixels', data, count: 4, height: size, width: size } as const
    const batches = [{ batch, labels: samples.labels }]
    const step: StepSpec = { batches, epoch: 0, step: 2, learningRate: 0 }
    const { loss } = await training.step(step)
    // Such a network carries the roundings of bfloat16 far.
    const tolerance = precision === 'float32' ? 1e-3 : 0.15
    expect(Math.abs(loss - mixed.loss / 4)).toBeLessThan(tolerance)
    expect(Math.abs(loss - unmixed.loss / 4)).toBeGreaterThan(tolerance)
    training.close()
    model.close()
  })
})
