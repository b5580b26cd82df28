// The builder of a training: each method returns a new trainer, and nothing runs before start().

import * as check from '../check.js'
import { Augmentation, type CacheKind, type CacheOptions, cacheSettings, FaceDataset } from '../data/index.js'
import { DEVICES, type Device, PRECISIONS, type Precision } from '../inference/index.js'
import {
  architectures,
  checkNormalisation,
  checkStages,
  type FreezePolicy,
  type FreezeStage,
  headSpec,
  INPUT_SIZE_LIMIT,
  type LayerGroup,
  type NetworkSummary,
  stageAt,
  summarise,
} from '../model/index.js'
import type { ArchitectureName, NormalisationSpec } from '../native/index.js'
import { type EarlyStoppingOptions, earlyStopping } from './early-stopping.js'
import { freezingInForce, planJob, type StartOptions } from './job.js'
import { type Loss, lossArgument } from './losses.js'
import { type Optimizer, optimizerArgument } from './optimizers.js'
import { checkRates, type LayerRates } from './rates.js'
import { Run } from './run.js'
import { SAMPLINGS, type Sampling } from './sampler.js'
import { type Schedule, scheduleArgument } from './schedules.js'
import { type ClassifierSettings, DEFAULTS, type TrainingData, type TrainingSettings } from './settings.js'
import { train } from './train.js'

const LARGEST_SEED = 2 ** 32 - 1
const SMALLEST_NORM = 1e-12
/** Seconds: what timers count, 1 ms to 24 days. */
const SMALLEST_BUDGET = 1e-3
const LARGEST_BUDGET = 2_000_000

/** Made by `FaceClassifier.trainer()`. Immutable. */
export class Trainer<Name extends ArchitectureName = ArchitectureName> {
  /** How the training would go, every default filled in. */
  readonly settings: TrainingSettings
  /** What it would learn from, and what it would be measured on after each epoch. */
  readonly data: TrainingData
  readonly #classifier: ClassifierSettings

  /** @internal */
  constructor(classifier: ClassifierSettings, data: TrainingData, settings: TrainingSettings = DEFAULTS) {
    this.#classifier = classifier
    this.data = data
    this.settings = settings
    Object.freeze(this)
  }

  /** How photographs and batches are varied while training. Defaults to `Augmentation.none()`. */
  augment(augmentation: Augmentation): Trainer<Name> {
    if (augmentation instanceof Augmentation) return this.#with({ augmentation })
    throw new TypeError(check.expected('an Augmentation', 'augmentation', augmentation))
  }

  /**
   * Where decoded photographs are kept. 'disk' decodes once into a file that later trainings on the same photographs and
   * image size find again, whatever their split and seed; it takes imageSize * imageSize * 3 bytes a photograph. 'memory'
   * decodes once a training into as much memory. 'none' decodes in every epoch, a few batches ahead. A training is the
   * same with all three. Defaults to 'disk' in the per-user cache, which may hold 40 GB; {@link clearPacks} empties it.
   *
   * @throws TorchError FILE by the run: the folder cannot be written, or the photographs need more than its limit.
   * @example trainer.cache('disk', { folder: 'runs/cache', limit: 20e9 })
   */
  cache(kind: CacheKind, options?: CacheOptions): Trainer<Name> {
    return this.#with({ cache: cacheSettings(kind, options) })
  }

  /**
   * How an epoch chooses its photographs. 'uniform' takes each once. 'balanced' takes as many as there are, the same
   * number of each identity: photographs of small identities several times, each time varied anew, and a changing choice
   * of those of large ones. Defaults to 'uniform'.
   */
  sampling(sampling: Sampling): Trainer<Name> {
    return this.#with({ sampling: check.oneOf('sampling', sampling, SAMPLINGS) })
  }

  /**
   * Which layers learn, in stages: each but the last has its number of epochs. After a last stage with a number, all
   * layers learn. Without pretrained weights the stages are left aside, and the run says so. Defaults to
   * `freeze.nothing()`.
   *
   * @throws RangeError by start(): a group or a number of layers that the network lacks.
   * @example trainer.freeze(freeze.trunk().forEpochs(3), freeze.allButLast(15))
   */
  freeze(...stages: (FreezePolicy<LayerGroup<Name>> | FreezeStage<LayerGroup<Name>>)[]): Trainer<Name> {
    if (stages.length === 0) throw new TypeError(check.expected('at least one stage', 'stages', stages))
    return this.#with({ freeze: checkStages('stages', stages) })
  }

  /** Defaults to `adam()`. */
  optimizer(optimizer: Optimizer): Trainer<Name> {
    return this.#with({ optimizer: optimizerArgument('optimizer', optimizer) })
  }

  /**
   * Learning rates by group of layers, as factors of the schedule's rate: what was pretrained usually learns more slowly
   * than what is new. Defaults to none.
   *
   * @throws RangeError or TypeError: a group that the network lacks, or a factor that is not above 0.
   * @example trainer.layerRates({ trunk: 0.1, block8: 0.5 })
   */
  layerRates(rates: LayerRates<Name>): Trainer<Name> {
    return this.#with({ layerRates: checkRates('layerRates', rates, this.#classifier.architecture) })
  }

  /**
   * Scales the gradients of an update so that their common L2 norm is at most `maxNorm`, a number above 0. A norm that is
   * NaN or infinite ends the training as such a loss does. Defaults to no limit.
   */
  clipGradients(maxNorm: number): Trainer<Name> {
    return this.#with({ clipNorm: check.number('maxNorm', maxNorm, SMALLEST_NORM, 1 / SMALLEST_NORM) })
  }

  /** Defaults to `crossEntropy()`. */
  loss(loss: Loss): Trainer<Name> {
    return this.#with({ loss: lossArgument('loss', loss) })
  }

  /** Defaults to `constant()`. */
  schedule(schedule: Schedule): Trainer<Name> {
    return this.#with({ schedule: scheduleArgument('schedule', schedule) })
  }

  /** Passes over the training photographs, at least 1. Defaults to 10. */
  epochs(epochs: number): Trainer<Name> {
    return this.#with({ epochs: check.integer('epochs', epochs, 1) })
  }

  /**
   * Ends the training when the validation no longer improves; `finished` then resolves with the reason 'stopped_early',
   * and `best` is the best epoch as ever. Defaults to training all epochs.
   *
   * @example trainer.epochs(100).stopEarly({ monitor: 'valTop1', patience: 10 })
   */
  stopEarly(options?: EarlyStoppingOptions): Trainer<Name> {
    return this.#with({ stopEarly: earlyStopping(options) })
  }

  /**
   * Ends the run so many seconds after its start, decoding included, at the next step: as an abort does, with the reason
   * 'time_budget'. Above 0; defaults to no limit.
   */
  timeBudget(seconds: number): Trainer<Name> {
    return this.#with({ timeBudget: check.number('seconds', seconds, SMALLEST_BUDGET, LARGEST_BUDGET) })
  }

  /** Photographs a step; the last step of an epoch may have fewer. At least 1, and 2 where batch norms learn. Defaults to 64. */
  batchSize(batchSize: number): Trainer<Name> {
    return this.#with({ batchSize: check.integer('batchSize', batchSize, 1) })
  }

  /**
   * Batches whose gradients make one update, as a mean over all their samples; at least 1. The last update of an epoch may
   * have fewer. The learning then goes as with `batches` times the batch size, in the memory of one, except that batch
   * norms see one batch at a time. An abort and waiting inference wait for the whole update. Defaults to 1.
   */
  accumulate(batches: number): Trainer<Name> {
    return this.#with({ accumulate: check.integer('batches', batches, 1) })
  }

  /**
   * Pixels a side that photographs are resized to; start() refuses fewer than the network works with. Defaults to
   * those of the pretrained weights, else to those that the network was designed for.
   */
  imageSize(pixels: number): Trainer<Name> {
    return this.#with({ imageSize: check.integer('imageSize', pixels, 1, INPUT_SIZE_LIMIT) })
  }

  /**
   * Mean and standard deviation of the three channels of pixels in [0, 1], red first: the network sees
   * (pixel - mean) / std. Defaults to those of the pretrained weights, else to those of the network's authors.
   */
  normalisation(normalisation: NormalisationSpec): Trainer<Name> {
    return this.#with({ normalisation: checkNormalisation('normalisation', normalisation) })
  }

  /** 'auto' takes CUDA where it is there, and the run says why it took what it took. Defaults to 'auto'. */
  device(device: Device): Trainer<Name> {
    return this.#with({ device: check.oneOf('device', device, DEVICES) })
  }

  /** What is computed in; see {@link Precision}. The run says what 'auto' took, and why. Defaults to 'auto'. */
  precision(precision: Precision): Trainer<Name> {
    return this.#with({ precision: check.oneOf('precision', precision, PRECISIONS) })
  }

  /** The same seed gives the same training on the same machine. Below 2^32; defaults to 0. */
  seed(seed: number): Trainer<Name> {
    return this.#with({ seed: check.integer('seed', seed, 0, LARGEST_SEED) })
  }

  /**
   * The network's layers with their output shapes, parameters, what learns in an epoch (from 1; defaults to 1) and
   * multiply-adds, at the image size set here, else at the one that the network was designed for. Prints as a table.
   *
   * @throws TypeError or RangeError: the settings do not fit the network. TorchError ADDON or LIBTORCH.
   * @example console.log(`${trainer.summary()}`)
   */
  summary(epoch = 1): NetworkSummary {
    const { architecture, head, classes, pretrained } = this.#classifier
    check.integer('epoch', epoch, 1, this.settings.epochs)
    const { policy } = stageAt(freezingInForce(this.settings, pretrained), epoch)
    const network = { architecture, head: headSpec(head, architecture, classes.length) }
    return summarise(network, this.settings.imageSize ?? architectures[architecture].inputSize, policy)
  }

  /**
   * Begins the training in the background. What goes wrong later rejects the run.
   *
   * @throws TypeError or RangeError: an option is wrong, or the settings do not fit the network or the data.
   * @throws TorchError DEVICE: CUDA is asked for and not there. PRECISION: bfloat16 is asked for and has no instructions. ADDON or LIBTORCH: the addon cannot be loaded.
   */
  start(options: StartOptions): Run {
    const job = planJob(this.#classifier, this.data, this.settings, options)
    return new Run(job, (emit) => train(job, emit))
  }

  #with(changed: Partial<TrainingSettings>): Trainer<Name> {
    return new Trainer<Name>(this.#classifier, this.data, Object.freeze({ ...this.settings, ...changed }))
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
