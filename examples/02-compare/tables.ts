// Tables 2 and 3, once as text for people and once as CSV for programs.

import { sep } from 'node:path'
import type { SubmissionScore } from '@facecls/torch'
import { stringify } from 'csv-stringify/sync'
import { percent } from '../shared/table.js'
import { clock } from '../shared/terminal.js'
import type { Accuracy, Measured } from './measure.js'
import type { Network } from './networks.js'
import type { Training } from './train.js'

/** A network with all that was found out about it. */
export interface Compared {
  network: Network
  training: Training
  measured: Measured
  score: SubmissionScore | null
}

export interface Table {
  caption: string
  head: readonly string[]
  rows: readonly (readonly string[])[]
}

/** What each training was made of. */
export function trainingTable(compared: readonly Compared[]): Table {
  return {
    caption: 'What was trained',
    head: ['network', 'from', 'input', 'epochs', 'best epoch', 'multiply-adds a photograph', 'computed on'],
    rows: compared.map(({ network, training }) => [
      network.displayName,
      startOf(training),
      `${training.imageSize} x ${training.imageSize}`,
      String(training.epochs),
      String(training.bestEpoch),
      `${(training.multiplyAdds / 1e9).toFixed(2)} G`,
      `${training.device}, ${training.precision}`,
    ]),
  }
}

export function table2(compared: readonly Compared[]): Table {
  return {
    caption:
      'Table 2. Accuracy, top-1 / top-5 in %, in eval mode without augmentation by the best checkpoint, and what it cost',
    head: ['network', 'train', 'validation', 'test', 'parameters', 'images/s', 'time'],
    rows: compared.map(({ network, training, measured }) => [
      network.displayName,
      both(measured.train),
      both(measured.validation),
      measured.test === null ? '-' : both(measured.test),
      training.parameters.toLocaleString('en'),
      training.imagesPerSecond.toFixed(1),
      clock(training.seconds),
    ]),
  }
}

/** null where no submission could be scored. */
export function table3(compared: readonly Compared[]): Table | null {
  const scores = compared.map(({ score }) => score)
  const [first] = scores
  if (first === null || first === undefined) return null
  const halves = first.public !== null || first.private !== null
  const counts = halves ? ` (public ${first.public?.count ?? 0}, private ${first.private?.count ?? 0})` : ''
  return {
    caption: `Table 3. Scores of the submissions against ${first.count} answers${counts}`,
    head: ['network', ...(halves ? ['public', 'private', 'all'] : ['score'])],
    rows: compared.map(({ network, score }) => [
      network.displayName,
      ...(halves ? [percent(score?.public?.top1 ?? null), percent(score?.private?.top1 ?? null)] : []),
      percent(score?.top1 ?? null),
    ]),
  }
}

/** Accuracies as shares in [0, 1]; what was not measured is empty. */
export function table2Csv(compared: readonly Compared[]): string {
  const rows = compared.map(({ network, training, measured: { train, validation, test } }) => ({
    network: network.displayName,
    train_top1: train.top1,
    train_top5: train.top5,
    validation_top1: validation.top1,
    validation_top5: validation.top5,
    test_top1: test?.top1,
    test_top5: test?.top5,
    parameters: training.parameters,
    multiply_adds: training.multiplyAdds,
    images_per_second: training.imagesPerSecond,
    seconds: training.seconds,
    image_size: training.imageSize,
    epochs: training.epochs,
    best_epoch: training.bestEpoch,
  }))
  return stringify(rows, { header: true })
}

/** Scores as shares in [0, 1]; a half that the answers do not tell is empty. */
export function table3Csv(compared: readonly Compared[]): string {
  const rows = compared.map(({ network, score }) => ({
    network: network.displayName,
    score: score?.top1,
    correct: score?.correct,
    answers: score?.count,
    public: score?.public?.top1,
    private: score?.private?.top1,
  }))
  return stringify(rows, { header: true })
}

/** A name, or of a path its end: what lies above is nobody's business. */
function startOf({ startedFrom }: Training): string {
  return startedFrom === null ? 'random weights' : startedFrom.split(sep).slice(-2).join('/')
}

function both({ top1, top5 }: Accuracy): string {
  return `${(100 * top1).toFixed(1)} / ${(100 * top5).toFixed(1)}`
}
