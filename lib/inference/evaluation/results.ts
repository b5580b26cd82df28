// All that an evaluation measures, made from the measures of each photograph.

import type { Grouping, SkippedPhotograph } from '../../data/index.js'
import type { Evaluation } from '../evaluate.js'
import { type Interval, Tally, wilsonInterval } from './accuracy.js'
import { type CalibrationBin, calibrate } from './calibration.js'
import { type ClassResult, type ConfusedPair, classResults, confusedPairs, confusions } from './classes.js'
import { type GroupedResults, groupedResults } from './fairness.js'
import type { Measures } from './measures.js'
import { type WorstPhotograph, worstPhotographs } from './worst.js'

/** What an {@link EvaluationReport} holds. */
export interface EvaluationResults extends Evaluation {
  /** How many photographs were measured. */
  readonly count: number
  /** Photographs that cannot be read and were left out. */
  readonly skipped: readonly SkippedPhotograph[]
  /** Mean cross-entropy by the natural logarithm, without label smoothing or class weights. */
  readonly loss: number
  /** Share of the photographs whose most probable identity is right, in [0, 1]. */
  readonly top1: number
  /** 95 %, by Wilson. */
  readonly top1Interval: Interval
  /** Share of the photographs whose identity is among the five most probable, in [0, 1]. */
  readonly top5: number
  /** 95 %, by Wilson. */
  readonly top5Interval: Interval
  /**
   * Mean distance between how probable the model calls its answers and how often they are right, in [0, 1]: 15 bins of
   * equal width (C. Guo et al., On Calibration of Modern Neural Networks, 2017).
   */
  readonly expectedCalibrationError: number
  /** The bins of the calibration error by rising probability, empty ones included. */
  readonly calibration: readonly CalibrationBin[]
  /** Every identity that the model knows, in the order of its labels. */
  readonly perClass: readonly ClassResult[]
  /** Identities that are taken for one another, the most frequent first. */
  readonly confusedPairs: readonly ConfusedPair[]
  /** The photographs with the highest losses, the highest first. */
  readonly worst: readonly WorstPhotograph[]
  /** The results by groups of people, one element a column of groups; empty where none was asked for. */
  readonly groups: readonly GroupedResults[]
}

export interface Measured {
  /** At least one photograph. */
  readonly measures: Measures
  readonly classes: readonly string[]
  readonly groupings: readonly Grouping[]
  readonly skipped: readonly SkippedPhotograph[]
  readonly limits: { readonly confusedPairs: number; readonly worst: number }
}

export function resultsOf({ measures, classes, groupings, skipped, limits }: Measured): EvaluationResults {
  const all = new Tally()
  for (let index = 0; index < measures.count; index++) all.add(measures, index)
  const { count, correct, correctTop5, lossSum } = all
  const { error, bins } = calibrate(measures)
  const confused = confusions(measures, classes.length)
  const perClass = classResults(measures, classes, confused)
  return {
    count,
    skipped: Object.freeze(skipped.map((one) => Object.freeze({ ...one }))),
    loss: lossSum / count,
    top1: correct / count,
    top1Interval: wilsonInterval(correct, count),
    top5: correctTop5 / count,
    top5Interval: wilsonInterval(correctTop5, count),
    expectedCalibrationError: error,
    calibration: bins,
    perClass: Object.freeze(perClass),
    confusedPairs: Object.freeze(confusedPairs(confused, perClass, limits.confusedPairs)),
    worst: Object.freeze(worstPhotographs(measures, classes, limits.worst)),
    groups: Object.freeze(groupings.map((grouping) => groupedResults(measures, grouping))),
  }
}
