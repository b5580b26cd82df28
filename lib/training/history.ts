// The numbers of each epoch, in memory and in two CSV files of the run's folder.

import { join } from 'node:path'
import { appendLine, saveDurably } from '../files/index.js'

/** One epoch. Losses are means over samples; accuracies are fractions in [0, 1]. */
export interface HistoryRow {
  /** From 1. */
  readonly epoch: number
  /** The stage of freezing, from 1. */
  readonly stage: number
  readonly learningRate: number
  /** Over the augmented batches, with dropout, while the weights moved. */
  readonly trainLoss: number
  readonly trainTop1: number
  /** In eval mode, without augmentation. */
  readonly valLoss: number
  readonly valTop1: number
  readonly valTop5: number
  /** Training samples of the epoch. */
  readonly samples: number
  /** Training samples left out: one where the last batch would have held it alone and a batch norm learns, else 0. */
  readonly dropped: number
}

/** What an epoch took. It stands in a file of its own, so that the same seed gives the same history. */
export interface TimingRow {
  readonly epoch: number
  readonly trainSeconds: number
  readonly validationSeconds: number
  /** Training samples a second, validation and saving not counted. */
  readonly imagesPerSecond: number
}

const HISTORY_COLUMNS = [
  'epoch',
  'stage',
  'learningRate',
  'trainLoss',
  'trainTop1',
  'valLoss',
  'valTop1',
  'valTop5',
  'samples',
  'dropped',
] as const satisfies readonly (keyof HistoryRow)[]

const TIMING_COLUMNS = [
  'epoch',
  'trainSeconds',
  'validationSeconds',
  'imagesPerSecond',
] as const satisfies readonly (keyof TimingRow)[]

interface EpochsSoFar {
  readonly rows: readonly HistoryRow[]
  readonly timing: readonly TimingRow[]
}

/** Grows history.csv and timing.csv, a line each an epoch, flushed to the disk. */
export class History {
  readonly #historyFile: string
  readonly #timingFile: string

  private constructor(folder: string) {
    this.#historyFile = join(folder, 'history.csv')
    this.#timingFile = join(folder, 'timing.csv')
  }

  /** Writes the headers and the epochs so far, in place of what may have been written after a checkpoint. */
  static async begin(folder: string, { rows, timing }: EpochsSoFar): Promise<History> {
    const history = new History(folder)
    await saveDurably(
      history.#historyFile,
      [HISTORY_COLUMNS.join(','), ...rows.map(historyLine), ''].join('\n'),
    )
    await saveDurably(
      history.#timingFile,
      [TIMING_COLUMNS.join(','), ...timing.map(timingLine), ''].join('\n'),
    )
    return history
  }

  async add(row: HistoryRow, timing: TimingRow): Promise<void> {
    await appendLine(this.#historyFile, historyLine(row))
    await appendLine(this.#timingFile, timingLine(timing))
  }
}

// JavaScript prints the shortest decimals that read back as the same number: no digit is lost.
const historyLine = (row: HistoryRow): string => HISTORY_COLUMNS.map((column) => row[column]).join(',')
const timingLine = (row: TimingRow): string => TIMING_COLUMNS.map((column) => row[column]).join(',')
