// How a training goes, said method by method: each returns a new builder, and nothing runs.

import * as check from '../check.js'
import { Augmentation, type CacheKind, type CacheOptions, cacheSettings } from '../data/index.js'
import { DEVICES, type Device, PRECISIONS, type Precision } from '../inference/index.js'
import {
  checkNormalisation,
  checkStages,
  type FreezePolicy,
  type FreezeStage,
  INPUT_SIZE_LIMIT,
  type LayerGroup,
} from '../model/index.js'
import type { ArchitectureName, NormalisationSpec } from '../native/index.js'
import { type CheckpointOptions, checkpointSettings } from './checkpoint-settings.js'
import { type EarlyStoppingOptions, earlyStopping } from './early-stopping.js'
import { type Loss, lossArgument } from './losses.js'
import { type Optimizer, optimizerArgument } from './optimizers.js'
import { checkRates, type LayerRates } from './rates.js'
import { SAMPLINGS, type Sampling } from './sampler.js'
import { type Schedule, scheduleArgument } from './schedules.js'
import { LARGEST_BUDGET, LARGEST_SEED, SMALLEST_BUDGET, type TrainingSettings } from './settings.js'

const SMALLEST_NORM = 1e-12

/** The settings of a {@link Trainer}. Immutable. */
export abstract class TrainerBuilder<Name extends ArchitectureName = ArchitectureName> {
  /** How the training would go, every default filled in. */
  readonly settings: TrainingSettings

  protected constructor(settings: TrainingSettings) {
    this.settings = settings
  }

  protected abstract readonly architecture: Name

  /** The same with some settings changed. */
  protected abstract with(changed: Partial<TrainingSettings>): this

  /** How photographs and batches are varied while training. Defaults to `Augmentation.none()`. */
  augment(augmentation: Augmentation): this {
    if (augmentation instanceof Augmentation) return this.with({ augmentation })
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
  cache(kind: CacheKind, options?: CacheOptions): this {
    return this.with({ cache: cacheSettings(kind, options) })
  }

  /**
   * How an epoch chooses its photographs. 'uniform' takes each once. 'balanced' takes as many as there are, the same
   * number of each identity: photographs of small identities several times, each time varied anew, and a changing choice
   * of those of large ones. Defaults to 'uniform'.
   */
  sampling(sampling: Sampling): this {
    return this.with({ sampling: check.oneOf('sampling', sampling, SAMPLINGS) })
  }

  /**
   * Which layers learn, in stages: each but the last has its number of epochs. After a last stage with a number, all
   * layers learn. Without pretrained weights the stages are left aside, and the run says so. Defaults to
   * `freeze.nothing()`.
   *
   * @throws RangeError by start(): a group or a number of layers that the network lacks.
   * @example trainer.freeze(freeze.trunk().forEpochs(3), freeze.allButLast(15))
   */
  freeze(...stages: (FreezePolicy<LayerGroup<Name>> | FreezeStage<LayerGroup<Name>>)[]): this {
    if (stages.length === 0) throw new TypeError(check.expected('at least one stage', 'stages', stages))
    return this.with({ freeze: checkStages('stages', stages) })
  }

  /** Defaults to `adam()`. */
  optimizer(optimizer: Optimizer): this {
    return this.with({ optimizer: optimizerArgument('optimizer', optimizer) })
  }

  /**
   * Learning rates by group of layers, as factors of the schedule's rate: what was pretrained usually learns more slowly
   * than what is new. Defaults to none.
   *
   * @throws RangeError or TypeError: a group that the network lacks, or a factor that is not above 0.
   * @example FaceClassifier.inceptionResnetV1({ classes: faces }).trainer({ train, val }).layerRates({ trunk: 0.1, block8: 0.5 })
   */
  layerRates(rates: LayerRates<Name>): this {
    return this.with({ layerRates: checkRates('layerRates', rates, this.architecture) })
  }

  /**
   * Scales the gradients of an update so that their common L2 norm is at most `maxNorm`, a number above 0. A norm that is
   * NaN or infinite ends the training as such a loss does. Defaults to no limit.
   */
  clipGradients(maxNorm: number): this {
    return this.with({ clipNorm: check.number('maxNorm', maxNorm, SMALLEST_NORM, 1 / SMALLEST_NORM) })
  }

  /**
   * Validates and saves an exponential moving average of the weights instead of the weights themselves: after each step it
   * becomes decay * average + (1 - decay) * weights, with a smaller decay in the first steps. Batch norms' statistics are
   * averaged too. Takes one more copy of the weights. Defaults to none; `decay` defaults to 0.999, in [0, 1).
   *
   * @see Polyak and Juditsky, "Acceleration of stochastic approximation by averaging", 1992
   */
  averageWeights(decay = 0.999): this {
    if (check.number('decay', decay, 0, 1) < 1) return this.with({ averageDecay: decay })
    throw new RangeError(check.expected('a number below 1', 'decay', decay))
  }

  /**
   * Defaults to `crossEntropy()`.
   *
   * @throws TypeError by start(): a margin without a cosine head.
   * @example classifier.cosineHead().trainer({ train, val }).loss(arcFace({ margin: 0.3 }))
   */
  loss(loss: Loss): this {
    return this.with({ loss: lossArgument('loss', loss) })
  }

  /** Defaults to `constant()`. */
  schedule(schedule: Schedule): this {
    return this.with({ schedule: scheduleArgument('schedule', schedule) })
  }

  /** Passes over the training photographs, at least 1. Defaults to 10. */
  epochs(epochs: number): this {
    return this.with({ epochs: check.integer('epochs', epochs, 1) })
  }

  /**
   * Ends the training when the validation no longer improves; `finished` then resolves with the reason 'stopped_early',
   * and `best` is the best epoch as ever. Defaults to training all epochs.
   *
   * @example trainer.epochs(100).stopEarly({ monitor: 'valTop1', patience: 10 })
   */
  stopEarly(options?: EarlyStoppingOptions): this {
    return this.with({ stopEarly: earlyStopping(options) })
  }

  /**
   * Ends the run so many seconds after its start, decoding included, at the next step: as an abort does, with the reason
   * 'time_budget'. Above 0; defaults to no limit.
   */
  timeBudget(seconds: number): this {
    return this.with({ timeBudget: check.number('seconds', seconds, SMALLEST_BUDGET, LARGEST_BUDGET) })
  }

  /**
   * When the run saves what it can be resumed from: at its end and when it is stopped, at ends of epochs that are not too
   * close to each other, and after a number of steps where that is asked for.
   *
   * @example trainer.checkpoints({ everySteps: 500, keep: 3 })
   */
  checkpoints(options: CheckpointOptions): this {
    return this.with({ checkpoints: checkpointSettings(options) })
  }

  /** Photographs a step; the last step of an epoch may have fewer. At least 1, and 2 where batch norms learn. Defaults to 64. */
  batchSize(batchSize: number): this {
    return this.with({ batchSize: check.integer('batchSize', batchSize, 1) })
  }

  /**
   * Batches whose gradients make one update, as a mean over all their samples; at least 1. The last update of an epoch may
   * have fewer. The learning then goes as with `batches` times the batch size, in the memory of one, except that batch
   * norms see one batch at a time. An abort and waiting inference wait for the whole update. Defaults to 1.
   */
  accumulate(batches: number): this {
    return this.with({ accumulate: check.integer('batches', batches, 1) })
  }

  /**
   * Pixels a side that photographs are resized to; start() refuses fewer than the network works with. Defaults to
   * those of the pretrained weights, else to those that the network was designed for.
   */
  imageSize(pixels: number): this {
    return this.with({ imageSize: check.integer('imageSize', pixels, 1, INPUT_SIZE_LIMIT) })
  }

  /**
   * Mean and standard deviation of the three channels of pixels in [0, 1], red first: the network sees
   * (pixel - mean) / std. Defaults to those of the pretrained weights, else to those of the network's authors.
   */
  normalisation(normalisation: NormalisationSpec): this {
    return this.with({ normalisation: checkNormalisation('normalisation', normalisation) })
  }

  /** 'auto' takes CUDA where it is there, and the run says why it took what it took. Defaults to 'auto'. */
  device(device: Device): this {
    return this.with({ device: check.oneOf('device', device, DEVICES) })
  }

  /** What is computed in; see {@link Precision}. The run says what 'auto' took, and why. Defaults to 'auto'. */
  precision(precision: Precision): this {
    return this.with({ precision: check.oneOf('precision', precision, PRECISIONS) })
  }

  /** The same seed gives the same training on the same machine. Below 2^32; defaults to 0. */
  seed(seed: number): this {
    return this.with({ seed: check.integer('seed', seed, 0, LARGEST_SEED) })
  }
}
