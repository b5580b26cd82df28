// All parts one after another, in a folder of their own.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ENDINGS, type Ending, endsOfProcesses } from './ends.js'
import { opensAndCloses } from './opens.js'
import type { Outcome, PartOptions } from './part.js'
import { makePlace } from './place.js'
import { endsOfThreads } from './threads.js'
import type { Limits } from './watched-process.js'

export interface CampaignOptions extends Limits {
  /** Worker threads. */
  readonly workers: number
  /** Processes that end by process.exit. */
  readonly exits: number
  /** Processes for each of the other endings. */
  readonly others: number
  /** Predictors. */
  readonly opens: number
  readonly seed: number
  readonly signal?: AbortSignal | undefined
  readonly onProgress: (line: string) => void
}

export async function campaign(options: CampaignOptions): Promise<Outcome[]> {
  const folder = mkdtempSync(join(tmpdir(), 'facecls-lifetimes-'))
  try {
    await makePlace(folder)
    const asked = (count: number): PartOptions => ({ ...options, folder, count })
    const processes = (ending: Ending) => () =>
      endsOfProcesses(ending, asked(ending === 'exit' ? options.exits : options.others))
    const parts = [
      () => opensAndCloses(asked(options.opens)),
      () => endsOfThreads(asked(options.workers)),
      ...ENDINGS.map(processes),
    ]
    const outcomes: Outcome[] = []
    for (const part of parts) if (!options.signal?.aborted) outcomes.push(await part())
    return outcomes.filter(({ lives }) => lives > 0)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
