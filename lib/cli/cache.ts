// What the caches hold, and clearing them. Only what this package makes is listed and removed: FACECLS_CACHE may name a folder
// that holds other things too.

import { lstat, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { clearPacks, listPacks } from '../data/index.js'
import { attempt } from '../files/index.js'
import { libtorchCache } from '../libtorch/index.js'
import { pretrainedWeights, weightsCache } from '../weights/index.js'
import type { CacheKind } from './command-line.js'

export interface CacheEntry {
  readonly kind: CacheKind
  readonly path: string
  readonly bytes: number
}

/** A LibTorch, a fetch that is on its way or was killed, and what fetches go on with. */
const LIBTORCH_NAME = /^(?:\d+\.\d+\.\d+-(?:cpu|cuda|cu\d+)|\.fetch-\d+|\.downloads)$/

const HIDDEN_PART = /\.part$/

export async function listCache(kinds: readonly CacheKind[]): Promise<CacheEntry[]> {
  const lists = await Promise.all(kinds.map((kind) => LISTS[kind]()))
  return lists.flat()
}

/** Removes what {@link listCache} lists of these kinds, but for packs that are being written; returns what was removed. */
export async function clearCache(kinds: readonly CacheKind[]): Promise<CacheEntry[]> {
  const removed: CacheEntry[] = []
  for (const kind of kinds) {
    if (kind === 'packs') removed.push(...(await clearPacks()).map(asEntry))
    else {
      for (const entry of await LISTS[kind]()) {
        await attempt('remove', entry.path, () => rm(entry.path, { recursive: true, force: true }))
        removed.push(entry)
      }
    }
  }
  return removed
}

const LISTS: Readonly<Record<CacheKind, () => Promise<CacheEntry[]>>> = {
  libtorch: () => entriesIn('libtorch', libtorchCache(), (name) => LIBTORCH_NAME.test(name)),
  weights: () => entriesIn('weights', weightsCache(), isOfWeights),
  packs: async () => (await listPacks()).map(asEntry),
}

function asEntry({ file, bytes }: { file: string; bytes: number }): CacheEntry {
  return { kind: 'packs', path: file, bytes }
}

/** A published file, or a part of one that a broken fetch left. */
function isOfWeights(name: string): boolean {
  return pretrainedWeights.some(
    ({ fileName }) =>
      name === fileName || (name.startsWith(`.${fileName.slice(0, 31)}`) && HIDDEN_PART.test(name)),
  )
}

async function entriesIn(
  kind: CacheKind,
  folder: string,
  isOurs: (name: string) => boolean,
): Promise<CacheEntry[]> {
  const names = await readdir(folder).catch(() => []) // nothing was ever put there
  const entries = names.filter(isOurs).sort()
  return Promise.all(
    entries.map(async (name) => ({
      kind,
      path: join(folder, name),
      bytes: await bytesOf(join(folder, name)),
    })),
  )
}

/** Of a file, or of all that lies in a folder. Links are not followed. */
async function bytesOf(path: string): Promise<number> {
  const stats = await lstat(path).catch(() => null) // removed meanwhile
  if (stats === null) return 0
  if (!stats.isDirectory()) return stats.size
  let bytes = 0
  for (const name of await readdir(path).catch(() => [])) bytes += await bytesOf(join(path, name))
  return bytes
}
