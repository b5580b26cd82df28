// A bundle opened for use: it names photographs, measures itself and fills submissions.

import * as check from '../check.js'
import { FaceDataset, type GroupedPhotograph, readGroups } from '../data/index.js'
import { TorchError } from '../errors.js'
import { quoted } from '../files/index.js'
import { type NativeModel, nativeCall } from '../native/index.js'
import { stopIfAborted } from './abort.js'
import { DEVICES, type DeviceChoice } from './device.js'
import { Measures } from './evaluation/measures.js'
import { checkEvaluation, type EvaluateOptions } from './evaluation/options.js'
import { EvaluationReport } from './evaluation/report.js'
import { resultsOf } from './evaluation/results.js'
import { type OpenedBundle, openBundle } from './open-bundle.js'
import { type Photograph, packPhotographs, photographArgument } from './photograph.js'
import { PhotographStream } from './photograph-stream.js'
import type {
  ClassifyOptions,
  MeasureOptions,
  OpenOptions,
  WriteSubmissionOptions,
  WrittenSubmission,
} from './predictor-options.js'
import { type Candidate, rank } from './ranking.js'
import { type Prediction, writeSubmission } from './submission.js'

/** Photographs a batch: more gain little speed, and two batches of decoded pixels are in memory at once. */
const BATCH_SIZE = 32
const PLAIN_LOSS = { kind: 'cross_entropy', labelSmoothing: 0, classWeights: null } as const

/**
 * Names the identities on photographs. After `close()` every method rejects with code CLOSED.
 *
 * @example
 * const predictor = await Predictor.open('runs/inception/best.safetensors')
 * const [{ identity, probability }] = await predictor.classify('photograph.jpg')
 * await predictor.close()
 */
export class Predictor implements AsyncDisposable {
  /** Names of the identities by label. */
  readonly classes: readonly string[]
  /** Where it computes, and why there. */
  readonly device: DeviceChoice
  /** Pixels a side that photographs are resized to. */
  readonly imageSize: number
  /** Whether photographs are named by their mirror images too. */
  readonly flip: boolean
  readonly #model: NativeModel
  readonly #running = new Set<Promise<unknown>>()
  #closed: Promise<void> | undefined

  private constructor({ metadata, device, model }: OpenedBundle, flip: boolean) {
    this.classes = metadata.classes
    this.device = device
    this.imageSize = metadata.inputSize
    this.flip = flip
    this.#model = model
  }

  /**
   * Opens a bundle, such as best.safetensors of a run.
   *
   * @throws TypeError: an option of another type, or an unknown one.
   * @throws TorchError FILE or WEIGHTS: it cannot be read or is no bundle. DEVICE: CUDA is asked for and not there.
   */
  static async open(path: string, options?: OpenOptions): Promise<Predictor> {
    check.string('path', path)
    const known = ['device', 'flip', 'signal'] as const
    const { device = 'auto', flip = false, signal } = check.options('options', options, known)
    check.oneOf('device', device, DEVICES)
    check.boolean('flip', flip)
    check.signal('signal', signal)
    const proceed = () => stopIfAborted(signal, 'The opening')
    proceed()
    return new Predictor(await openBundle(path, device, proceed), flip)
  }

  /**
   * Names the identity on a photograph, or on each of several: the most probable first. A photograph is the bytes of an
   * image file, its path or its file URL.
   *
   * @throws TorchError IMAGE or FILE: a photograph cannot be decoded or read.
   */
  classify(photograph: Photograph, options?: ClassifyOptions): Promise<Candidate[]>
  classify(photographs: readonly Photograph[], options?: ClassifyOptions): Promise<Candidate[][]>
  classify(
    given: Photograph | readonly Photograph[],
    options?: ClassifyOptions,
  ): Promise<Candidate[] | Candidate[][]> {
    return this.#run(async () => {
      const checked = check.options('options', options, ['top', 'signal'])
      const top = Math.min(check.integer('top', checked.top ?? 5, 1), this.classes.length)
      const signal = check.signal('signal', checked.signal)
      if (!Array.isArray(given)) {
        const ranked = await this.#classifyAll([photographArgument('photograph', given)], top, signal)
        return ranked[0] as Candidate[]
      }
      const photographs = given.map((one, index) => photographArgument(`photographs[${index}]`, one))
      return this.#classifyAll(photographs, top, signal)
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
      if (!(dataset instanceof FaceDataset))
        throw new TypeError(check.expected('a FaceDataset', 'dataset', dataset))
      const { groups, watch, ...limits } = checkEvaluation(options)
      const labels = this.#labelsOf(dataset)
      const files = dataset.samples.map(({ file }) => file)
      const stream = this.#stream(files, 'Measuring', watch)
      const groupings = groups === null ? [] : await readGroups(groups, this.#photographs(files, labels))
      const measures = new Measures(files)
      for await (const { pixels, indices, places } of stream) {
        const batch = { kind: 'pack', pack: pixels, indices, samples: null } as const
        const own = Int32Array.from(places, (place) => labels[place] as number)
        measures.add(
          places,
          own,
          await nativeCall(this.#model.evaluate({ batch, labels: own, loss: PLAIN_LOSS, flip: this.flip })),
        )
      }
      const { classes } = this
      return new EvaluationReport(
        resultsOf({ measures, classes, groupings, skipped: stream.skipped, limits }),
      )
    })
  }

  /**
   * Predicts every photograph of a folder into a CSV, in bounded memory. Photographs that cannot be read are listed;
   * their rows keep the template's cell, and are left out where there is no template.
   *
   * @throws TorchError DATASET: the folder has no photograph, more than 1 % cannot be read, or the template has other
   * columns or a row without a prediction. FILE: the output cannot be written.
   */
  writeSubmission(folder: string, options: WriteSubmissionOptions): Promise<WrittenSubmission> {
    return this.#run(async () => {
      check.string('folder', folder)
      if (options === undefined) throw new TypeError(check.expected('an object', 'options', options))
      const known = ['output', 'template', 'columns', 'signal', 'onProgress'] as const
      const { signal, onProgress, ...target } = check.options('options', options, known)
      const watch = { ...(signal && { signal }), ...(onProgress && { onProgress }) }
      const photographs = await FaceDataset.unlabelled(folder, signal && { signal })
      const files = photographs.samples.map(({ file }) => file)
      const stream = this.#stream(files, 'Predicting', watch)
      const summary = await writeSubmission(this.#predictions(stream, files), { ...target, folder, files })
      return { ...summary, skipped: stream.skipped }
    })
  }

  /** Frees the network once what runs has ended: a photograph is answered, longer work rejects after its batch. */
  close(): Promise<void> {
    this.#closed ??= Promise.allSettled(this.#running).then(() => this.#model.close())
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

  /** Ends longer work between two batches. */
  #proceed(signal: AbortSignal | undefined, task: string): void {
    this.#refuseClosed()
    stopIfAborted(signal, task)
  }

  async #classifyAll(
    photographs: readonly (string | Uint8Array)[],
    top: number,
    signal: AbortSignal | undefined,
  ): Promise<Candidate[][]> {
    const ranked: Candidate[][] = []
    for (let start = 0; start < photographs.length; start += BATCH_SIZE) {
      if (start > 0) this.#refuseClosed()
      stopIfAborted(signal, 'The classification')
      const { pixels, unreadable } = await packPhotographs(
        photographs.slice(start, start + BATCH_SIZE),
        this.imageSize,
      )
      try {
        for (const failure of unreadable.values()) throw failure
        const indices = Int32Array.from({ length: pixels.count }, (_, record) => record)
        ranked.push(...(await rank(this.#model, { pixels, indices }, this.classes, { top, flip: this.flip })))
      } finally {
        pixels.close()
      }
    }
    return ranked
  }

  #stream(files: readonly string[], task: string, { signal, onProgress }: MeasureOptions): PhotographStream {
    check.signal('signal', signal)
    if (onProgress !== undefined && typeof onProgress !== 'function') {
      throw new TypeError(check.expected('a function', 'onProgress', onProgress))
    }
    return new PhotographStream(files, {
      size: this.imageSize,
      batchSize: BATCH_SIZE,
      onBatch: (done, total) => {
        onProgress?.({ task, done, total })
        if (done < total) this.#proceed(signal, task)
      },
    })
  }

  async *#predictions(stream: PhotographStream, files: readonly string[]): AsyncGenerator<Prediction> {
    for await (const { places, ...records } of stream) {
      const ranked = await rank(this.#model, records, this.classes, { top: 1, flip: this.flip })
      for (const [row, place] of places.entries()) {
        yield { file: files[place] as string, identity: (ranked[row] as Candidate[])[0]?.identity as string }
      }
    }
    for (const { file } of stream.skipped) yield { file, identity: null }
  }

  /** What tells a photograph's group. */
  #photographs(files: readonly string[], labels: Int32Array): GroupedPhotograph[] {
    return files.map((file, place) => ({ file, identity: this.classes[labels[place] as number] as string }))
  }

  /** The labels of a dataset as this model counts them. */
  #labelsOf(dataset: FaceDataset): Int32Array {
    if (dataset.length === 0)
      throw new RangeError('Expected at least one photograph for dataset but received none')
    const own = new Map(this.classes.map((name, label) => [name, label]))
    return dataset.labels().map((label) => {
      const name = dataset.classes[label]
      const known = name === undefined ? undefined : own.get(name)
      if (known !== undefined) return known
      const what = name === undefined ? 'photographs without labels' : quoted(name)
      throw new RangeError(
        `Expected identities that the model knows for dataset.classes but received ${what}`,
      )
    })
  }
}
