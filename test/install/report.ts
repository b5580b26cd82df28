// The table of what was installed, how long each step took, and what failed.

import { formatTable } from '../../examples/shared/table.js'
import type { Way } from './arguments.js'
import { type Outcome, STEPS } from './trial.js'

export interface Row extends Outcome {
  /** With its version, such as 'pnpm 10 (10.34.9)'. */
  readonly manager: string
  readonly way: Way
  readonly network: string
}

/** Seconds of each step; a dash where it was not reached or there is none. */
export function table(rows: readonly Row[]): string {
  const head = ['manager', 'way', 'network', ...STEPS.map((step) => `${step}, s`), 'outcome']
  const cells = rows.map(({ manager, way, network, seconds, failure }) => [
    manager,
    way,
    network,
    ...STEPS.map((step) => seconds[step]?.toFixed(1) ?? '-'),
    failure === null ? 'ok' : 'FAILED',
  ])
  return formatTable(head, cells)
}

/** What each failed row printed, and one line that sums up. */
export function verdict(rows: readonly Row[]): string {
  const failed = rows.filter(({ failure }) => failure !== null)
  const told = failed.map(({ manager, way, failure }) => `\n${manager}, ${way}: ${failure}`)
  const sum =
    failed.length === 0
      ? `All ${rows.length} installations train and classify.`
      : `${failed.length} of ${rows.length} installations FAILED.`
  return [...told, sum].join('\n')
}
