// Says what was looked for and found, and what to do next.

import type { Screen } from '../screen.js'
import type { Check } from './check.js'
import { type Examination, examine } from './examine.js'
import { type Host, readHost } from './host.js'
import type { Probed } from './probe.js'
import { tryToLoad } from './try-to-load.js'

/** The machine, and the try to load; a test has others. */
export interface Surroundings {
  readHost(): Promise<Host>
  tryToLoad(): Promise<Probed>
}

/** Returns the exit code: 0 where all is well, else 1. */
export async function runDoctor(
  json: boolean,
  screen: Screen,
  { readHost: read, tryToLoad: load }: Surroundings = { readHost, tryToLoad },
): Promise<number> {
  const host = await read()
  const examination = await examine(host, load)
  screen.line(json ? JSON.stringify({ ...examination, host }, null, 2) : told(examination))
  return examination.healthy ? 0 : 1
}

const MARKS: Readonly<Record<Check['state'], string>> = { ok: 'ok     ', note: 'note   ', problem: 'PROBLEM' }

function told({ healthy, checks }: Examination): string {
  const width = Math.max(...checks.map(({ name }) => name.length))
  const lines = checks.map(({ name, state, found }) => `${MARKS[state]}  ${name.padEnd(width)}  ${found}`)
  const advice = checks.flatMap(({ name, advice }) => (advice === null ? [] : [`- ${name}: ${advice}`]))
  const end = !healthy ? 'What to do:' : advice.length > 0 ? 'All works. Worth knowing:' : 'All is well.'
  return [...lines, '', end, ...advice].join('\n')
}
