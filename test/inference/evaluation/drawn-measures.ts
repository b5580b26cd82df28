// Measures of drawn probabilities, beside the probabilities themselves.

import { Measures } from '../../../lib/inference/evaluation/measures.js'

/** Uniform draws in [0, 1), the same in every process. */
export function uniform(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

export interface Drawn {
  readonly measures: Measures
  readonly labels: readonly number[]
  /** (photographs, identities) */
  readonly probabilities: readonly (readonly number[])[]
  readonly files: readonly string[]
}

/** Every photograph leans towards its identity, some of them to another. */
export function drawnMeasures(count: number, classes: number, seed = 7): Drawn {
  const draw = uniform(seed)
  const labels = Array.from({ length: count }, () => Math.floor(draw() * classes))
  const probabilities = labels.map((label) => {
    const shown = draw() < 0.6 ? label : Math.floor(draw() * classes)
    const weights = Array.from({ length: classes }, (_, c) =>
      Math.exp(4 * draw() + (c === shown ? 4 * draw() : 0)),
    )
    const sum = weights.reduce((total, weight) => total + weight, 0)
    return weights.map((weight) => weight / sum)
  })
  const files = labels.map((label, i) => `/faces/p${label}/${i}.jpg`)
  return { measures: measuresOf(probabilities, labels, files), labels, probabilities, files }
}

/** As the model would tell them. */
export function measuresOf(
  probabilities: readonly (readonly number[])[],
  labels: readonly number[],
  files: readonly string[],
): Measures {
  const measures = new Measures(files)
  const own = probabilities.map((row, i) => row[labels[i] as number] as number)
  measures.add([...labels.keys()], Int32Array.from(labels), {
    weight: labels.length,
    loss: Float64Array.from(own, (probability) => -Math.log(probability)),
    rank: Int32Array.from(
      probabilities,
      (row, i) =>
        row.filter(
          (other, c) => other > (own[i] as number) || (other === own[i] && c < (labels[i] as number)),
        ).length,
    ),
    predicted: Int32Array.from(probabilities, (row) => row.indexOf(Math.max(...row))),
    probability: Float64Array.from(own),
    topProbability: Float64Array.from(probabilities, (row) => Math.max(...row)),
  })
  return measures
}
