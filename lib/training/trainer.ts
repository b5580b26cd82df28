// The builder of a training: each method returns a new trainer, and nothing runs before start().

import * as check from '../check.js'
import { Augmentation, FaceDataset } from '../data/index.js'
import { DEVICES, type Device } from '../inference/index.js'
import { checkStages, type FreezePolicy, type FreezeStage } from '../model/index.js'
import { planJob, type StartOptions } from './job.js'
import { type Loss, lossArgument } from './losses.js'
import { type Optimizer, optimizerArgument } from './optimizers.js'
import { Run } from './run.js'
import { type Schedule, scheduleArgument } from './schedules.js'
import { type ClassifierSettings, DEFAULTS, type TrainingData, type TrainingSettings } from './settings.js'
import { train } from './train.js'

const LARGEST_SEED = 2 ** 32 - 1

/** Made by `FaceClassifier.trainer()`. Immutable. */
export class Trainer {
  /** How the training would go, every default filled in. */
  readonly settings: TrainingSettings
  readonly #classifier: ClassifierSettings
  readonly #data: TrainingData

  /** @internal */
  constructor(classifier: ClassifierSettings, data: TrainingData, settings: TrainingSettings = DEFAULTS) {
    this.#classifier = classifier
    this.#data = data
    this.settings = settings
    Object.freeze(this)
  }

  /** How photographs are varied while training. Defaults to `Augmentation.none()`. */
  augment(augmentation: Augmentation): Trainer {
    if (augmentation instanceof Augmentation) return this.#with({ augmentation })
    throw new TypeError(check.expected('an Augmentation', 'augmentation', augmentation))
  }

  /**
   * Which layers learn, in stages: each but the last has its number of epochs. After a last stage with a number, all
   * layers learn. Without pretrained weights the stages are left aside, and the run says so. Defaults to
   * `freeze.nothing()`.
   *
   * @example trainer.freeze(freeze.trunk().forEpochs(3), freeze.allButLast(15))
   */
  freeze(...stages: (FreezePolicy | FreezeStage)[]): Trainer {
    if (stages.length === 0) throw new TypeError(check.expected('at least one stage', 'stages', stages))
    return this.#with({ freeze: checkStages('stages', stages) })
  }

  /** Defaults to `adam()`. */
  optimizer(optimizer: Optimizer): Trainer {
    return this.#with({ optimizer: optimizerArgument('optimizer', optimizer) })
  }

  /** Defaults to `crossEntropy()`. */
  loss(loss: Loss): Trainer {
    return this.#with({ loss: lossArgument('loss', loss) })
  }

  /** Defaults to `constant()`. */
  schedule(schedule: Schedule): Trainer {
    return this.#with({ schedule: scheduleArgument('schedule', schedule) })
  }

  /** Passes over the training photographs, at least 1. Defaults to 10. */
  epochs(epochs: number): Trainer {
    return this.#with({ epochs: check.integer('epochs', epochs, 1) })
  }

  /** Photographs a step; the last step of an epoch may have fewer. At least 1, and 2 where batch norms learn. Defaults to 64. */
  batchSize(batchSize: number): Trainer {
    return this.#with({ batchSize: check.integer('batchSize', batchSize, 1) })
  }

  /**
   * Pixels a side that photographs are resized to; start() refuses fewer than the network works with. Defaults to
   * those of the pretrained bundle, else to those that the network was designed for.
   */
  imageSize(pixels: number): Trainer {
    return this.#with({ imageSize: check.integer('imageSize', pixels, 1) })
  }

  /** 'auto' takes CUDA where it is there, and the run says why it took what it took. Defaults to 'auto'. */
  device(device: Device): Trainer {
    return this.#with({ device: check.oneOf('device', device, DEVICES) })
  }

  /** The same seed gives the same training on the same machine. Below 2^32; defaults to 0. */
  seed(seed: number): Trainer {
    return this.#with({ seed: check.integer('seed', seed, 0, LARGEST_SEED) })
  }

  /**
   * Begins the training in the background. What goes wrong later rejects the run.
   *
   * @throws TypeError or RangeError: an option is wrong, or the settings do not fit the network or the data.
   * @throws TorchError DEVICE: CUDA is asked for and not there. ADDON or LIBTORCH: the addon cannot be loaded.
   */
  start(options: StartOptions): Run {
    const job = planJob(this.#classifier, this.#data, this.settings, options)
    return new Run(job.output, job.device, (emit) => train(job, emit))
  }

  #with(changed: Partial<TrainingSettings>): Trainer {
    return new Trainer(this.#classifier, this.#data, Object.freeze({ ...this.settings, ...changed }))
  }
}

/** Checks that a value is a labelled dataset of these classes. */
export function trainingData(classes: readonly string[], data: TrainingData): TrainingData {
  if (data === undefined) throw new TypeError(check.expected('an object', 'data', data))
  const { train, val } = check.options('data', data, ['train', 'val'])
  return Object.freeze({ train: labelled('train', train, classes), val: labelled('val', val, classes) })
}

function labelled(name: string, dataset: unknown, classes: readonly string[]): FaceDataset {
  if (!(dataset instanceof FaceDataset)) throw new TypeError(check.expected('a FaceDataset', name, dataset))
  if (dataset.length === 0)
    throw new RangeError(`Expected at least one photograph for ${name} but received none`)
  const same =
    dataset.classes.length === classes.length && dataset.classes.every((own, i) => own === classes[i])
  if (same) return dataset
  throw new RangeError(
    `Expected the ${classes.length} identities of the classifier for ${name}.classes but received ` +
      `${dataset.classes.length === classes.length ? 'others' : dataset.classes.length}; ` +
      'make the classifier with { classes: faces.classes } and split the same faces',
  )
}
