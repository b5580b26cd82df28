// Several predictors that answer as one.

import * as check from '../check.js'
import type { FaceDataset } from '../data/index.js'
import { named } from './answers.js'
import { accessTo, type EnsembleAccess } from './ensemble-access.js'
import { evaluationOf } from './ensemble-evaluation.js'
import { checkEvaluation, type EvaluateOptions } from './evaluation/options.js'
import type { EvaluationReport } from './evaluation/report.js'
import { checkDataset, filesOf, reported, streamed } from './measure.js'
import { checkWeights, MeanRow, type Member, meanProbabilities, membersOf, sizesOf } from './members.js'
import { type GivenPhotograph, type Photograph, photographArguments } from './photograph.js'
import { Predictor } from './predictor.js'
import { type CallOptions, type ClassifyOptions, checkClassify } from './predictor-options.js'
import type { Candidate } from './ranking.js'
import { writeSubmission } from './submission.js'
import type { WriteSubmissionOptions, WrittenSubmission } from './submission-options.js'

/** Of `Ensemble.of()`. */
export interface EnsembleOptions {
  /** How much each predictor counts, of at least 0, not all 0; only their ratios matter. Defaults to all the same. */
  weights?: readonly number[]
}

/**
 * Names identities by the mean of several predictors' probabilities, which is right more often than each of them where they
 * were trained apart. Identities are matched by name; each predictor keeps its network, image size, normalisation and flip.
 * It has nothing to close: the predictors are used on their own beside it, and after `close()` of one its methods
 * reject with code CLOSED.
 *
 * @example
 * const inception = await Predictor.open('runs/inception/best.safetensors')
 * const resnet = await Predictor.open('runs/resnet50/best.safetensors', { flip: true })
 * const ensemble = Ensemble.of([inception, resnet], { weights: [2, 1] })
 * await ensemble.writeSubmission('faces/test', { template: 'sample_submission.csv', output: 'submission.csv' })
 */
export class Ensemble {
  readonly predictors: readonly Predictor[]
  /** Names of the identities, in the order of the first predictor. */
  readonly classes: readonly string[]
  readonly #members: readonly [Member, ...Member[]]
  readonly #access: readonly EnsembleAccess[]

  private constructor(predictors: readonly Predictor[], weights: readonly number[]) {
    this.predictors = [...predictors]
    this.#access = predictors.map(accessTo)
    const networks = this.#access.map(({ network }) => network)
    this.#members = membersOf(networks, weights, 'predictors') as [Member, ...Member[]]
    this.classes = this.#members[0].network.classes
  }

  /**
   * @param predictors At least one, all of the same identities.
   * @throws TypeError or RangeError: no such list, other identities (which the message names), or wrong weights.
   */
  static of(predictors: readonly Predictor[], options?: EnsembleOptions): Ensemble {
    if (!Array.isArray(predictors))
      throw new TypeError(check.expected('an array of predictors', 'predictors', predictors))
    for (const [index, one] of predictors.entries()) {
      if (!(one instanceof Predictor))
        throw new TypeError(check.expected('a Predictor', `predictors[${index}]`, one))
    }
    if (predictors.length === 0)
      throw new RangeError(check.expected('at least one', 'predictors', predictors))
    const { weights } = check.options('options', options, ['weights'])
    return new Ensemble(predictors, checkWeights(weights, predictors.length))
  }

  /**
   * As `classify` of a predictor, through the queues of all. A list is for as many photographs as a service has at a time:
   * until it is answered, each takes 8 bytes an identity. For thousands there are `evaluate` and `writeSubmission`.
   */
  classify(photograph: Photograph, options?: ClassifyOptions): Promise<Candidate[]>
  classify(photographs: readonly Photograph[], options?: ClassifyOptions): Promise<Candidate[][]>
  classify(
    given: Photograph | readonly Photograph[],
    options?: ClassifyOptions,
  ): Promise<Candidate[] | Candidate[][]> {
    return this.#run(async () => {
      const { top, call } = checkClassify(options, this.classes.length)
      const answers = await this.#classified(photographArguments(given), top, call)
      return Array.isArray(given) ? answers : (answers[0] as Candidate[])
    })
  }

  /** As `evaluate` of a predictor, of the mean probabilities: losses are at most 88 a photograph, since float32 has none below. */
  evaluate(dataset: FaceDataset, options?: EvaluateOptions): Promise<EvaluationReport> {
    return this.#run(async () => {
      checkDataset('dataset', dataset)
      const settings = checkEvaluation(options)
      const { watch } = settings
      const task = 'Measuring'
      const stream = streamed(filesOf(dataset), {
        ...{ sizes: sizesOf(this.#members), task, watch },
        proceed: () => this.#proceed(watch.signal, task),
      })
      return reported({ dataset, stream, classes: this.classes }, settings, async (batch, labels) =>
        evaluationOf(await meanProbabilities(this.#members, batch), labels),
      )
    })
  }

  /** As `writeSubmission` of a predictor. Each photograph is decoded once, for the largest image size of all. */
  writeSubmission(folder: string, options: WriteSubmissionOptions): Promise<WrittenSubmission> {
    return this.#run(() =>
      writeSubmission(this.#members, folder, options, (signal, task) => this.#proceed(signal, task)),
    )
  }

  async #classified(
    photographs: readonly GivenPhotograph[],
    top: number,
    call: CallOptions,
  ): Promise<Candidate[][]> {
    const others = new AbortController() // where one refuses, the others need not go on
    const signal = call.signal ? AbortSignal.any([call.signal, others.signal]) : others.signal
    const read = (row: Float32Array) => row.slice()
    try {
      const rows = await Promise.all(
        this.#access.map(({ queue }) =>
          queue.ask(photographs, { output: 'probabilities', read }, { ...call, signal }),
        ),
      )
      return photographs.map((_, place) => {
        const mean = new MeanRow(this.#members)
        for (const [index, member] of this.#members.entries())
          mean.add(member, rows[index]?.[place] as Float32Array)
        return named(mean.values, this.classes, top)
      })
    } catch (failure) {
      others.abort()
      throw failure
    }
  }

  #proceed(signal: AbortSignal | undefined, task: string): void {
    for (const { proceed } of this.#access) proceed(signal, task)
  }

  /** Keeps all networks open while `work` runs. */
  #run<T>(work: () => Promise<T>): Promise<T> {
    return this.#access.reduce<() => Promise<T>>(
      (inner, { run }) =>
        () =>
          run(inner),
      work,
    )()
  }
}
