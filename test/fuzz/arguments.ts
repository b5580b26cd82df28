// The arguments of the command.

import { parseArgs } from 'node:util'
import { READERS, type ReaderName } from './readers.js'
import { SEED_LIMIT } from './seeds.js'

export const USAGE = `Usage: npm run -s fuzz -- [--reader ${READERS.join('|')}|all] [--seconds 300] [--seed N] [--input I]
                          [--keep FOLDER] [--json]
Reads random files, each a function of reader, seed and index: for so many seconds a reader, or the one at an index.
Inputs of findings are saved into FOLDER; exit code 1 where there is one.`

export interface Asked {
  readonly readers: readonly ReaderName[]
  readonly seconds: number
  /** Null for the seeds that are kept. */
  readonly seed: number | null
  /** The index of the one input to read, or null for many. */
  readonly input: number | null
  readonly keep: string | null
  readonly json: boolean
}

/** @throws Error that says what is wrong. */
export function readArguments(argv: string[]): Asked {
  const { values } = parseArgs({
    args: argv,
    options: {
      reader: { type: 'string', default: 'all' },
      seconds: { type: 'string', default: '300' },
      seed: { type: 'string' },
      input: { type: 'string' },
      keep: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  })
  const readers = READERS.filter((name) => values.reader === 'all' || values.reader === name)
  if (readers.length === 0) throw new Error(`--reader must be one of ${READERS.join(', ')}, all`)
  const input = values.input === undefined ? null : integer('input', values.input, SEED_LIMIT)
  if (input !== null && readers.length > 1) throw new Error('--input needs --reader')
  return {
    readers,
    seconds: integer('seconds', values.seconds, 1e6),
    seed: values.seed === undefined ? null : integer('seed', values.seed, SEED_LIMIT),
    input,
    keep: values.keep ?? null,
    json: values.json,
  }
}

function integer(name: string, text: string, maximum: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : NaN
  if (value <= maximum) return value
  throw new Error(`--${name} must be an integer from 0 to ${maximum}`)
}
