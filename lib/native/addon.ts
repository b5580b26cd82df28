// The whole native surface as types. Everything that crosses the border is a plain object of numbers, strings and
// bytes, fully resolved: no key is optional, and C++ refuses a missing or an unknown one. Defaults live in the
// builders of lib/, never here and never in C++.

import type { AugmentationDraw, AugmentationSpec, MixingDraw } from './augmentation.js'
import type { DType, NetworkDescription, OperationSummary } from './description.js'
import type { LossSpec, OptimizerSpec } from './learning.js'
import type { NativeLock, NativePixelPack, PackSpec } from './pack.js'

export type * from './augmentation.js'
export type * from './description.js'
export type * from './learning.js'
export type * from './pack.js'

/** What a network computes in. With bfloat16 its parameters, sums of batch norms and losses are float32. */
export type Precision = 'float32' | 'bfloat16' | 'float64'

/** What follows the trunk. `classes` is the number of logits. */
export type HeadSpec =
  /** The network's own classifier with its own names; `dropout` before it, in [0, 1). */
  | { kind: 'classifier'; classes: number; dropout: number }
  /** Linear layers head.0, head.3, ... over the pooled features, activation and dropout after each but the last. */
  | { kind: 'mlp'; classes: number; hidden: readonly number[]; activation: Activation; dropout: number }
  /**
   * Dropout, an embedding and logits: `scale` times the cosines of the angles between the embedding and a weight a class, in
   * float32 at least. InceptionResnetV1 has last_linear and last_bn as embedding; the others have embedding.0 and
   * embedding.1 of `embedding` features, or the pooled features where that is null.
   */
  | { kind: 'cosine'; classes: number; dropout: number; scale: number; embedding: number | null }
  /** InceptionResnetV1's own head below the logits: dropout, last_linear and last_bn, 512 features. */
  | { kind: 'embedding'; dropout: number }

/** What follows each dense layer of a head but the last. */
export type Activation = 'leaky_relu' | 'relu'
/** A network, by the name of its method of `FaceClassifier`. */
export type ArchitectureName = 'inceptionResnetV1' | 'mobilenetV2' | 'resnet50'

export interface NetworkSpec {
  architecture: ArchitectureName
  head: HeadSpec
}

/** Per-channel mean and standard deviation of pixels scaled to [0, 1], red first. */
export interface NormalisationSpec {
  mean: number[]
  std: number[]
}

export interface ModelSpec {
  network: NetworkSpec
  normalisation: NormalisationSpec
  precision: Precision
  device: string // 'cpu' or 'cuda:<index>'
  seed: number // of the random initialisation
}

/** Row-major little-endian values under PyTorch's state_dict name. */
export interface StateTensor {
  name: string
  shape: number[]
  dtype: DType | 'int64'
  data: Uint8Array
}

/** Where the photographs of a batch come from. Labels never travel in it. */
export type BatchSpec =
  /** `samples` are integers of at least 0, below 2 ** 47, that key the draws of each photograph; null: those of the records. */
  | { kind: 'pack'; pack: NativePixelPack; indices: Int32Array; samples: Float64Array | null }
  /** N x height x width x 3 bytes, red first. */
  | { kind: 'pixels'; data: Uint8Array; count: number; height: number; width: number }
  /** N x 3 x height x width values, already normalised. */
  | { kind: 'tensor'; data: Float32Array | Float64Array; shape: readonly number[] }

export interface TrainerSpec {
  model: NativeModel
  optimizer: OptimizerSpec
  loss: LossSpec
  augmentation: AugmentationSpec | null
  clipNorm: number | null // the largest L2 norm of all gradients together
  averageDecay: number | null // in [0, 1], of the running average of the weights; null: none is kept
  seed: number // every draw is a function of (seed, epoch, sample) or, for dropout and mixing, of (seed, step)
}

/** Which layers learn from the next step on. What does not learn has no gradient and no optimizer memory. */
export interface StageSpec {
  /** Layers by name, none twice; `rateFactor` multiplies the step's learning rate. */
  groups: readonly { layers: readonly string[]; rateFactor: number }[]
  frozenBatchNorm: 'stored' | 'batch' // statistics that a frozen batch norm uses; 'batch' also updates them
  imageSize: number // pixels a side that the folded prefix is packed for, and compared with the plain network at
  batchSize: number // that it is packed for; others are slower
}

export interface StageResult {
  trainableParameters: number
  /** How the layers below everything that learns are run: there are none, folded and fused, or as they are. */
  prefix: 'none' | 'folded' | 'plain'
  reason: string // why they run as they are, else ''
}

/** One update by the mean gradient over the samples of all batches, which are computed one after another; batch norms see one at a time. */
export interface StepSpec {
  batches: readonly { batch: BatchSpec; labels: Int32Array }[]
  epoch: number
  step: number // global, from 0
  learningRate: number
}

/** `loss` is the mean over the samples by their class weights, before the update. */
export interface StepResult {
  loss: number
  weight: number // sum of the samples' class weights; their count where all are 1
  correct: number // samples whose highest logit is their label; of two mixed labels, the one with the larger share
  count: number
  gradientNorm: number | null // before clipping; null where gradients are not clipped
}

export interface EvaluateSpec {
  batch: BatchSpec
  labels: Int32Array
  loss: LossSpec // without its margin
  flip: boolean // as in ForwardSpec, of the logits
}

/** One value for each sample, computed in float64 from the logits. */
export interface EvaluateResult {
  loss: Float64Array // by its class weight
  weight: number // as in StepResult
  rank: Int32Array // of its label by falling logits, from 0; at a tie lower labels stand first
  predicted: Int32Array // the label of the highest logit, the lowest at a tie
  probability: Float64Array // of its label
  topProbability: Float64Array // of the predicted label
}

/** What forward() and evaluate() are made fast for. */
export interface EngineSpec {
  precision: 'float32' | 'bfloat16' // of convolutions
  imageSize: number // pixels a side
  maxBatch: number // photographs: batches of up to so many are fast from the first on, others from the second on
}

export interface EngineResult {
  /** Folded and fused, or as it is: an engine of the asked precision, or of any, differed, or the machine has none. */
  network: 'folded' | 'plain'
  precision: Precision // of convolutions
  reason: string // why one or the other is not as asked, else ''
}

export interface ForwardSpec {
  batch: BatchSpec
  /** 'logits', 'probabilities', 'embedding' (the head's last features, unit length), or a module's name. */
  outputs: readonly string[]
  /**
   * Whether each photograph is seen mirrored left to right too: the mean of both probabilities, their logarithms as logits, the
   * mean of both embeddings at unit length. Modules by name are refused then.
   */
  flip: boolean
}

export interface ForwardOutput {
  name: string
  shape: number[]
  data: Float32Array | Float64Array
}

/** As of a pack: after close(), calls reject with code CLOSED. */
export interface NativeModel {
  readonly description: NetworkDescription
  /** Copies of all tensors, in state_dict order. */
  state(): Promise<StateTensor[]>
  /** Replaces the named tensors; each must exist with this shape. */
  load(tensors: StateTensor[]): Promise<void>
  /**
   * Folds batch norms, fuses activations and packs weights, so that forward() of logits, probabilities and embeddings, and
   * evaluate(), are faster on photographs of this size, until load() replaces weights. Costs the memory of the convolutions'
   * weights once more. Each size of batch is compared with the plain network: in float32 every number of an embedding
   * must be within 1e-5, in bfloat16 its cosine at least 0.998.
   */
  optimizeForInference(spec: EngineSpec): Promise<EngineResult>
  /** Eval mode: batch norms on stored statistics, no dropout, no gradient. */
  forward(spec: ForwardSpec): Promise<ForwardOutput[]>
  evaluate(spec: EvaluateSpec): Promise<EvaluateResult>
  close(): void
}

export interface NativeTrainer {
  setStage(spec: StageSpec): Promise<StageResult>
  step(spec: StepSpec): Promise<StepResult>
  /** Exchanges the model's weights and their running average. Called again before the next step, state() or load(). */
  swapAverage(): Promise<void>
  /** 'optimizer.<parameter>.<slot>' of all that ever learned, and 'average.<tensor>' where an average is kept. */
  state(): Promise<StateTensor[]>
  /** Replaces what state() gave. */
  load(tensors: readonly StateTensor[]): Promise<void>
  close(): void
}

export interface ComputeInfo {
  torchVersion: string // '2.13.0'
  threads: number
  cudaDevices: number
  bfloat16: { cpu: boolean; cuda: boolean } // whether the device has instructions for it
}

export interface NativeAddon {
  computeInfo(): ComputeInfo
  /**
   * Takes no more work in this process and waits for the running block of the network: for the end of the process, whose
   * static destructors would pull LibTorch from under a running step.
   */
  stop(): void
  describeNetwork(spec: NetworkSpec): NetworkDescription
  /** All operations in forward order, the input first. */
  summariseNetwork(spec: { network: NetworkSpec; height: number; width: number }): OperationSummary[]
  createPack(spec: PackSpec): NativePixelPack
  /** Locks a file, which is made where it is missing; null where this or another process holds it. */
  lockFile(path: string): NativeLock | null
  createModel(spec: ModelSpec): Promise<NativeModel>
  /** A model takes one trainer at a time: close it before the next. */
  createTrainer(spec: TrainerSpec): Promise<NativeTrainer>
  /** The draws that training makes for these samples of a pack of this size. */
  drawAugmentations(spec: {
    augmentation: AugmentationSpec
    seed: number
    epoch: number
    samples: Int32Array
    height: number
    width: number
  }): AugmentationDraw[]
  /** What training draws for the batch of this number, from 0, within the update of each of these steps; null: it stays as it is. */
  drawMixings(spec: {
    augmentation: AugmentationSpec
    seed: number
    steps: Int32Array
    batch: number
    height: number
    width: number
  }): (MixingDraw | null)[]
  /**
   * Applies one draw by the pass that training uses; the result is rounded and clamped to bytes. What is erased depends on
   * the normalisation.
   */
  augmentPixels(spec: {
    pixels: Uint8Array
    height: number
    width: number
    outputHeight: number
    outputWidth: number
    draw: AugmentationDraw
    normalisation: NormalisationSpec
  }): Uint8Array
  /**
   * Makes the batch that a step would see: the mean of each channel, and N x 3 x height x width values where they are wanted,
   * else none. A device, 'cpu' too, is given the batch's records and makes the batch as training on a GPU does.
   */
  makeBatch(spec: {
    batch: BatchSpec
    augmentation: AugmentationSpec | null
    normalisation: NormalisationSpec
    seed: number
    epoch: number
    device: string | null // null: the processor, by the pass that training on it uses
    values: boolean
  }): Promise<{ count: number; mean: number[]; values: Float32Array }>
}
