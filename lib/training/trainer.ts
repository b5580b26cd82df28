// A training before it runs: what it is made of, what can be known of it, and its start.

import * as check from '../check.js'
import { architectures, headSpec, type NetworkSummary, stageAt, summarise } from '../model/index.js'
import type { ArchitectureName } from '../native/index.js'
import { type DryRun, type DryRunOptions, dryRun } from './before/dry-run.js'
import { type EstimateOptions, estimate, type TrainingEstimate } from './before/estimate.js'
import { fingerprintOf } from './before/fingerprint.js'
import { jobAhead, type Plan } from './before/job.js'
import { findLearningRate, type LearningRateOptions } from './before/learning-rate.js'
import type { LearningRateTest } from './before/rate-findings.js'
import { freezingInForce, planJob, type StartOptions } from './job.js'
import { type ResumeOptions, resume } from './resume.js'
import { Run } from './run.js'
import { type ClassifierSettings, DEFAULTS, type TrainingData, type TrainingSettings } from './settings.js'
import { train } from './train.js'
import { TrainerBuilder } from './trainer-builder.js'

/** Made by `FaceClassifier.trainer()`. Immutable. */
export class Trainer<Name extends ArchitectureName = ArchitectureName> extends TrainerBuilder<Name> {
  /** What it would learn from, and what it would be measured on after each epoch. */
  readonly data: TrainingData
  readonly #classifier: ClassifierSettings

  /** @internal */
  constructor(classifier: ClassifierSettings, data: TrainingData, settings: TrainingSettings = DEFAULTS) {
    super(settings)
    this.#classifier = classifier
    this.data = data
    Object.freeze(this)
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
   * Goes through the whole training in seconds, before it is worth hours: weights are read, the first photographs decoded, and
   * in each stage of freezing three updates are made, a batch is validated, and the model is saved to and read back from a
   * temporary folder, which is removed. Nothing else is written, but for published weights, which are fetched as ever.
   *
   * @throws What a run would throw: TypeError or RangeError of settings that do not fit; TorchError DATASET of photographs that
   *   cannot be read, as far as the first tell, WEIGHTS, NOT_FINITE and the others; ABORTED.
   * @example console.log(`${await trainer.dryRun()}`)
   */
  dryRun(options?: DryRunOptions): Promise<DryRun> {
    return dryRun(this.#plan, options)
  }

  /**
   * What the training will take: memory by parts and by stage of freezing, computed from the network; room on the disk; and time,
   * measured by the steps of a {@link dryRun}, with which it has everything else in common. Prints as a table. `stopEarly` and
   * the cache may make it shorter.
   *
   * @throws What {@link dryRun} throws.
   * @example console.log(`${await trainer.estimate()}`)
   */
  estimate(options?: EstimateOptions): Promise<TrainingEstimate> {
    return estimate(this.#plan, options)
  }

  /**
   * A learning-rate range test: updates on real photographs at a rate that rises exponentially from step to step, in one stage of
   * freezing, until the loss diverges. The network is its own: a training that is started afterwards is the same as without.
   * Photographs are decoded as they are needed. `suggestion` is where the loss falls most steeply, a rate to begin with.
   *
   * @throws TypeError or RangeError: an option is wrong. TorchError: what a run throws, but for NOT_FINITE, which ends the test;
   *   ABORTED; FILE: the folder is not empty or cannot be written.
   * @see Smith, "Cyclical learning rates for training neural networks", 2017, section 3.3
   * @example const { suggestion } = await trainer.findLearningRate({ output: 'runs/rates' })
   */
  findLearningRate(options?: LearningRateOptions): Promise<LearningRateTest> {
    return findLearningRate(this.#plan, options)
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

  /**
   * Goes on with a run that was stopped, killed or lost, at the very next batch: from the newest checkpoint of its folder
   * that is whole, with all settings and photographs as they were; what was learned after it is learned anew. On the
   * processor it ends bit for bit as it would have, on the same machine with as many threads. A time budget begins anew.
   *
   * @throws TorchError FILE: there is no checkpoint, or another run is at work in the folder. WEIGHTS: all are damaged, or the
   *   newest is of another version or says what no run wrote. DATASET: a photograph is no longer there. DEVICE or PRECISION:
   *   this machine lacks what the run began with. ABORTED: while it looked for the photographs. TypeError: see `schedule`.
   * @example
   * const run = await Trainer.resume('runs/first')
   * const { best, reason } = await run.finished
   */
  static resume(folder: string, options?: ResumeOptions): Promise<Run> {
    return resume(folder, options)
  }

  /**
   * Tells trainings apart, and refuses what start() would refuse.
   *
   * @internal
   */
  fingerprint(): string {
    jobAhead(this.#plan, '.', undefined)
    return fingerprintOf(this.#plan)
  }

  get #plan(): Plan {
    return { classifier: this.#classifier, data: this.data, settings: this.settings }
  }

  protected override get architecture(): Name {
    return this.#classifier.architecture as Name
  }

  protected override with(changed: Partial<TrainingSettings>): this {
    return new Trainer<Name>(
      this.#classifier,
      this.data,
      Object.freeze({ ...this.settings, ...changed }),
    ) as this
  }
}
