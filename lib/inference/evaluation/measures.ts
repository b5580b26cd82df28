// What a model says of each photograph, in columns: 40 bytes a photograph, however many identities there are.

import { TorchError } from '../../errors.js'
import { quoted } from '../../files/index.js'
import type { EvaluateResult } from '../../native/index.js'

/** One element a measured photograph, in the order of the dataset. */
export class Measures {
  /** Places in the dataset. */
  readonly places: Int32Array
  /** The true identities. */
  readonly labels: Int32Array
  readonly predicted: Int32Array
  /** Of the true identity by falling probability, from 0. */
  readonly ranks: Int32Array
  /** Cross-entropy, by the natural logarithm. */
  readonly losses: Float64Array
  /** Of the true identity. */
  readonly probabilities: Float64Array
  /** Of the predicted identity. */
  readonly confidences: Float64Array
  readonly #files: readonly string[]
  #count = 0

  /** @param files Paths of all photographs that may be measured. */
  constructor(files: readonly string[]) {
    const { length } = files
    this.#files = files
    this.places = new Int32Array(length)
    this.labels = new Int32Array(length)
    this.predicted = new Int32Array(length)
    this.ranks = new Int32Array(length)
    this.losses = new Float64Array(length)
    this.probabilities = new Float64Array(length)
    this.confidences = new Float64Array(length)
  }

  /** Photographs measured so far; what stands behind them in the columns means nothing. */
  get count(): number {
    return this.#count
  }

  /** @throws TorchError NOT_FINITE naming the first photograph for which the model gives no number. */
  add(places: readonly number[], labels: Int32Array, result: EvaluateResult): void {
    const bad = result.loss.findIndex((loss) => !Number.isFinite(loss))
    if (bad >= 0) {
      const file = quoted(this.fileAt(places[bad] as number))
      throw new TorchError(
        'NOT_FINITE',
        `The model gives no number for ${file}: some of its weights are NaN or infinite. Open another checkpoint.`,
      )
    }
    this.places.set(places, this.#count)
    this.labels.set(labels, this.#count)
    this.predicted.set(result.predicted, this.#count)
    this.ranks.set(result.rank, this.#count)
    this.losses.set(result.loss, this.#count)
    this.probabilities.set(result.probability, this.#count)
    this.confidences.set(result.topProbability, this.#count)
    this.#count += places.length
  }

  fileAt(place: number): string {
    return this.#files[place] as string
  }
}
