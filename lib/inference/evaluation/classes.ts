// How each identity fares, and which are taken for which.

import { Tally } from './accuracy.js'
import type { Measures } from './measures.js'

/** The photographs of one identity. What has no photographs to be a share of is null. */
export interface ClassResult {
  readonly identity: string
  /** Photographs measured. */
  readonly count: number
  /** Photographs named rightly. */
  readonly correct: number
  /** Share of its photographs that are named rightly: its top-1 accuracy. */
  readonly recall: number | null
  /** Share of the photographs with its name that show it. */
  readonly precision: number | null
  /** Share of its photographs where it is among the five most probable identities. */
  readonly top5: number | null
  /** Mean of the probabilities that its photographs give it. */
  readonly meanProbability: number | null
  /** The identity that it is most often taken for; null where all are named rightly. */
  readonly mistakenFor: string | null
}

/** Photographs of one identity that are taken for one other. */
export interface ConfusedPair {
  /** Whom they show. */
  readonly identity: string
  /** Whom they are taken for. */
  readonly predicted: string
  readonly count: number
  /** Of the photographs of `identity`, in (0, 1]. */
  readonly share: number
}

export interface Confusion {
  readonly label: number
  readonly predicted: number
  count: number
}

/** The pairs that occur, at most one a photograph: the most frequent first, at a tie by their labels. */
export function confusions({ count, labels, predicted }: Measures, classes: number): Confusion[] {
  const byPair = new Map<number, Confusion>()
  for (let index = 0; index < count; index++) {
    const pair = { label: labels[index] as number, predicted: predicted[index] as number, count: 1 }
    if (pair.label === pair.predicted) continue
    const key = pair.label * classes + pair.predicted
    const known = byPair.get(key)
    if (known === undefined) byPair.set(key, pair)
    else known.count++
  }
  return [...byPair.values()].sort(
    (a, b) => b.count - a.count || a.label - b.label || a.predicted - b.predicted,
  )
}

/** In the order of the model's labels, identities without photographs included. */
export function classResults(
  measures: Measures,
  classes: readonly string[],
  confused: readonly Confusion[],
): ClassResult[] {
  const tallies = classes.map(() => new Tally())
  const named = new Int32Array(classes.length)
  for (let index = 0; index < measures.count; index++) {
    tallies[measures.labels[index] as number]?.add(measures, index)
    const predicted = measures.predicted[index] as number
    named[predicted] = (named[predicted] as number) + 1
  }
  const mistakes = new Map<number, number>()
  for (const { label, predicted } of confused) if (!mistakes.has(label)) mistakes.set(label, predicted)
  return classes.map((identity, label) => {
    const tally = tallies[label] as Tally
    const { count, correct, correctTop5, probabilitySum } = tally
    const predictions = named[label] as number
    const mistake = mistakes.get(label)
    return Object.freeze({
      identity,
      count,
      correct,
      recall: tally.mean(correct),
      precision: predictions === 0 ? null : correct / predictions,
      top5: tally.mean(correctTop5),
      meanProbability: tally.mean(probabilitySum),
      mistakenFor: mistake === undefined ? null : (classes[mistake] as string),
    })
  })
}

/** The first `limit` pairs, by their names. */
export function confusedPairs(
  confused: readonly Confusion[],
  results: readonly ClassResult[],
  limit: number,
): ConfusedPair[] {
  return confused.slice(0, limit).map(({ label, predicted, count }) => {
    const shown = results[label] as ClassResult
    const other = results[predicted] as ClassResult
    return Object.freeze({
      identity: shown.identity,
      predicted: other.identity,
      count,
      share: count / shown.count,
    })
  })
}
