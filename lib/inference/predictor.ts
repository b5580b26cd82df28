// A bundle opened for use: it names photographs, measures itself and fills submissions.

import * as check from '../check.js'
import type { FaceDataset } from '../data/index.js'
import { TorchError } from '../errors.js'
import { stopIfAborted } from './abort.js'
import { finiteCopy, identification, named, verification } from './answers.js'
import { type CalibrateOptions, calibrated, checkCalibrate } from './calibrate.js'
import { type Calibration, refuseOtherModel, type Thresholds, thresholdArgument } from './calibration.js'
import type { DeviceChoice } from './device.js'
import { giveAccess } from './ensemble-access.js'
import { checkEvaluation, type EvaluateOptions } from './evaluation/options.js'
import type { EvaluationReport } from './evaluation/report.js'
import { checkDataset, filesOf, measured, type NamedNetwork, streamed } from './measure.js'
import { type Member, membersOf } from './members.js'
import { type Engine, type OpenedBundle, openBundle } from './open-bundle.js'
import { type Photograph, photographArgument, photographArguments } from './photograph.js'
import { type AskedOutput, PhotographQueue, type ReadRow } from './photograph-queue.js'
import type { PhotographStream } from './photograph-stream.js'
import {
  type CallOptions,
  type ClassifyOptions,
  checkCall,
  checkClassify,
  checkOpen,
  checkThreshold,
  type EmbedOptions,
  type Identification,
  type IdentifyOptions,
  type MeasureOptions,
  type OpenOptions,
  type OpenSettings,
  type Verification,
  type VerifyOptions,
} from './predictor-options.js'
import type { PredictorStats } from './queue-stats.js'
import type { Candidate } from './ranking.js'
import { writeSubmission } from './submission.js'
import type { WriteSubmissionOptions, WrittenSubmission } from './submission-options.js'

/**
 * Names the identities on photographs. After `close()` every method rejects with code CLOSED.
 *
 * @example
 * const predictor = await Predictor.open('runs/inception/best.safetensors')
 * const [first] = await predictor.classify('photograph.jpg')
 * await predictor.close()
 */
export class Predictor implements AsyncDisposable {
  /** Names of the identities by label. */
  readonly classes: readonly string[]
  /** Where it computes, and why there. */
  readonly device: DeviceChoice
  /** How the network answers, and why so. */
  readonly engine: Engine
  /** Pixels a side that photographs are resized to. */
  readonly imageSize: number
  /** Whether photographs are named by their mirror images too. */
  readonly flip: boolean
  readonly #network: NamedNetwork
  readonly #queue: PhotographQueue
  readonly #thresholds: Partial<Thresholds>
  readonly #running = new Set<Promise<unknown>>()
  #closed: Promise<void> | undefined

  private constructor({ metadata, digest, device, engine, model }: OpenedBundle, settings: OpenSettings) {
    const { flip, calibration, ...limits } = settings
    this.#thresholds = calibration ?? {}
    this.classes = metadata.classes
    this.device = device
    this.engine = engine
    this.imageSize = metadata.inputSize
    this.flip = flip
    this.#network = { model, digest, classes: this.classes, imageSize: this.imageSize, flip }
    this.#queue = new PhotographQueue(this.#network, limits)
    giveAccess(this, {
      ...{ network: this.#network, queue: this.#queue },
      run: (work) => this.#run(work),
      proceed: (signal, task) => this.#proceed(signal, task),
    })
  }

  /**
   * Opens a bundle, such as best.safetensors of a run.
   *
   * @throws TypeError: an option of another type, or an unknown one. RangeError: one out of its range, or a calibration
   * of another model or flip.
   * @throws TorchError FILE or WEIGHTS: it cannot be read or is no bundle. DEVICE or PRECISION: CUDA or
   * bfloat16 is asked for and not there.
   */
  static async open(path: string, options?: OpenOptions): Promise<Predictor> {
    check.string('path', path)
    const { settings, choices, signal } = checkOpen(options)
    const proceed = () => stopIfAborted(signal, 'The opening')
    proceed()
    const accept = (digest: string) => refuseOtherModel(settings.calibration, digest)
    return new Predictor(await openBundle(path, choices, proceed, accept), settings)
  }

  /**
   * Names the identity on a photograph, or on each of several: the most probable first. A photograph is the bytes of an
   * image file, its path or its file URL, decoded pixels (`{ data, width, height }`), or an instance of sharp.
   *
   * Calls that come at the same time are computed together. A list of up to maxBatch photographs is let in or refused as a
   * whole; a longer one goes through the queue in pieces and leaves room for others. After `close()` a call that waits is
   * answered; such a longer list is not.
   *
   * @throws TorchError IMAGE or FILE: a photograph cannot be decoded or read. OVERLOADED, as an {@link OverloadedError}: too
   * many wait already. DEADLINE: it waited longer than `deadlineMs`. ABORTED: its signal ended it. NOT_FINITE: the model's weights are damaged.
   */
  classify(photograph: Photograph, options?: ClassifyOptions): Promise<Candidate[]>
  classify(photographs: readonly Photograph[], options?: ClassifyOptions): Promise<Candidate[][]>
  classify(
    given: Photograph | readonly Photograph[],
    options?: ClassifyOptions,
  ): Promise<Candidate[] | Candidate[][]> {
    return this.#run(async () => {
      const { top, call } = checkClassify(options, this.classes.length)
      const read = (row: Float32Array) => named(row, this.classes, top)
      return this.#ask(given, { output: 'probabilities', read }, call)
    })
  }

  /**
   * The embedding of a photograph, or of each of several: the last features before the logits at unit length, (F), such as
   * 512 or 2,048 numbers, so that the sum of products of two is their cosine. Photographs of one person lie close together,
   * the closer the better the training was made for it: see `arcFace`. Otherwise as `classify`.
   */
  embed(photograph: Photograph, options?: EmbedOptions): Promise<Float32Array>
  embed(photographs: readonly Photograph[], options?: EmbedOptions): Promise<Float32Array[]>
  embed(
    given: Photograph | readonly Photograph[],
    options?: EmbedOptions,
  ): Promise<Float32Array | Float32Array[]> {
    return this.#run(async () => {
      const call = checkCall(check.options('options', options, ['signal', 'deadlineMs']))
      return this.#ask(given, { output: 'embedding', read: finiteCopy }, call)
    })
  }

  /**
   * Whether two photographs show one person: whether the cosine of their embeddings reaches the threshold. How often that is
   * wrong, `calibrate` measures. Otherwise as `classify`.
   *
   * @throws TypeError: there is no threshold, neither here nor in the predictor's calibration.
   * @example const { same, similarity } = await predictor.verify('passport.jpg', camera)
   */
  verify(one: Photograph, other: Photograph, options?: VerifyOptions): Promise<Verification> {
    return this.#run(async () => {
      const { threshold: asked, call } = checkThreshold(options)
      const threshold = thresholdArgument(asked, this.#thresholds.verification, 'calibrate()')
      const pair = [photographArgument('one', one), photographArgument('other', other)]
      const both = await this.#queue.ask(pair, { output: 'embedding', read: finiteCopy }, call)
      return verification(both, threshold)
    })
  }

  /**
   * Who a photograph, or each of several, shows: the most probable identity, or null where its probability stays below the
   * threshold, as it should for people that the model does not know (D. Hendrycks and K. Gimpel, "A Baseline for Detecting
   * Misclassified and Out-of-Distribution Examples in Neural Networks", ICLR 2017). `calibrate` with photographs of strangers
   * chooses it. Otherwise as `classify`.
   *
   * @throws TypeError: there is no threshold, neither here nor in the predictor's calibration.
   */
  identify(photograph: Photograph, options?: IdentifyOptions): Promise<Identification>
  identify(photographs: readonly Photograph[], options?: IdentifyOptions): Promise<Identification[]>
  identify(
    given: Photograph | readonly Photograph[],
    options?: IdentifyOptions,
  ): Promise<Identification | Identification[]> {
    return this.#run(async () => {
      const { threshold: asked, call } = checkThreshold(options)
      const threshold = thresholdArgument(asked, this.#thresholds.unknown, 'calibrate() with strangers')
      const read = (row: Float32Array) => identification(row, this.classes, threshold)
      return this.#ask(given, { output: 'probabilities', read }, call)
    })
  }

  /**
   * Chooses the thresholds of `verify` and `identify` on labelled photographs that training did not see: the lowest ones that
   * accept at most `falseAcceptanceRate` of the wrong people. That is the false match rate at which verification is
   * compared, as on Labeled Faces in the Wild (G. Huang et al., technical report 07-49, 2007) and IJB-A (B. Klare et al., CVPR 2015).
   * `falseRejectionRate` is what it costs. People whom training saw lie farther apart than others: give people that it did
   * not see to verify such ones; those of known ones count for `unknown` alone. A rate means nothing on fewer
   * than 1 / rate pairs or strangers, and is little sure on fewer than some 30 / rate.
   *
   * @throws RangeError: one of the strangers is an identity of the model.
   * @throws TorchError DATASET: there are too few pairs of two people, or strangers, for the rate, or more than 1 % of
   * the photographs cannot be read. NOT_FINITE: the model's weights are damaged.
   * @example
   * const calibration = await predictor.calibrate(val, { falseAcceptanceRate: 0.001, strangers })
   * const json = JSON.stringify(calibration) // to be kept beside the model
   */
  calibrate(dataset: FaceDataset, options?: CalibrateOptions): Promise<Calibration> {
    return this.#run(async () => {
      checkDataset('dataset', dataset)
      const settings = checkCalibrate(options)
      return calibrated(this.#network, dataset, settings, (files, task) =>
        this.#stream(files, task, settings.watch),
      )
    })
  }

  /**
   * Measures the model on labelled photographs in eval mode, without augmentation: top-1, top-5, loss, calibration, each
   * identity, the most confused ones, the worst photographs, and groups of people. Identities are told by their names;
   * photographs that cannot be read are left out and listed. Memory grows with photographs and with identities, never with
   * the product of both.
   *
   * @throws RangeError: the dataset has an identity that the model does not know.
   * @throws TorchError DATASET: more than 1 % of the photographs cannot be read, or the table of groups does not fit.
   * FILE: that table cannot be read. NOT_FINITE: the model's weights are damaged.
   * @example
   * const report = await predictor.evaluate(test, { groups: { table: 'people.csv', columns: ['gender', 'age'] } })
   * console.log(`${report}`)
   * await report.save('evaluation')
   */
  evaluate(dataset: FaceDataset, options?: EvaluateOptions): Promise<EvaluationReport> {
    return this.#run(async () => {
      checkDataset('dataset', dataset)
      const settings = checkEvaluation(options)
      const stream = this.#stream(filesOf(dataset), 'Measuring', settings.watch)
      return measured(this.#network, { dataset, stream }, settings)
    })
  }

  /**
   * Predicts every photograph of a folder into a CSV, in bounded memory: of a template those that it asks for, by ids with or
   * without extension and folders. Photographs that are missing, superfluous or unreadable are reported and end nothing.
   *
   * @throws RangeError: `top` names several identities, and one has a space in its name.
   * @throws TorchError DATASET: the folder has no photograph or none that can be read; the template has other columns, no
   * id of these photographs, or one that names two. NOT_FINITE: the model's weights are damaged. FILE: the output cannot be
   * written. In each case an older output stays as it was.
   * @example
   * const { predicted, missing } = await predictor.writeSubmission('faces/test', {
   *   template: 'sample_submission.csv', output: 'submission.csv', top: 5,
   * })
   */
  writeSubmission(folder: string, options: WriteSubmissionOptions): Promise<WrittenSubmission> {
    return this.#run(() => {
      const [alone] = membersOf([this.#network], [1], 'predictors') as [Member]
      return writeSubmission([alone], folder, options, (signal, task) => this.#proceed(signal, task))
    })
  }

  /** What the queue of calls did and how long it took: counts, batches, latencies. */
  stats(): PredictorStats {
    return this.#queue.stats()
  }

  /** Frees the network once what runs has ended: calls that wait are answered, longer work rejects after its batch. */
  close(): Promise<void> {
    this.#closed ??= Promise.allSettled([...this.#running, this.#queue.close()]).then(() =>
      this.#network.model.close(),
    )
    return this.#closed
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  /** Keeps the network open while `work` runs; refuses it after close(). */
  async #run<T>(work: () => Promise<T>): Promise<T> {
    this.#refuseClosed()
    const running = work()
    this.#running.add(running)
    try {
      return await running
    } finally {
      this.#running.delete(running)
    }
  }

  #refuseClosed(): void {
    if (this.#closed !== undefined) throw new TorchError('CLOSED', 'The predictor was closed')
  }

  /** One answer for a photograph, a list for a list. */
  async #ask<Answer>(
    given: Photograph | readonly Photograph[],
    wanted: { output: AskedOutput; read: ReadRow<Answer> },
    call: CallOptions,
  ): Promise<Answer | Answer[]> {
    const answers = await this.#queue.ask(photographArguments(given), wanted, call)
    return Array.isArray(given) ? answers : (answers[0] as Answer)
  }

  #stream(files: readonly string[], task: string, watch: MeasureOptions): PhotographStream {
    const proceed = () => this.#proceed(watch.signal, task)
    return streamed(files, { sizes: [this.imageSize], task, watch, proceed })
  }

  #proceed(signal: AbortSignal | undefined, task: string): void {
    this.#refuseClosed()
    stopIfAborted(signal, task)
  }
}
