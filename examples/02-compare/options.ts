// The command line as checked options, with every default filled in.

import { readCommandLine } from '../shared/command-line.js'
import { defaults, type OptionName, optionTable } from './option-table.js'

export interface Options {
  help: boolean
  /** Undefined: faces are drawn. */
  data: string | undefined
  test: string | undefined
  answers: string | undefined
  sampleSubmission: string | undefined
  /** 'published', 'random' or a folder. */
  from: string
  /** Of epochs and image sizes, in (0, 1]. */
  scale: number
  output: string | undefined
  batchSize: number
  cache: 'disk' | 'memory' | 'none'
  device: 'auto' | 'cpu' | 'cuda'
  precision: 'auto' | 'float32' | 'bfloat16'
  seed: number
}

/** @throws UsageError for an unknown or repeated option, a missing or wrong value, or options that do not go together. */
export function readOptions(argv: readonly string[]): Options {
  const given = readCommandLine(argv, {
    command: 'npm run compare --',
    table: optionTable,
    remedies: {
      test: 'add --test DIR, the folder of the photographs to predict',
      data: 'add --data DIR; the drawn faces have a test of their own',
    },
  })
  const own = given.has('data') ? defaults.photographs : defaults.drawn
  const text = (name: OptionName): string | undefined => given.get(name)
  const number = (name: OptionName, otherwise: number): number => Number(given.get(name) ?? otherwise)
  return {
    help: given.has('help'),
    data: text('data'),
    test: text('test'),
    answers: text('answers'),
    sampleSubmission: text('sample-submission'),
    from: text('from') ?? own.from,
    scale: number('scale', own.scale),
    output: text('output'),
    batchSize: number('batch-size', own.batchSize),
    cache: (text('cache') ?? own.cache) as Options['cache'],
    device: (text('device') ?? defaults.device) as Options['device'],
    precision: (text('precision') ?? defaults.precision) as Options['precision'],
    seed: number('seed', defaults.seed),
  }
}
