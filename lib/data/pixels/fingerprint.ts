// What a pack of a dataset is known by: everything that its bytes depend on.

import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { forEachBounded } from '../bounded.js'
import type { FaceDataset } from '../dataset.js'
import { loadSharp } from '../decode.js'
import { PACK_VERSION } from './pack-layout.js'

const FILES_AT_ONCE = 64
const TASK = 'Looking at the photographs'
/** Size and times of a file. */
const NUMBERS = 3
/** Files that are hashed without a pause for what else the process has to do. */
const HASHED_AT_ONCE = 5000

/**
 * 32 hexadecimal digits of a hash of the size in pixels, of the decoder's version and, for each photograph, of its path,
 * identity, length and times of change. Reading all files instead would take a tenth of the time of decoding them, at
 * every start; the time of change of the inode shows what a copy with an old date would hide.
 */
export async function fingerprint(
  dataset: FaceDataset,
  size: number,
  signal: AbortSignal | undefined,
): Promise<string> {
  const numbers = new Float64Array(dataset.length * NUMBERS)
  await forEachBounded(dataset.length, { limit: FILES_AT_ONCE, signal, task: TASK }, async (index) => {
    const status = await stat(dataset.at(index).file).catch(() => null)
    if (status !== null) numbers.set([status.size, status.mtimeMs, status.ctimeMs], index * NUMBERS)
  })
  const { versions } = await loadSharp()
  const hash = createHash('sha256')
  hash.update(JSON.stringify([PACK_VERSION, size, versions.sharp, versions.vips, dataset.classes]))
  for (let start = 0; start < dataset.length; start += HASHED_AT_ONCE) {
    const end = Math.min(start + HASHED_AT_ONCE, dataset.length)
    const samples = Array.from({ length: end - start }, (_, offset) => dataset.at(start + offset))
    hash.update(JSON.stringify(samples.map(({ file, label }) => [file, label])))
    hash.update(numbers.subarray(start * NUMBERS, end * NUMBERS))
    await new Promise((resolve) => setImmediate(resolve))
  }
  return hash.digest('hex').slice(0, 32)
}
