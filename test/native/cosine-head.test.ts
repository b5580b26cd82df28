// The head of cosines, over every network: its names, what its logits are, and how it learns.
import { describe, expect, it } from 'vitest'
import type { ArchitectureName, HeadSpec, NativeModel, Precision } from '../../lib/native/index.js'
import { native } from '../../lib/native/index.js'
import {
  CLASSES,
  cyclingLabels,
  floatsOf,
  NETWORKS,
  noiseBatch,
  sizeOf,
  specOf,
  trainer,
  wavesBatch,
} from './networks.js'

const cosines = (given: { embedding?: number; scale?: number } = {}) =>
  ({ kind: 'cosine', classes: CLASSES, dropout: 0, scale: 30, embedding: null, ...given }) satisfies HeadSpec
const HEADS: Record<ArchitectureName, readonly string[]> = {
  inceptionResnetV1: ['last_linear', 'last_bn', 'logits'],
  mobilenetV2: ['logits'],
  resnet50: ['logits'],
}
const FEATURES = { inceptionResnetV1: 512, mobilenetV2: 1280, resnet50: 2048 }

const headLayers = (head: HeadSpec, architecture: ArchitectureName) =>
  native('training')
    .describeNetwork({ architecture, head })
    .layers.filter(({ part }) => part === 'head')

const weightOf = async (model: NativeModel) => {
  const weight = (await model.state()).find(({ name }) => name === 'logits.weight')
  return floatsOf(weight as NonNullable<typeof weight>)
}

/** Of rows of `width`: divided by their lengths. */
function unit(values: Float32Array | Float64Array, width: number): number[][] {
  return Array.from({ length: values.length / width }, (_, i) => {
    const row = [...values.slice(i * width, (i + 1) * width)]
    const length = Math.hypot(...row)
    return row.map((value) => value / length)
  })
}

const dot = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, x, i) => sum + x * (b[i] as number), 0)

const { bfloat16 } = native('training').computeInfo()
if (!bfloat16.cpu)
  console.log('Not run: cosines in bfloat16, since this processor has no instructions for it.')
const precisions: Precision[] = bfloat16.cpu ? ['float64', 'float32', 'bfloat16'] : ['float64', 'float32']

describe('what is refused', () => {
  it('a scale out of its range, no classes, and an embedding beside that of InceptionResnetV1', async () => {
    const made = (head: HeadSpec) => native().createModel(specOf('inceptionResnetV1', { head }))
    await expect(made(cosines({ scale: 0.5 }))).rejects.toThrow(/head\.scale/)
    await expect(made({ ...cosines(), classes: 0 })).rejects.toThrow(RangeError)
    await expect(made(cosines({ embedding: 8 }))).rejects.toMatchObject({
      code: 'NETWORK',
      message: expect.stringContaining('embedding of its own'),
    })
  })
})

describe.each(NETWORKS)('%s', (architecture) => {
  const size = sizeOf[architecture]
  const features = FEATURES[architecture]

  it("keeps the network's own names below the cosines, and has a weight a class without bias", () => {
    const layers = headLayers(cosines(), architecture)
    expect(layers.map(({ name }) => name)).toEqual(HEADS[architecture])
    expect(layers.at(-1)).toMatchObject({ operation: 'cosine_linear', parameters: ['logits.weight'] })
    const network = { architecture, head: cosines() }
    const { tensors } = native().describeNetwork(network)
    expect(tensors.at(-1)).toMatchObject({ name: 'logits.weight', shape: [CLASSES, features] })
    const last = native().summariseNetwork({ network, height: size, width: size }).at(-1)
    const parameters = CLASSES * features
    expect(last).toMatchObject({ outputShape: [CLASSES], parameters, multiplyAdds: parameters })
  })

  it.each(precisions)('gives cosines times the scale, and their softmax, in %s', async (precision) => {
    const model = await native().createModel(specOf(architecture, { precision, head: cosines() }))
    const below = { inceptionResnetV1: 'last_bn', mobilenetV2: 'avgpool', resnet50: 'avgpool' }[architecture]
    const outputs = ['logits', 'probabilities', 'embedding', below]
    const [logits, probabilities, embedding, raw] = await model.forward({
      batch: wavesBatch(2, size),
      outputs,
      flip: false,
    })
    const rows = unit(raw?.data as Float32Array, features)
    const weights = unit(await weightOf(model), features)
    // The features themselves may be of bfloat16; what is made of them is not.
    const digits = precision === 'float64' ? 12 : 4
    for (const [i, row] of rows.entries()) {
      const own = unit(embedding?.data as Float32Array, features)[i] as number[]
      expect(Math.hypot(...(embedding?.data.slice(i * features, (i + 1) * features) ?? []))).toBeCloseTo(
        1,
        precision === 'bfloat16' ? 2 : 5,
      )
      expect(dot(own, row)).toBeCloseTo(1, 4)
      const expected = weights.map((weight) => 30 * dot(row, weight))
      const powers = expected.map(Math.exp)
      const sum = powers.reduce((a, b) => a + b, 0)
      for (const [c, value] of expected.entries()) {
        expect(logits?.data[i * CLASSES + c]).toBeCloseTo(value, digits)
        expect(probabilities?.data[i * CLASSES + c]).toBeCloseTo((powers[c] as number) / sum, digits)
      }
    }
    model.close()
  })

  it('begins with weights of random directions, about 1 long', async () => {
    const model = await native().createModel(specOf(architecture, { head: cosines() }))
    const weights = await weightOf(model)
    const rows = unit(weights, features)
    for (const [i, row] of rows.entries()) {
      const length = Math.hypot(...weights.slice(i * features, (i + 1) * features))
      expect(Math.abs(length - 1)).toBeLessThan(0.15)
      for (const other of rows.slice(0, i)) expect(Math.abs(dot(row, other))).toBeLessThan(0.2)
    }
    model.close()
  })

  it.each(precisions.slice(1))('learns its head on a folded trunk, in %s', async (precision) => {
    const model = await native().createModel(specOf(architecture, { precision, head: cosines() }))
    const loss = { kind: 'arc_face', margin: 0.3, labelSmoothing: 0, classWeights: null } as const
    const training = await trainer(model, { loss })
    const layers = headLayers(cosines(), architecture).map(({ name }) => name)
    const stage = { frozenBatchNorm: 'stored', imageSize: size, batchSize: 8 } as const
    const { prefix } = await training.setStage({ ...stage, groups: [{ layers, rateFactor: 1 }] })
    expect(prefix).toBe('folded')
    const batches = [{ batch: wavesBatch(8, size), labels: cyclingLabels(8) }]
    const seen: number[] = []
    for (let step = 0; step < 10; step++)
      seen.push((await training.step({ batches, epoch: 0, step, learningRate: 0.01 })).loss)
    // Little where an untrained trunk hardly tells one photograph from another.
    expect(seen.at(-1)).toBeLessThan(0.97 * (seen[0] as number))
    training.close()
    model.close()
  })
})

it.each(['mobilenetV2', 'resnet50'] as const)('%s has an embedding of a chosen width', (architecture) => {
  const head = cosines({ embedding: 8 })
  expect(headLayers(head, architecture).map(({ name }) => name)).toEqual([
    'embedding.0',
    'embedding.1',
    'logits',
  ])
  const { tensors } = native().describeNetwork({ architecture, head })
  const shapes = Object.fromEntries(tensors.map(({ name, shape }) => [name, shape]))
  expect(shapes).toMatchObject({
    'embedding.0.weight': [8, FEATURES[architecture]],
    'logits.weight': [CLASSES, 8],
  })
  expect(shapes['embedding.0.bias']).toBe(undefined)
})

it('a network that is frozen whole folds, its cosines too', async () => {
  const model = await native().createModel(specOf('mobilenetV2', { head: cosines({ embedding: 8 }) }))
  const training = await trainer(model)
  const stage = { frozenBatchNorm: 'stored', imageSize: 64, batchSize: 2 } as const
  expect(await training.setStage({ ...stage, groups: [] })).toMatchObject({ prefix: 'folded', reason: '' })
  const [zeros] = await model.forward({
    batch: { kind: 'tensor', data: new Float32Array(3 * 64 * 64), shape: [1, 3, 64, 64] },
    outputs: ['logits'],
    flip: false,
  })
  expect(zeros?.data.every(Number.isFinite)).toBe(true)
  const [noise] = await model.forward({ batch: noiseBatch(1, 64), outputs: ['logits'], flip: false })
  expect(noise?.data.every((logit) => Math.abs(logit) <= 30.001)).toBe(true)
  training.close()
  model.close()
})

it.each([
  ['arc_face', 0.3],
  ['cos_face', 0.2],
] as const)('learns 16 photographs by heart with %s', async (kind, margin) => {
  const head = cosines({ embedding: 32, scale: 16 })
  const model = await native().createModel(specOf('mobilenetV2', { head }))
  const loss = { kind, margin, labelSmoothing: 0, classWeights: null } as const
  const optimizer = { kind: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 } as const
  const training = await trainer(model, { loss, optimizer })
  const layers = model.description.layers.map(({ name }) => name)
  const groups = [{ layers, rateFactor: 1 }]
  await training.setStage({ groups, frozenBatchNorm: 'stored', imageSize: 40, batchSize: 16 })
  const labelled = { batch: wavesBatch(16, 40), labels: cyclingLabels(16) }
  let known = 0
  const losses: number[] = []
  for (let step = 0; step < 100 && known < 16; step++) {
    const result = await training.step({ batches: [labelled], epoch: 0, step, learningRate: 1e-3 })
    known = result.correct
    losses.push(result.loss)
  }
  expect(known).toBe(16)
  expect(losses.at(-1)).toBeLessThan(0.5 * (losses[0] as number))
  training.close()
  model.close()
})
