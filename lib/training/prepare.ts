// The photographs of a training, decoded before its first epoch or in every one.

import { join } from 'node:path'
import { stringify } from 'csv-stringify/sync'
import { openPhotographs, type PhotographSource } from '../data/index.js'
import { saveDurably } from '../files/index.js'
import type { Emit } from './events.js'
import type { Job } from './job.js'

export interface Photographs {
  readonly train: PhotographSource
  readonly val: PhotographSource
  /** Of the content of all photographs, see `OpenedPhotographs`. */
  fingerprint(): Promise<string>
  /** Lists what cannot be read in skipped.csv of the run's folder, where there is more than when it was last called. */
  tellSkipped(): Promise<void>
  close(): void
}

/** The caller closes them. */
export async function openBoth(job: Job, size: number, emit: Emit): Promise<Photographs> {
  const { data, settings, signal, output } = job
  const { cache, batchSize, accumulate } = settings
  const opened = await openPhotographs([data.train, data.val], {
    ...{ size, cache, batchSize, signal },
    held: accumulate,
    onProgress: ({ task, done, total }) => emit({ type: 'prepare', task, done, total }),
    onDamage: (message) => emit({ type: 'warning', code: 'cache_damaged', message }),
  })
  const [train, val] = opened.sources as [PhotographSource, PhotographSource]
  let told = 0
  const tellSkipped = async () => {
    const count = train.skipped.length + val.skipped.length
    if (count === told) return
    told = count
    await saveSkipped(output, train, val)
    const message = `${count} of ${data.train.length + data.val.length} photographs cannot be read and were left out; skipped.csv lists them.`
    emit({ type: 'warning', code: 'skipped', message })
  }
  return { train, val, fingerprint: () => opened.fingerprint(), tellSkipped, close: () => opened.close() }
}

async function saveSkipped(output: string, train: PhotographSource, val: PhotographSource): Promise<void> {
  const parts = [
    ['train', train],
    ['val', val],
  ] as const
  const rows = parts.flatMap(([set, { skipped }]) => skipped.map(({ file, reason }) => [set, file, reason]))
  await saveDurably(join(output, 'skipped.csv'), stringify([['set', 'file', 'reason'], ...rows]))
}
