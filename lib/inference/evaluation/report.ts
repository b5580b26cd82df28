// What an evaluation measured, as data, as a table and as files.

import * as check from '../../check.js'
import type { EvaluationResults } from './results.js'
import { saveReport, type WrittenEvaluation } from './save.js'
import { tableOf } from './table.js'

/**
 * Made by `Predictor.evaluate()`: in eval mode, without augmentation, over the photographs that could be read. Immutable;
 * prints itself as a table. {@link EvaluationResults} says what its properties mean.
 */
export class EvaluationReport implements EvaluationResults {
  readonly count: EvaluationResults['count']
  readonly skipped: EvaluationResults['skipped']
  readonly loss: EvaluationResults['loss']
  readonly top1: EvaluationResults['top1']
  readonly top1Interval: EvaluationResults['top1Interval']
  readonly top5: EvaluationResults['top5']
  readonly top5Interval: EvaluationResults['top5Interval']
  readonly expectedCalibrationError: EvaluationResults['expectedCalibrationError']
  readonly calibration: EvaluationResults['calibration']
  readonly perClass: EvaluationResults['perClass']
  readonly confusedPairs: EvaluationResults['confusedPairs']
  readonly worst: EvaluationResults['worst']
  readonly groups: EvaluationResults['groups']

  /** @internal */
  constructor(results: EvaluationResults) {
    this.count = results.count
    this.skipped = results.skipped
    this.loss = results.loss
    this.top1 = results.top1
    this.top1Interval = results.top1Interval
    this.top5 = results.top5
    this.top5Interval = results.top5Interval
    this.expectedCalibrationError = results.expectedCalibrationError
    this.calibration = results.calibration
    this.perClass = results.perClass
    this.confusedPairs = results.confusedPairs
    this.worst = results.worst
    this.groups = results.groups
    Object.freeze(this)
  }

  /** The numbers with their intervals, the most confused pairs, and the groups with the gap between them. */
  toString(): string {
    return tableOf(this)
  }

  /**
   * Writes the report into a folder, which is made where it is missing and must be empty: summary.csv, per-class.csv,
   * confused-pairs.csv, worst.csv and calibration.csv; groups.csv and group-gaps.csv where there are groups; skipped.csv
   * where photographs could not be read; and as pictures calibration, groups (PNG and SVG) and worst.png, for which
   * photographs are read again. A name that a spreadsheet would take for a formula gets an apostrophe before it.
   *
   * @throws TorchError FILE: the folder is not empty or cannot be written. ABORTED: the signal ended it.
   * @example await (await predictor.evaluate(test)).save('runs/inception/test')
   */
  async save(folder: string, options?: { signal?: AbortSignal }): Promise<WrittenEvaluation> {
    check.string('folder', folder)
    const { signal } = check.options('options', options, ['signal'])
    return saveReport(this, folder, check.signal('signal', signal))
  }
}
