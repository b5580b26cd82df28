// The options of the command line as a table: what each takes, where it applies, and what the help says about it.

import { choice, helpLines, least, path, row } from '../shared/option-rows.js'

/** What holds where an option is not given, for real photographs. The drawn ones have a plan of their own. */
export const photographDefaults = {
  head: 'report',
  schedule: 'plateau',
  epochs: 10,
  batchSize: 64,
  size: 160,
  cropScale: 0.08,
  cache: 'disk',
  learningRate: 1e-3,
  seed: 42,
  device: 'auto',
  precision: 'auto',
} as const

const defaults = photographDefaults

export const optionTable = [
  row('data', 'DIR', path, null, 'photographs, one folder an identity; without it the job draws its own'),
  row('resume', 'DIR', path, null, 'goes on with the run in this folder, which was stopped; it goes alone'),
  row('test', 'DIR', path, 'data', 'photographs to predict: a flat folder, or one folder an identity'),
  row('test-labels', 'FILE', path, 'test', 'CSV of id and label: scores the predictions for a flat folder'),
  row('sample-submission', 'FILE', path, 'test', 'CSV whose columns and order the submission takes'),
  row(
    'weights',
    'NAME|PATH',
    path,
    'data',
    'vggface2 or casia-webface, fetched once, or a model to start from (.safetensors, .pt, .pth); without it all layers learn',
  ),
  row(
    'freeze',
    'report|none',
    choice('report', 'none'),
    'data',
    'report: the trunk rests for 3 epochs, then all but its last 15 layers; default: report with --weights, none without',
  ),
  row(
    'head',
    'report|linear',
    choice('report', 'linear'),
    'data',
    `report: 1024 and 512 hidden, dropout 0.5; default: ${defaults.head}`,
  ),
  row(
    'schedule',
    'plateau|cosine',
    choice('plateau', 'cosine'),
    'data',
    `of the learning rate; default: ${defaults.schedule}`,
  ),
  row('output', 'DIR', path, null, 'a new or empty folder for all that is written; default: runs/<time>'),
  row(
    'epochs',
    'N',
    least(1),
    null,
    `default: ${defaults.epochs}; drawn faces: as planned for each training`,
  ),
  row('batch-size', 'N', least(1), null, `default: ${defaults.batchSize}; drawn faces: as planned`),
  row(
    'size',
    'N',
    least(1),
    null,
    `side of the network's input in pixels; default: ${defaults.size}; drawn faces: 80`,
  ),
  row(
    'crop-scale',
    'MIN',
    { is: 'number', low: 0.001, high: 1 },
    'data',
    `least share of a photograph that a random crop keeps; default: ${defaults.cropScale}`,
  ),
  row(
    'cache',
    'disk|memory|none',
    choice('disk', 'memory', 'none'),
    'data',
    `where decoded photographs are kept; none decodes them in every epoch; default: ${defaults.cache}`,
  ),
  row(
    'learning-rate',
    'X',
    { is: 'number', low: 0, high: 10, aboveLow: true },
    'data',
    `at the start; default: ${defaults.learningRate}`,
  ),
  row('device', 'auto|cpu|cuda', choice('auto', 'cpu', 'cuda'), null, `default: ${defaults.device}`),
  row(
    'precision',
    'auto|float32|bfloat16',
    choice('auto', 'float32', 'bfloat16'),
    null,
    `auto: bfloat16 where the device has instructions for it; default: ${defaults.precision}`,
  ),
  row(
    'seed',
    'N',
    { is: 'integer', low: 0, high: 2 ** 32 - 1 },
    null,
    `of every random draw; default: ${defaults.seed}`,
  ),
] as const

export type OptionName = (typeof optionTable)[number]['name']

/** The text of --help, at most 100 characters wide. */
export function helpText(): string {
  return [
    'Trains a face classifier and predicts unseen photographs.',
    '',
    'Usage: npm start -- [options]',
    '',
    '  Without --data it draws two populations of faces, learns one from nothing and the other by',
    '  transfer from the first, and takes a few minutes. With --data it trains on your photographs.',
    '',
    'Options:',
    ...helpLines(optionTable),
    '',
    'Examples:',
    '  npm start',
    '  npm start -- --data faces/train --weights vggface2 --output runs/first',
    '  npm start -- --resume runs/first',
    '  npm start -- --data faces/train --test faces/test --sample-submission sample_submission.csv',
    '  npm start -- --data faces/train --head linear --schedule cosine --epochs 40 --size 112',
    '',
    'Ctrl-C stops at the next step and keeps a checkpoint, from which --resume goes on;',
    'a second Ctrl-C ends at once.',
    'Exit codes: 0 done, 1 failed, 2 wrong options, 130 stopped by Ctrl-C, 143 by SIGTERM.',
  ].join('\n')
}
