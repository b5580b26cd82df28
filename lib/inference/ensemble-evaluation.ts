// What is measured of an ensemble: the same values a photograph as of one network, from the mean probabilities.

import type { EvaluateResult } from '../native/index.js'

/**
 * The least probability that counts, of float32: a network that gives an identity less says 0, whose logarithm would make
 * the mean loss infinite.
 */
const LEAST = 2 ** -126

/**
 * @param rows Mean probabilities of each photograph, (classes).
 * @param labels Of each photograph.
 */
export function evaluationOf(rows: readonly ArrayLike<number>[], labels: Int32Array): EvaluateResult {
  const { length } = rows
  const result = {
    loss: new Float64Array(length),
    weight: length,
    rank: new Int32Array(length),
    predicted: new Int32Array(length),
    probability: new Float64Array(length),
    topProbability: new Float64Array(length),
  }
  for (const [index, row] of rows.entries()) {
    const label = labels[index] as number
    const probability = row[label] as number
    const predicted = highest(row)
    result.loss[index] = -Math.log(Math.max(probability, LEAST)) // NaN stays NaN, which the measures refuse
    result.rank[index] = rankOf(row, label)
    result.predicted[index] = predicted
    result.probability[index] = probability
    result.topProbability[index] = row[predicted] as number
  }
  return result
}

/** The lowest label at a tie. */
function highest(row: ArrayLike<number>): number {
  let best = 0
  for (let label = 1; label < row.length; label++) {
    if ((row[label] as number) > (row[best] as number)) best = label
  }
  return best
}

/** From 0; at a tie lower labels stand first. */
function rankOf(row: ArrayLike<number>, own: number): number {
  const value = row[own] as number
  let before = 0
  for (let label = 0; label < row.length; label++) {
    const other = row[label] as number
    if (other > value || (other === value && label < own)) before++
  }
  return before
}
