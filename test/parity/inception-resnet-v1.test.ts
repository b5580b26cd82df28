// InceptionResnetV1 against what facenet-pytorch and torch.optim computed in float64.
import { describe, expect, it } from 'vitest'
import { freeze, resolveTrainable } from '../../lib/model/index.js'
import type { DType, HeadSpec, NativeModel, NativeTrainer } from '../../lib/native/index.js'
import { native } from '../../lib/native/index.js'
import { goldenInput, goldenState } from './formula.js'
import {
  type ForwardGolden,
  normError,
  readGolden,
  type StagedGolden,
  type TrainGolden,
  type TrainStepsGolden,
  worstRelative,
} from './goldens.js'

const forwardGolden = readGolden<ForwardGolden>('forward_inception_resnet_v1')
const classes = 16

function headOf(hidden: number[] | null): HeadSpec {
  if (hidden === null) return { kind: 'classifier', classes, dropout: 0 }
  return { kind: 'mlp', classes, hidden, activation: 'leaky_relu', dropout: 0 }
}

async function goldenModel(hidden: number[] | null, dtype: DType, seed: number): Promise<NativeModel> {
  const model = await native().createModel({
    network: { architecture: 'inceptionResnetV1', head: headOf(hidden) },
    normalisation: { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] },
    dtype,
    device: 'cpu',
    seed: 0,
  })
  await model.load(goldenState(model.description, seed))
  return model
}

function inputOf(golden: { input: number[]; seed: number }) {
  return { kind: 'tensor', data: goldenInput(golden.input, golden.seed), shape: golden.input } as const
}

async function trainerOf(golden: TrainGolden, model: NativeModel): Promise<NativeTrainer> {
  const { kind, weightDecay, labelSmoothing } = golden.optimizer
  return native().createTrainer({
    model,
    optimizer: { kind, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay },
    loss: { kind: 'cross_entropy', labelSmoothing },
    augmentation: null,
    seed: 0,
  })
}

/** Runs `count` full-batch steps and returns the loss before each. */
async function steps(golden: TrainGolden, trainer: NativeTrainer, count: number): Promise<number[]> {
  const losses: number[] = []
  for (let step = 0; step < count; step++) {
    const labels = Int32Array.from(golden.labels)
    const learningRate = golden.optimizer.lr
    losses.push((await trainer.step({ batch: inputOf(golden), labels, epoch: 0, step, learningRate })).loss)
  }
  return losses
}

async function logitsOf(model: NativeModel, golden: { input: number[]; seed: number }) {
  const [logits] = await model.forward({ batch: inputOf(golden), outputs: ['logits'] })
  return logits?.data ?? []
}

function statistics(data: ArrayLike<number>) {
  const values = Array.from(data)
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length
  const std = Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (values.length - 1))
  return { mean, std, absmax: values.reduce((most, x) => Math.max(most, Math.abs(x)), 0) }
}

describe('forward', () => {
  it('has the reference names, order, shapes and parameter count', async () => {
    const model = await goldenModel(null, 'float64', forwardGolden.seed)
    const own = model.description.tensors.map(({ name, shape }) => [name, shape])
    expect(own).toEqual(Object.entries(forwardGolden.state_dict))
    const parameters = model.description.tensors.filter((tensor) => tensor.parameter)
    const count = parameters.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0)
    expect(count).toBe(forwardGolden.parameters)
    model.close()
  })

  it.each([
    ['float64', 1e-10],
    ['float32', 1e-5],
  ] as const)('gives the reference logits, embedding and stages in %s', async (dtype, tolerance) => {
    const model = await goldenModel(null, dtype, forwardGolden.seed)
    const stages = Object.keys(forwardGolden.stages)
    const outputs = await model.forward({
      batch: inputOf(forwardGolden),
      outputs: ['logits', 'embedding', ...stages],
    })
    expect(normError(outputs[0]?.data ?? [], forwardGolden.logits)).toBeLessThan(tolerance)
    expect(normError(outputs[1]?.data ?? [], forwardGolden.embedding)).toBeLessThan(tolerance)
    for (const output of outputs.slice(2)) {
      const golden = forwardGolden.stages[output.name]
      expect(output.shape).toEqual(golden?.shape)
      const { mean, std, absmax } = statistics(output.data)
      const reference = [golden?.mean ?? 0, golden?.std ?? 0, golden?.absmax ?? 0]
      expect(normError([mean, std, absmax], reference), output.name).toBeLessThan(tolerance)
    }
    model.close()
  })
})

describe.each(['train_inception_resnet_v1_last_block', 'train_inception_resnet_v1_full'])('%s', (name) => {
  const golden = readGolden<TrainStepsGolden>(name)
  const learns = (layer: string) =>
    golden.trainable?.some((part) => `${layer}.`.startsWith(`${part}.`)) ?? true

  it.each(['float64', 'float32'] as const)('reproduces the losses in %s', async (dtype) => {
    const model = await goldenModel(golden.head, dtype, golden.seed)
    const trainer = await trainerOf(golden, model)
    const trainable = model.description.layers.map((layer) => layer.name).filter(learns)
    const { trainableParameters } = await trainer.setStage({ trainable, frozenBatchNorm: 'stored' })
    expect(trainableParameters).toBe(golden.trainableParameters)
    const losses = await steps(golden, trainer, golden.steps)
    if (dtype === 'float64') {
      expect(worstRelative(losses, golden.losses)).toBeLessThan(1e-8)
      expect(normError(await logitsOf(model, golden), golden.evalLogitsAfter)).toBeLessThan(1e-6)
    } else {
      expect(worstRelative(losses.slice(0, 3), golden.losses.slice(0, 3))).toBeLessThan(2e-2)
    }
    trainer.close()
    model.close()
  })
})

describe('staged freezing', () => {
  const golden = readGolden<StagedGolden>('staged_inception_resnet_v1')

  it.each(['float64', 'float32'] as const)('learns what the reference learns, in %s', async (dtype) => {
    const model = await goldenModel(golden.head, dtype, golden.seed)
    const trainer = await trainerOf(golden, model)
    const losses: number[] = []
    for (const stage of golden.stages) {
      const policy = stage.policy === 'trunk' ? freeze.trunk() : freeze.allButLast(stage.policy.allButLast)
      const trainable = resolveTrainable(policy, model.description)
      const parameters = model.description.layers.filter((layer) => trainable.includes(layer.name))
      expect(parameters.flatMap((layer) => layer.parameters)).toEqual(stage.trainable)
      const { trainableParameters } = await trainer.setStage({ trainable, frozenBatchNorm: 'stored' })
      expect(trainableParameters).toBe(stage.trainableParameters)
      losses.push(...(await steps(golden, trainer, stage.steps)))
    }
    if (dtype === 'float64') {
      expect(worstRelative(losses, golden.losses)).toBeLessThan(1e-8)
      expect(normError(await logitsOf(model, golden), golden.evalLogitsAfter)).toBeLessThan(1e-6)
    } else {
      expect(worstRelative(losses.slice(0, 3), golden.losses.slice(0, 3))).toBeLessThan(2e-2)
    }
    trainer.close()
    model.close()
  })
})
