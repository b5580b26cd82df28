// The command line as checked options.

import { readCommandLine, UsageError } from '../shared/command-line.js'
import { type OptionName, optionTable } from './option-table.js'

/** What was asked for; what was not given is undefined. */
export interface Options {
  help: boolean
  data: string | undefined
  resume: string | undefined
  test: string | undefined
  testLabels: string | undefined
  sampleSubmission: string | undefined
  weights: string | undefined
  freeze: 'report' | 'none' | undefined
  head: 'report' | 'linear' | undefined
  schedule: 'plateau' | 'cosine' | undefined
  output: string | undefined
  epochs: number | undefined
  batchSize: number | undefined
  size: number | undefined
  cropScale: number | undefined
  cache: 'disk' | 'memory' | 'none' | undefined
  learningRate: number | undefined
  device: 'auto' | 'cpu' | 'cuda' | undefined
  precision: 'auto' | 'float32' | 'bfloat16' | undefined
  seed: number | undefined
}

/** @throws UsageError for an unknown or repeated option, a missing or wrong value, or options that do not go together. */
export function readOptions(argv: readonly string[]): Options {
  const given = readCommandLine(argv, {
    command: 'npm start --',
    table: optionTable,
    remedies: {
      test: 'add --test DIR, the folder of the photographs to predict',
      data: 'add --data DIR; the drawn faces are trained by a plan of their own',
    },
  })
  if (given.has('resume') && given.size > 1 && !given.has('help'))
    throw new UsageError('--resume goes alone: the settings and photographs are those of the run')
  const text = (name: OptionName): string | undefined => given.get(name)
  const number = (name: OptionName): number | undefined =>
    given.has(name) ? Number(given.get(name)) : undefined
  return {
    help: given.has('help'),
    data: text('data'),
    resume: text('resume'),
    test: text('test'),
    testLabels: text('test-labels'),
    sampleSubmission: text('sample-submission'),
    weights: text('weights'),
    freeze: text('freeze') as Options['freeze'],
    head: text('head') as Options['head'],
    schedule: text('schedule') as Options['schedule'],
    output: text('output'),
    epochs: number('epochs'),
    batchSize: number('batch-size'),
    size: number('size'),
    cropScale: number('crop-scale'),
    cache: text('cache') as Options['cache'],
    learningRate: number('learning-rate'),
    device: text('device') as Options['device'],
    precision: text('precision') as Options['precision'],
    seed: number('seed'),
  }
}
