// The options of the command line as a table, and the help.

import { choice, helpLines, least, path, row } from '../shared/option-rows.js'

/** What holds where an option is not given. Drawn faces are few, so that less is enough for them. */
export const defaults = {
  photographs: { from: 'published', scale: 1, batchSize: 64, cache: 'disk' },
  drawn: { from: 'random', scale: 0.5, batchSize: 16, cache: 'memory' },
  seed: 42,
  device: 'auto',
  precision: 'auto',
} as const

const { photographs, drawn } = defaults

export const optionTable = [
  row('data', 'DIR', path, null, 'photographs, one folder an identity; without it faces are drawn'),
  row('test', 'DIR', path, 'data', 'photographs to predict: a flat folder, or one folder an identity'),
  row(
    'answers',
    'FILE',
    path,
    'test',
    "CSV of id and label, which scores the submissions; a column Usage with Public or Private, as in Kaggle's solution files, scores the halves apart",
  ),
  row('sample-submission', 'FILE', path, 'test', 'CSV whose columns, rows and order the submissions take'),
  row(
    'from',
    'published|random|DIR',
    path,
    null,
    'what all three start from: the published weights of the report, random weights, or a folder with the output of an ' +
      'earlier comparison or files resnet50, mobilenet-v2 and inception-resnet-v1 (.safetensors, .pt, .pth); ' +
      `default: ${photographs.from}; drawn faces: ${drawn.from}`,
  ),
  row(
    'scale',
    'X',
    { is: 'number', low: 0, high: 1, aboveLow: true },
    null,
    "of the report's trainings, for a small machine: multiplies epochs (at least 1) and image sizes (multiples of 32, at " +
      'least 32, of InceptionResnetV1 96); of drawn faces the identities too, 24 at 1; ' +
      `default: ${photographs.scale}; drawn faces: ${drawn.scale}`,
  ),
  row(
    'output',
    'DIR',
    path,
    null,
    'a new folder, or that of a comparison to go on with; default: runs/compare-<settings>, so that the same command goes on',
  ),
  row(
    'batch-size',
    'N',
    least(2),
    null,
    `default: ${photographs.batchSize}; drawn faces: ${drawn.batchSize}`,
  ),
  row(
    'cache',
    'disk|memory|none',
    choice('disk', 'memory', 'none'),
    null,
    `where decoded photographs are kept; default: ${photographs.cache}; drawn faces: ${drawn.cache}`,
  ),
  row('device', 'auto|cpu|cuda', choice('auto', 'cpu', 'cuda'), null, `default: ${defaults.device}`),
  row(
    'precision',
    'auto|float32|bfloat16',
    choice('auto', 'float32', 'bfloat16'),
    null,
    `default: ${defaults.precision}`,
  ),
  row(
    'seed',
    'N',
    { is: 'integer', low: 0, high: 2 ** 32 - 1 },
    null,
    `of the split and of every random draw; default: ${defaults.seed}`,
  ),
] as const

export type OptionName = (typeof optionTable)[number]['name']

/** The text of --help, at most 100 characters wide. */
export function helpText(): string {
  return [
    "Trains the report's three networks on one split of the same photographs and compares them:",
    'curves (figures 1 to 3), accuracy and cost (table 2), submissions and their scores (table 3).',
    '',
    'Usage: npm run compare -- [options]',
    '',
    'Options:',
    ...helpLines(optionTable),
    '',
    'Examples:',
    '  npm run compare',
    '  npm run compare -- --data faces/train',
    '  npm run compare -- --data faces/train --test faces/test --sample-submission sample_submission.csv',
    '  npm run compare -- --data faces/train --from random --scale 0.25',
    '',
    'Ctrl-C stops at the next step; the same command goes on with the networks that are not done.',
    'Exit codes: 0 done, 1 failed, 2 wrong options, 130 stopped by Ctrl-C, 143 by SIGTERM.',
  ].join('\n')
}
