// The arguments of the command.

import { parseArgs } from 'node:util'

export const USAGE = `Usage: npm run -s images:check -- [--count 2600] [--seed 1] [--from 0] [--input I] [--faces FOLDER] [--keep FOLDER] [--json]
Decodes and packs hostile images, each a function of seed and index: so many from an index on, or the one at an index.
--faces adds photographs to damage; --keep saves what was found. Exit code 1 where something was.`

const LIMIT = 2 ** 31 - 1

export interface Asked {
  readonly indices: readonly number[]
  readonly seed: number
  readonly faces: string | null
  readonly keep: string | null
  readonly json: boolean
}

/** @throws Error that says what is wrong. */
export function readArguments(argv: string[]): Asked {
  const { values } = parseArgs({
    args: argv,
    options: {
      count: { type: 'string', default: '2600' },
      seed: { type: 'string', default: '1' },
      from: { type: 'string', default: '0' },
      input: { type: 'string' },
      faces: { type: 'string' },
      keep: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  })
  const from = integer('from', values.from)
  const count = integer('count', values.count, 1_000_000)
  const indices =
    values.input === undefined
      ? Array.from({ length: count }, (_, index) => from + index)
      : [integer('input', values.input)]
  return {
    indices,
    seed: integer('seed', values.seed),
    faces: values.faces ?? null,
    keep: values.keep ?? null,
    json: values.json,
  }
}

function integer(name: string, text: string, maximum = LIMIT): number {
  const value = /^\d+$/.test(text) ? Number(text) : NaN
  if (value <= maximum) return value
  throw new Error(`--${name} must be an integer from 0 to ${maximum}`)
}
