// What a training is made of: the network it starts from, its data, and how it goes.

import { Augmentation, type FaceDataset } from '../data/index.js'
import type { Device } from '../inference/index.js'
import { type FreezePolicy, type FreezeStage, freeze, type Head } from '../model/index.js'
import type { ArchitectureName } from '../native/index.js'
import { crossEntropy, type Loss } from './losses.js'
import { adam, type Optimizer } from './optimizers.js'
import { constant, type Schedule } from './schedules.js'

/** A network before it is made. */
export interface ClassifierSettings {
  readonly architecture: ArchitectureName
  /** Names of the identities by label. */
  readonly classes: readonly string[]
  readonly head: Head
  /** Path of the bundle to start from; null: random weights. */
  readonly pretrained: string | null
}

export interface TrainingData {
  readonly train: FaceDataset
  readonly val: FaceDataset
}

/** How a training goes, every default filled in. */
export interface TrainingSettings {
  readonly augmentation: Augmentation
  readonly freeze: readonly (FreezePolicy | FreezeStage)[]
  readonly optimizer: Optimizer
  readonly loss: Loss
  readonly schedule: Schedule
  readonly epochs: number
  readonly batchSize: number
  /** Pixels a side; null: those of the pretrained bundle, else those the network was designed for. */
  readonly imageSize: number | null
  readonly device: Device
  readonly seed: number
}

export const DEFAULTS: TrainingSettings = Object.freeze({
  augmentation: Augmentation.none(),
  freeze: Object.freeze([freeze.nothing()]),
  optimizer: adam(),
  loss: crossEntropy(),
  schedule: constant(),
  epochs: 10,
  batchSize: 64,
  imageSize: null,
  device: 'auto',
  seed: 0,
})
