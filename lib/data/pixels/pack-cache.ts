// The folder of packs: what is there, room for more, and clearing it.

import { readdir, rm, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import * as check from '../../check.js'
import { TorchError } from '../../errors.js'
import { attempt, cacheFolder, ensureFolder, quoted } from '../../files/index.js'
import { native, nativeNow } from '../../native/index.js'
import { isMissing } from './pack-file.js'
import { KEY_FILE_NAME } from './pack-key.js'

/** Room for the report's 140,000 photographs at 160 and at 224 pixels, 32 GB together, and some more. */
export const DEFAULT_LIMIT = 40e9

const LOCK_NAME = /^[0-9a-f]{32}-\d+x\d+\.lock$/
const NAME = /^([0-9a-f]{32})-(\d+)x(\d+)\.(pack|part)$/

/** Which folder of packs is meant. */
export interface CacheFolderOptions {
  /** Defaults to FACECLS_PACKS, else to `packs` in the per-user cache. */
  folder?: string
}

/** A pack in a cache folder. */
export interface CachedPack {
  /** Absolute path. */
  readonly file: string
  readonly bytes: number
  readonly photographs: number
  /** Pixels a side. */
  readonly imageSize: number
  /** Whether it is complete; others go on where they were stopped. */
  readonly whole: boolean
  readonly lastUsed: Date
}

export function defaultPackFolder(): string {
  const { FACECLS_PACKS: own } = process.env
  return own ? resolve(own) : join(cacheFolder(), 'packs')
}

/** A file name that tells what a pack holds. */
export function packName({ key, count, size }: { key: string; count: number; size: number }): string {
  return `${key}-${count}x${size}`
}

/** The packs of decoded photographs in a cache folder, the one used last first; none where the folder is missing. */
export async function listPacks(options?: CacheFolderOptions): Promise<CachedPack[]> {
  const folder = folderOf(options)
  const packs: CachedPack[] = []
  for (const name of await namesIn(folder)) {
    const [, , photographs, imageSize, kind] = NAME.exec(name) ?? []
    const file = join(folder, name)
    const status = kind === undefined ? null : await stat(file).catch(() => null)
    if (status === null || !status.isFile()) continue
    packs.push({
      file,
      bytes: status.size,
      photographs: Number(photographs),
      imageSize: Number(imageSize),
      whole: kind === 'pack',
      lastUsed: status.mtime,
    })
  }
  return packs.sort((a, b) => b.lastUsed.getTime() - a.lastUsed.getTime())
}

/**
 * Removes the packs of a cache folder, and nothing else that lies there, but for those that are being written. A training
 * that uses one goes on with it; its space is free when that ends.
 *
 * @returns What was removed.
 * @throws TorchError ADDON or LIBTORCH: the addon, which knows whether a pack is being written, cannot be loaded.
 * @example const removed = await clearPacks()
 */
export async function clearPacks(options?: CacheFolderOptions): Promise<CachedPack[]> {
  const removed: CachedPack[] = []
  for (const pack of await listPacks(options)) if (await remove(pack.file)) removed.push(pack)
  const folder = folderOf(options)
  for (const name of await namesIn(folder)) {
    // Of packs that were refused, or that other versions made.
    if (LOCK_NAME.test(name)) await remove(join(folder, name))
    if (KEY_FILE_NAME.test(name)) await rm(join(folder, name), { force: true })
  }
  return removed
}

/**
 * Makes the folder, and room in it for a pack of `bytes` within `limit`: packs that were not used for longest go first.
 *
 * @param keep The name of the pack to come, whose own beginning is not room for it.
 * @throws TorchError FILE: the pack alone is larger than the limit, or the folder cannot be written.
 */
export async function makeRoom(folder: string, bytes: number, limit: number, keep: string): Promise<void> {
  if (bytes > limit) {
    throw new TorchError(
      'FILE',
      `The decoded photographs take ${gigabytes(bytes)}, more than the ${gigabytes(limit)} that ${quoted(folder)} may hold. ` +
        "Raise its limit with .cache('disk', { limit }), train on a smaller image size, or decode in every epoch with .cache('none').",
    )
  }
  await ensureFolder(folder)
  const others = (await listPacks({ folder })).filter(({ file }) => !file.startsWith(join(folder, keep)))
  let used = others.reduce((sum, pack) => sum + pack.bytes, 0)
  for (const pack of others.reverse()) {
    if (used + bytes <= limit) return
    if (await remove(pack.file)) used -= pack.bytes
  }
}

/** Removes a pack with its lock, or a lock alone; false while a process writes the pack. */
async function remove(file: string): Promise<boolean> {
  const lockFile = lockFileOf(file)
  const lock = nativeNow(() => native().lockFile(lockFile))
  if (lock === null) return false
  try {
    await attempt('remove', file, () => rm(file, { force: true }))
    await attempt('remove', lockFile, () => rm(lockFile, { force: true }))
    return true
  } finally {
    lock.release()
  }
}

/** Held while a pack is written or mended. */
export function lockFileOf(file: string): string {
  return file.replace(/\.(?:pack|part|lock)$/, '.lock')
}

function folderOf(options: CacheFolderOptions | undefined): string {
  const { folder = defaultPackFolder() } = check.options('options', options, ['folder'])
  return resolve(check.string('folder', folder))
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await attempt('read the folder', folder, () => readdir(folder))
  } catch (thrown) {
    if (isMissing(thrown)) return []
    throw thrown
  }
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`
}
