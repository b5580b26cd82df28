// What a pack of a dataset is known by: the content of its photographs, and all else that its bytes depend on.

import { createHash, type Hash } from 'node:crypto'
import { constants } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import type { OnProgress } from '../../progress/index.js'
import { forEachBounded } from '../bounded.js'
import type { FaceDataset } from '../dataset.js'
import { loadSharp } from '../decode.js'
import { PACK_VERSION } from './pack-layout.js'

const FILES_AT_ONCE = 64
const LOOKING = 'Looking at the photographs'
/** Size and times of a file. */
const NUMBERS = 3
const DIGEST_BYTES = 32
/** Read and hashed in one piece, in well under a millisecond. */
const PIECE_BYTES = 2 ** 17
/** Of a longer file the beginning alone is hashed: it is no photograph that is decoded. */
const LONGEST = 2 ** 30
/** Files that are hashed without a pause for what else the process has to do. */
const HASHED_AT_ONCE = 5000

export interface Watch {
  readonly signal: AbortSignal | undefined
  readonly onProgress: OnProgress | undefined
}

/**
 * 32 hexadecimal digits: the content of each photograph with its identity, the size in pixels and the decoder's version.
 * Where the photographs lie and when they were written plays no part.
 */
export async function contentKey(
  dataset: FaceDataset,
  size: number,
  { signal, onProgress }: Watch,
): Promise<string> {
  const total = dataset.length
  const digests = new Uint8Array(total * DIGEST_BYTES)
  let done = 0
  await forEachBounded(total, { limit: FILES_AT_ONCE, signal, task: LOOKING }, async (index) => {
    digests.set(await digestOf(dataset.at(index).file), index * DIGEST_BYTES)
    onProgress?.({ task: LOOKING, done: ++done, total })
  })
  const hash = await begun(dataset, size)
  hash.update(dataset.labels())
  hash.update(digests)
  return digits(hash)
}

/**
 * 32 hexadecimal digits of what can be seen of the photographs without reading them: paths, lengths and times of change.
 * Where it is the same, their content is; the time of change of the inode shows what a copy with an old date would hide.
 */
export async function outerKey(
  dataset: FaceDataset,
  size: number,
  signal: AbortSignal | undefined,
): Promise<string> {
  const numbers = new Float64Array(dataset.length * NUMBERS)
  await forEachBounded(dataset.length, { limit: FILES_AT_ONCE, signal, task: LOOKING }, async (index) => {
    const status = await stat(dataset.at(index).file).catch(() => null)
    if (status !== null) numbers.set([status.size, status.mtimeMs, status.ctimeMs], index * NUMBERS)
  })
  const hash = await begun(dataset, size)
  for (let start = 0; start < dataset.length; start += HASHED_AT_ONCE) {
    const end = Math.min(start + HASHED_AT_ONCE, dataset.length)
    const samples = Array.from({ length: end - start }, (_, offset) => dataset.at(start + offset))
    hash.update(JSON.stringify(samples.map(({ file, label }) => [file, label])))
    hash.update(numbers.subarray(start * NUMBERS, end * NUMBERS))
    await new Promise((resolve) => setImmediate(resolve))
  }
  return digits(hash)
}

async function begun(dataset: FaceDataset, size: number): Promise<Hash> {
  const { versions } = await loadSharp()
  const facts = [PACK_VERSION, size, versions.sharp, versions.vips, dataset.length, dataset.classes]
  return createHash('sha256').update(JSON.stringify(facts))
}

const digits = (hash: Hash): string => hash.digest('hex').slice(0, 32)

/** SHA-256 of a regular file; zeros where it cannot be read, as its decoding will say. */
async function digestOf(file: string): Promise<Uint8Array> {
  try {
    const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      const { size } = await handle.stat()
      const piece = Buffer.allocUnsafeSlow(Math.min(Math.max(size, 1), PIECE_BYTES))
      const hash = createHash('sha256').update(`${size}:`)
      for (let at = 0; at < Math.min(size, LONGEST); ) {
        const { bytesRead } = await handle.read(piece, 0, piece.length, at)
        if (bytesRead === 0) break
        hash.update(piece.subarray(0, bytesRead))
        at += bytesRead
      }
      return hash.digest()
    } finally {
      await handle.close()
    }
  } catch {
    return new Uint8Array(DIGEST_BYTES)
  }
}
