// The command line as checked options, with every default filled in.

import { readCommandLine } from '../shared/command-line.js'
import { defaults, type OptionName, optionTable } from './option-table.js'
import type { ServiceSettings } from './settings.js'

export interface Options extends ServiceSettings {
  help: boolean
  /** Undefined: one is looked for, or learned. */
  model: string | undefined
  calibration: string | undefined
  host: string
  port: number
  device: 'auto' | 'cpu' | 'cuda'
  /** Milliseconds. */
  drainMs: number
}

/** @throws UsageError for an unknown or repeated option, or a missing or wrong value. */
export function readOptions(argv: readonly string[]): Options {
  const given = readCommandLine(argv, {
    command: 'npm run serve --',
    table: optionTable,
    remedies: {},
    main: { what: 'a model is', option: '--model FILE' },
  })
  const number = (name: OptionName, otherwise: number): number => Number(given.get(name) ?? otherwise)
  return {
    help: given.has('help'),
    model: given.get('model'),
    calibration: given.get('calibration'),
    host: given.get('host') ?? defaults.host,
    port: number('port', defaults.port),
    device: (given.get('device') ?? defaults.device) as Options['device'],
    maxBatch: number('max-batch', defaults.maxBatch),
    maxQueue: number('max-queue', defaults.maxQueue),
    deadlineMs: number('deadline', defaults.deadlineMs),
    maxBytes: Math.round(number('max-megabytes', defaults.maxMegabytes) * 1e6),
    drainMs: number('drain-seconds', defaults.drainSeconds) * 1000,
  }
}
