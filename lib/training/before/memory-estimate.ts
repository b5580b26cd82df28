// How much memory a stage of a training takes, from the network's layers alone.

import { type LayerSummary, stageAt, summarise } from '../../model/index.js'
import { freezingInForce, type Job } from '../job.js'
import type { Optimizer } from '../optimizers.js'
import type { Stage } from '../stages.js'

/** Bytes, each a part of the sum. On a GPU all but `photographs` lie there. */
export interface MemoryEstimate {
  /** Parameters and buffers, and copies of them that are computed with: folded layers, and those in bfloat16. */
  readonly weights: number
  readonly gradients: number
  /** Moments of Adam or the momentum of SGD. */
  readonly optimizer: number
  /** Of the weights, where one is kept. */
  readonly average: number
  /** What a step keeps for its backward pass, or what passes through frozen layers, for one batch. */
  readonly activations: number
  /** The batch as bytes and as normalised values, and photographs that are kept decoded in memory. */
  readonly photographs: number
  /** Threads and compiled kernels of LibTorch, measured on a processor. */
  readonly library: number
  readonly total: number
}

/** Bytes, on a processor of two cores. */
const LIBRARY = 75e6
/** Values as large as the largest that operations and their gradients have at once, such as those around a shortcut. */
const PASSING = 4
/** Batches decoded ahead where photographs are decoded in every epoch, beside those of one update. */
const DECODED_AHEAD = 2
const NOTHING_KEPT: ReadonlySet<LayerSummary['operation']> = new Set(['relu', 'relu6', 'leaky_relu', 'add'])
/** PyTorch's max_pool2d keeps the place of each maximum as an int64. */
const PLACE = 8

export function memoryOf(job: Job, stage: Stage, imageSize: number): MemoryEstimate {
  const { settings, precision, classifier, description } = job
  const { policy } = stageAt(freezingInForce(settings, classifier.pretrained), stage.firstEpoch)
  const { layers, trainableParameters, parameters } = summarise(job.network, imageSize, policy)
  const stored = precision.name === 'float64' ? 8 : 4 // bytes of a parameter
  const computed = precision.name === 'bfloat16' ? 2 : stored
  const first = Math.max(
    0,
    layers.findIndex(({ trainable }) => trainable === true),
  )
  const prefix = sum(layers.slice(0, first), (layer) => layer.parameters)
  const buffers = description.tensors.filter(({ parameter }) => !parameter)
  const values = parameters + sum(buffers, ({ shape }) => product(shape))
  const narrowCopies = computed < stored ? parameters - prefix : 0
  const batch = Math.min(settings.batchSize, job.data.train.length)
  const parts = {
    weights: values * stored + (prefix + narrowCopies) * computed,
    gradients: trainableParameters * stored,
    optimizer: trainableParameters * stored * momentsOf(settings.optimizer),
    average: settings.averageDecay === null ? 0 : values * stored,
    activations: batch * activationsOf(layers, first, computed),
    photographs: photographsOf(job, imageSize, stored, batch),
    library: LIBRARY,
  }
  return Object.freeze({ ...parts, total: sum(Object.values(parts), (part) => part) })
}

/** Values that the optimizer remembers of each parameter that learns. */
function momentsOf({ spec }: Optimizer): number {
  return spec.kind === 'sgd' ? (spec.momentum > 0 ? 1 : 0) : 2
}

/**
 * Bytes for one photograph, at the fullest moment: the end of the forward pass, where everything is kept from the input of the
 * first layer that learns on, and gradients come and go; or in a forward pass that keeps nothing.
 *
 * @param first The first layer that learns.
 * @param bytes Of a value.
 */
function activationsOf(layers: readonly LayerSummary[], first: number, bytes: number): number {
  const sizes = layers.map(({ outputShape }) => product(outputShape))
  const input = first === 0 ? 0 : (sizes[first - 1] as number)
  const learning = layers.slice(first)
  const kept = sum(learning, (layer) => keptOf(layer, bytes)) + input * bytes
  const passing = (of: readonly number[]) => PASSING * bytes * largest(of)
  return Math.max(kept + passing(sizes.slice(first)), passing(sizes))
}

/**
 * An activation function overwrites its input, which nothing else reads; a sum is kept, but one of its terms is not. Dropout
 * keeps its mask and makes a new value.
 */
function keptOf({ operation, outputShape }: LayerSummary, bytes: number): number {
  const values = product(outputShape)
  if (NOTHING_KEPT.has(operation)) return 0
  if (operation === 'max_pool2d') return values * (bytes + PLACE)
  return values * bytes * (operation === 'dropout' ? 2 : 1)
}

function photographsOf({ settings, data }: Job, imageSize: number, stored: number, batch: number): number {
  const pixels = 3 * imageSize ** 2
  const values = batch * pixels * stored
  const { cache, accumulate } = settings
  if (cache.kind === 'memory') return values + (data.train.length + data.val.length) * pixels
  const held = cache.kind === 'none' ? (DECODED_AHEAD + accumulate) * settings.batchSize : batch
  return values + held * pixels
}

function product(shape: readonly number[]): number {
  return shape.reduce((result, side) => result * side, 1)
}

function largest(sizes: readonly number[]): number {
  return sizes.reduce((most, size) => Math.max(most, size), 0)
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0)
}
