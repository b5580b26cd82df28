// Decodes the photographs of a training, once, before its first epoch.

import { join } from 'node:path'
import { stringify } from 'csv-stringify/sync'
import { type PackedDataset, packDataset, refuseUnreadable } from '../data/index.js'
import { saveDurably } from '../files/index.js'
import type { Emit } from './events.js'
import type { Job } from './job.js'

export interface Packs {
  readonly train: PackedDataset
  readonly val: PackedDataset
  close(): void
}

/** Lists photographs that cannot be read in skipped.csv of the run's folder; the caller closes the packs. */
export async function packBoth(job: Job, size: number, emit: Emit): Promise<Packs> {
  const train = await packPart(job, 'train', size, emit)
  try {
    const val = await packPart(job, 'val', size, emit)
    const close = () => {
      train.close()
      val.close()
    }
    try {
      refuseUnreadable([...train.skipped, ...val.skipped], photographsOf(job))
      await tellSkipped(job, { train, val }, emit)
    } catch (failure) {
      val.close()
      throw failure
    }
    return { train, val, close }
  } catch (failure) {
    train.close()
    throw failure
  }
}

/** A part is a share of the same photographs: where the unreadable ones fall is the seed's whim. */
const photographsOf = ({ data }: Job): number => data.train.length + data.val.length

function packPart(job: Job, set: 'train' | 'val', size: number, emit: Emit): Promise<PackedDataset> {
  const { data, signal } = job
  return packDataset(data[set], {
    size,
    outOf: photographsOf(job),
    ...(signal && { signal }),
    onProgress: ({ done, total }) => emit({ type: 'prepare', set, done, total }),
  })
}

async function tellSkipped({ output }: Job, packs: Omit<Packs, 'close'>, emit: Emit): Promise<void> {
  const parts = [
    ['train', packs.train],
    ['val', packs.val],
  ] as const
  const rows = parts.flatMap(([set, { skipped }]) => skipped.map(({ file, reason }) => [set, file, reason]))
  if (rows.length === 0) return
  await saveDurably(join(output, 'skipped.csv'), stringify([['set', 'file', 'reason'], ...rows]))
  const total = rows.length + packs.train.length + packs.val.length
  const message = `${rows.length} of ${total} photographs cannot be read and were left out; skipped.csv lists them.`
  emit({ type: 'warning', code: 'skipped', message })
}
