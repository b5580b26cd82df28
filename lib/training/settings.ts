// What a training is made of: the network it starts from, its data, and how it goes.

import { Augmentation, type CacheSettings, DEFAULT_CACHE, type FaceDataset } from '../data/index.js'
import type { Device, Precision } from '../inference/index.js'
import { type FreezePolicy, type FreezeStage, freeze, type Head, type Pretrained } from '../model/index.js'
import type { ArchitectureName, NormalisationSpec } from '../native/index.js'
import { type CheckpointSettings, DEFAULT_CHECKPOINTS } from './checkpoint-settings.js'
import type { EarlyStopping } from './early-stopping.js'
import { crossEntropy, type Loss } from './losses.js'
import { adam, type Optimizer } from './optimizers.js'
import type { LayerRates } from './rates.js'
import type { Sampling } from './sampler.js'
import { constant, type Schedule } from './schedules.js'

/** A network before it is made. */
export interface ClassifierSettings {
  readonly architecture: ArchitectureName
  /** Names of the identities by label. */
  readonly classes: readonly string[]
  readonly head: Head
  /** Where its weights come from; null: random weights. */
  readonly pretrained: Pretrained | null
}

/** Photographs to learn from, and others, of the same identities, to measure on after each epoch. */
export interface TrainingData {
  readonly train: FaceDataset
  readonly val: FaceDataset
}

/** How a training goes, every default filled in. */
export interface TrainingSettings {
  readonly augmentation: Augmentation
  readonly sampling: Sampling
  /** Where the decoded photographs are kept. */
  readonly cache: CacheSettings
  readonly freeze: readonly (FreezePolicy | FreezeStage)[]
  readonly optimizer: Optimizer
  /** Factors of the learning rate by group of layers. */
  readonly layerRates: LayerRates
  /** The largest L2 norm of all gradients together; null: any. */
  readonly clipNorm: number | null
  /** Decay of the running average of the weights, which is what is validated and saved; null: the weights themselves. */
  readonly averageDecay: number | null
  readonly loss: Loss
  readonly schedule: Schedule
  readonly epochs: number
  /** null: all epochs are trained. */
  readonly stopEarly: EarlyStopping | null
  /** Seconds of the whole run; null: any. */
  readonly timeBudget: number | null
  readonly checkpoints: CheckpointSettings
  readonly batchSize: number
  /** Batches an update of the weights. */
  readonly accumulate: number
  /** Pixels a side; null: those of the pretrained weights, else those the network was designed for. */
  readonly imageSize: number | null
  /** null: that of the pretrained weights, else that which the network was designed for. */
  readonly normalisation: NormalisationSpec | null
  readonly device: Device
  readonly precision: Precision
  readonly seed: number
}

export const LARGEST_SEED = 2 ** 32 - 1
/** Seconds: what timers count, 1 ms to 24 days. */
export const SMALLEST_BUDGET = 1e-3
export const LARGEST_BUDGET = 2_000_000

export const DEFAULTS: TrainingSettings = Object.freeze({
  augmentation: Augmentation.none(),
  sampling: 'uniform',
  cache: DEFAULT_CACHE,
  freeze: Object.freeze([freeze.nothing()]),
  optimizer: adam(),
  layerRates: Object.freeze({}),
  clipNorm: null,
  averageDecay: null,
  loss: crossEntropy(),
  schedule: constant(),
  epochs: 10,
  stopEarly: null,
  timeBudget: null,
  checkpoints: DEFAULT_CHECKPOINTS,
  batchSize: 64,
  accumulate: 1,
  imageSize: null,
  normalisation: null,
  device: 'auto',
  precision: 'auto',
  seed: 0,
})
