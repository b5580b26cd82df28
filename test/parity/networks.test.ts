// The networks against what facenet-pytorch, torchvision and torch.optim computed in float64.
import { describe, expect, it } from 'vitest'
import { freeze, resolveTrainable } from '../../lib/model/index.js'
import type {
  ArchitectureName,
  DType,
  HeadSpec,
  NativeModel,
  NativeTrainer,
  OptimizerSpec,
} from '../../lib/native/index.js'
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

const classes = 16
const architectureOf: Record<string, ArchitectureName> = {
  inception_resnet_v1: 'inceptionResnetV1',
  mobilenet_v2: 'mobilenetV2',
  resnet50: 'resnet50',
}

function headOf(hidden: number[] | null): HeadSpec {
  if (hidden === null) return { kind: 'classifier', classes, dropout: 0 }
  return { kind: 'mlp', classes, hidden, activation: 'leaky_relu', dropout: 0 }
}

async function goldenModel(
  { model: name, seed, head }: { model: string; seed: number; head?: number[] | null },
  dtype: DType,
): Promise<NativeModel> {
  const model = await native().createModel({
    network: { architecture: architectureOf[name] as ArchitectureName, head: headOf(head ?? null) },
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

function optimizerOf({ optimizer: { kind, weightDecay } }: TrainGolden): OptimizerSpec {
  if (kind === 'sgd') return { kind, momentum: 0.9, nesterov: false, weightDecay }
  return { kind, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay }
}

async function trainerOf(golden: TrainGolden, model: NativeModel): Promise<NativeTrainer> {
  const { labelSmoothing } = golden.optimizer
  return native().createTrainer({
    model,
    optimizer: optimizerOf(golden),
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

/** Losses of steps and the logits after them, within the tolerances of the goldens' README. */
async function expectReference(golden: TrainGolden, dtype: DType, losses: number[], model: NativeModel) {
  if (dtype === 'float64') {
    expect(worstRelative(losses, golden.losses)).toBeLessThan(1e-8)
    expect(normError(await logitsOf(model, golden), golden.evalLogitsAfter)).toBeLessThan(1e-6)
  } else {
    expect(worstRelative(losses.slice(0, 3), golden.losses.slice(0, 3))).toBeLessThan(2e-2)
  }
}

function statistics(data: ArrayLike<number>) {
  const values = Array.from(data)
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length
  const std = Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (values.length - 1))
  return { mean, std, absmax: values.reduce((most, x) => Math.max(most, Math.abs(x)), 0) }
}

describe.each(['forward_inception_resnet_v1', 'forward_mobilenet_v2', 'forward_resnet50'])('%s', (file) => {
  const forwardGolden = readGolden<ForwardGolden>(file)

  it('has the reference names, order, shapes and parameter count', async () => {
    const model = await goldenModel(forwardGolden, 'float64')
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
  ] as const)('gives the reference outputs in %s', async (dtype, tolerance) => {
    const model = await goldenModel(forwardGolden, dtype)
    const stages = Object.keys(forwardGolden.stages)
    const outputs = await model.forward({
      batch: inputOf(forwardGolden),
      outputs: ['logits', 'embedding', ...stages],
    })
    expect(normError(outputs[0]?.data ?? [], forwardGolden.logits)).toBeLessThan(tolerance)
    if (forwardGolden.embedding !== undefined) {
      expect(normError(outputs[1]?.data ?? [], forwardGolden.embedding)).toBeLessThan(tolerance)
    }
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

// ResNet-50 is compared in float64 alone. Its batch norms see 8 photographs of 2 x 2 pixels in the last stage, and small
// differences grow at once: PyTorch in float32 itself leaves the tolerance of 2e-2 within three steps, by 5 % in its own
// memory format and by 11 % in channels_last, where our losses equal PyTorch's to the last digit.
const both = ['float64', 'float32'] as const

describe.each([
  ['train_inception_resnet_v1_last_block', both],
  ['train_inception_resnet_v1_full', both],
  ['train_mobilenet_v2_partial', both],
  ['train_resnet50_full', ['float64']],
  ['train_resnet50_sgd', ['float64']],
] as const)('%s', (name, dtypes) => {
  const golden = readGolden<TrainStepsGolden>(name)
  const learns = (layer: string) =>
    golden.trainable?.some((part) => `${layer}.`.startsWith(`${part}.`)) ?? true

  it.each(dtypes)('reproduces the losses in %s', async (dtype) => {
    const model = await goldenModel(golden, dtype)
    const trainer = await trainerOf(golden, model)
    const trainable = model.description.layers.map((layer) => layer.name).filter(learns)
    const { trainableParameters } = await trainer.setStage({ trainable, frozenBatchNorm: 'stored' })
    expect(trainableParameters).toBe(golden.trainableParameters)
    const losses = await steps(golden, trainer, golden.steps)
    await expectReference(golden, dtype, losses, model)
    trainer.close()
    model.close()
  })
})

describe.each(['staged_inception_resnet_v1', 'staged_mobilenet_v2'])('%s', (name) => {
  const golden = readGolden<StagedGolden>(name)

  it.each(['float64', 'float32'] as const)('learns what the reference learns, in %s', async (dtype) => {
    const model = await goldenModel(golden, dtype)
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
    await expectReference(golden, dtype, losses, model)
    trainer.close()
    model.close()
  })
})
