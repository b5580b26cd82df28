// What a person may ask of an evaluation.

import * as check from '../../check.js'
import { checkGroups, type GroupOf, type Groups, type GroupTable } from '../../data/index.js'
import type { MeasureOptions } from '../predictor-options.js'

/** Of `Predictor.evaluate()`. */
export interface EvaluateOptions extends MeasureOptions {
  /**
   * What tells the group of each photograph, to compare groups of people: a CSV of photographs or of identities
   * (`'groups.csv'`, `{ table: 'people.csv', columns: ['gender', 'age'], identity: 'name' }`), or a function of
   * `{ file, identity }`. Defaults to no groups.
   */
  groups?: Groups
  /** How many of the most confused pairs of identities are reported, of at least 0. Defaults to 50. */
  confusedPairs?: number
  /** How many of the photographs with the highest losses are reported, of at least 0. Defaults to 20. */
  worst?: number
}

/** Every default filled in. */
export interface EvaluationSettings {
  readonly groups: GroupTable | GroupOf | null
  readonly confusedPairs: number
  readonly worst: number
  readonly watch: MeasureOptions
}

export function checkEvaluation(options: EvaluateOptions | undefined): EvaluationSettings {
  const known = ['groups', 'confusedPairs', 'worst', 'signal', 'onProgress'] as const
  const { groups, confusedPairs, worst, ...watch } = check.options('options', options, known)
  return {
    groups: groups === undefined ? null : checkGroups(groups),
    confusedPairs: check.integer('confusedPairs', confusedPairs ?? 50, 0),
    worst: check.integer('worst', worst ?? 20, 0),
    watch,
  }
}
