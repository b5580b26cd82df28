// The one file of these checks that calls the native model and trainer: a network with the goldens' weights and images.
import { chooseDevice, type Device } from '../../lib/inference/index.js'
import type { FrozenBatchNorm } from '../../lib/model/index.js'
import {
  type ArchitectureName,
  type ForwardOutput,
  type HeadSpec,
  type NativeModel,
  type NativeTrainer,
  type NetworkDescription,
  native,
  nativeCall,
  type StageResult,
} from '../../lib/native/index.js'
import { adam, adamW, type Optimizer, sgd } from '../../lib/training/index.js'
import type { Context } from './check.js'
import { goldenInput, goldenState } from './formula.js'
import { nudgedState, nudgedValues } from './nudge.js'

interface ReferenceArchitecture {
  readonly architecture: ArchitectureName
  readonly embeds: boolean // whether the network has an embedding of its own, below its own classifier
}

/** The networks by the names that the goldens give them. */
export const networks: Readonly<Record<string, ReferenceArchitecture>> = {
  inception_resnet_v1: { architecture: 'inceptionResnetV1', embeds: true },
  mobilenet_v2: { architecture: 'mobilenetV2', embeds: false },
  resnet50: { architecture: 'resnet50', embeds: false },
}

/** Where to compute. Loads the addon; throws TorchError DEVICE where CUDA is asked for and not there. */
export function deviceNamed(device: Device): string {
  return chooseDevice(device, native('training').computeInfo()).name
}

/** What a golden says of its network and its images. */
export interface NetworkGolden {
  readonly model: string
  readonly seed: number
  readonly input: readonly number[] // N, 3, height, width
  readonly head: readonly number[] | null // widths of the hidden layers; null: the network's own classifier
  readonly classes: number
}

export interface OptimizerGolden {
  readonly kind: 'adam' | 'adamw' | 'sgd'
  readonly lr: number
  readonly weightDecay: number
  readonly labelSmoothing: number
}

/** What a stage needs of its policy. */
export interface Learning {
  readonly layers: readonly string[]
  readonly frozenBatchNorm: FrozenBatchNorm
}

function headOf({ head: hidden, classes }: NetworkGolden): HeadSpec {
  if (hidden === null) return { kind: 'classifier', classes, dropout: 0 }
  return { kind: 'mlp', classes, hidden, activation: 'leaky_relu', dropout: 0 }
}

function optimizerOf({ kind, lr: learningRate, weightDecay }: OptimizerGolden): Optimizer {
  if (kind === 'sgd') return sgd({ learningRate, momentum: 0.9, weightDecay })
  const options = { learningRate, betas: [0.9, 0.999], epsilon: 1e-8, weightDecay } as const
  return kind === 'adam' ? adam(options) : adamW(options)
}

/** A network with the weights and the images of a golden. */
export class ReferenceNetwork {
  readonly description: NetworkDescription
  readonly #golden: NetworkGolden
  readonly #model: NativeModel
  readonly #data: Float64Array

  private constructor(golden: NetworkGolden, model: NativeModel, data: Float64Array) {
    this.description = model.description
    this.#golden = golden
    this.#model = model
    this.#data = data
  }

  /**
   * Opens a network for `use` and closes it afterwards.
   *
   * @param draw Of the rounding errors that weights and images are moved by, from 1; null leaves them as they are.
   */
  static async use<T>(
    golden: NetworkGolden,
    { device, precision }: Context,
    use: (network: ReferenceNetwork) => Promise<T>,
    draw: number | null = null,
  ): Promise<T> {
    const { architecture } = networks[golden.model] as ReferenceArchitecture
    const spec = {
      network: { architecture, head: headOf(golden) },
      normalisation: { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] }, // of bytes; these images are tensors
      precision,
      device,
      seed: 0,
    }
    const model = await nativeCall(native('training').createModel(spec))
    try {
      const state = goldenState(model.description, golden.seed)
      await nativeCall(model.load(draw === null ? state : nudgedState(state, draw)))
      const input = goldenInput(golden.input, golden.seed)
      const data = draw === null ? input : nudgedValues('input', input, draw)
      return await use(new ReferenceNetwork(golden, model, data))
    } finally {
      model.close()
    }
  }

  forward(outputs: readonly string[]): Promise<ForwardOutput[]> {
    return nativeCall(this.#model.forward({ batch: this.#batch(), outputs, flip: false }))
  }

  /** Opens a trainer with full batches for `use` and closes it afterwards. */
  async train<T>(
    labels: readonly number[],
    optimizer: OptimizerGolden,
    use: (training: ReferenceTraining) => Promise<T>,
  ): Promise<T> {
    const { labelSmoothing } = optimizer
    const { learningRate, spec } = optimizerOf(optimizer)
    const trainer = await nativeCall(
      native().createTrainer({
        model: this.#model,
        optimizer: spec,
        loss: { kind: 'cross_entropy', labelSmoothing, classWeights: null },
        augmentation: null,
        clipNorm: null,
        averageDecay: null,
        seed: 0,
      }),
    )
    const batches = [{ batch: this.#batch(), labels: Int32Array.from(labels) }]
    try {
      return await use(new ReferenceTraining(trainer, batches, this.#golden.input, learningRate))
    } finally {
      trainer.close()
    }
  }

  #batch() {
    return { kind: 'tensor', data: this.#data, shape: this.#golden.input } as const
  }
}

type Batches = Parameters<NativeTrainer['step']>[0]['batches']

/** Full-batch steps at one learning rate. */
export class ReferenceTraining {
  readonly #trainer: NativeTrainer
  readonly #batches: Batches
  readonly #shape: readonly number[] // of the images
  readonly #learningRate: number
  #steps = 0

  constructor(trainer: NativeTrainer, batches: Batches, shape: readonly number[], learningRate: number) {
    this.#trainer = trainer
    this.#batches = batches
    this.#shape = shape
    this.#learningRate = learningRate
  }

  setStage({ layers, frozenBatchNorm }: Learning): Promise<StageResult> {
    const [batchSize = 1, , imageSize = 1] = this.#shape
    return nativeCall(
      this.#trainer.setStage({ groups: [{ layers, rateFactor: 1 }], frozenBatchNorm, imageSize, batchSize }),
    )
  }

  /** One step; the loss before it. */
  async step(): Promise<number> {
    const step = this.#steps++
    const job = { batches: this.#batches, epoch: 0, step, learningRate: this.#learningRate }
    return (await nativeCall(this.#trainer.step(job))).loss
  }
}
