// The arguments of the command.

import { parseArgs } from 'node:util'

export const USAGE = `Usage: npm run -s lifetimes -- [--workers 200] [--exits 100] [--others 20] [--opens 1000] [--seed 0] [--hang 5] [--json]
Begins and ends worker threads, processes and predictors in the middle of their work: so many worker threads, so many processes by
process.exit and by each of the other ways, so many predictors. Nothing may take longer than --hang seconds to end, end in
another way than it was told to, or grow. Exit code 1 where something was found.`

export interface Asked {
  readonly workers: number
  readonly exits: number
  readonly others: number
  readonly opens: number
  readonly seed: number
  /** Seconds. */
  readonly hang: number
  readonly json: boolean
}

/** @throws Error that says what is wrong. */
export function readArguments(argv: string[]): Asked {
  const number = (value: number) => ({ type: 'string', default: `${value}` }) as const
  const { values } = parseArgs({
    args: argv,
    options: {
      workers: number(200),
      exits: number(100),
      others: number(20),
      opens: number(1000),
      seed: number(0),
      hang: number(5),
      json: { type: 'boolean', default: false },
    },
  })
  return {
    workers: integer('workers', values.workers, 0),
    exits: integer('exits', values.exits, 0),
    others: integer('others', values.others, 0),
    opens: integer('opens', values.opens, 0),
    seed: integer('seed', values.seed, 0),
    hang: integer('hang', values.hang, 1),
    json: values.json,
  }
}

function integer(name: string, text: string, minimum: number): number {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
  if (value >= minimum) return value
  throw new RangeError(`Expected an integer of at least ${minimum} for --${name} but received ${text}`)
}
