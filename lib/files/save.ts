// Saves a file so that it is there whole or not at all, whenever the process or the machine stops.

import { randomBytes } from 'node:crypto'
import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import * as check from '../check.js'
import { attempt } from './file-error.js'
import { flush } from './flush.js'

/**
 * Writes a file under a temporary name in the same folder, flushes it to the disk, renames it to its own name
 * and flushes the folder. An older file of that name stays whole until the new one takes its place. A flush
 * that fails is a save that failed: the data may be in memory only. A process killed in between leaves a
 * hidden `.tmp` file behind.
 *
 * @param data The bytes, or a string written as UTF-8, or bytes as they come. What this iterable throws is
 *   passed on.
 * @throws TorchError FILE naming the file and the remedy; the older file is untouched and no temporary file
 *   is left.
 */
export async function saveDurably(
  path: string,
  data: Uint8Array | string | AsyncIterable<Uint8Array>,
): Promise<void> {
  const target = resolve(check.string('path', path))
  const chunks = chunksOf(data)
  const temporary = temporaryBeside(target)
  const file = await attempt('save', path, () => open(temporary, 'wx'))
  try {
    await writeAndClose(file, chunks, path)
    await attempt('save', path, () => rename(temporary, target))
  } catch (thrown) {
    await rm(temporary, { force: true }).catch(() => undefined)
    throw thrown
  }
  await attempt('save', path, () => flushFolder(dirname(target)))
}

/**
 * A new hidden name in the same folder. 40 UTF-16 units of the name fit, whatever the limit of 255 bytes
 * makes of them.
 */
export function temporaryBeside(target: string): string {
  return join(dirname(target), `.${basename(target).slice(0, 40)}.${randomBytes(6).toString('hex')}.tmp`)
}

/** Whether a name is one of {@link temporaryBeside}: what a process that was killed while it saved leaves behind. */
export const isTemporary = (name: string): boolean => /^\..*\.[0-9a-f]{12}\.tmp$/s.test(name)

/** Makes a new name in a folder survive a power cut. */
export async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await flush(handle)
  } finally {
    await handle.close()
  }
}

async function writeAndClose(
  file: FileHandle,
  chunks: AsyncIterable<Uint8Array>,
  path: string,
): Promise<void> {
  try {
    for await (const chunk of chunks) await attempt('save', path, () => file.writeFile(chunk))
    await attempt('save', path, () => flush(file))
  } catch (thrown) {
    await file.close().catch(() => undefined) // the first failure is the one to tell
    throw thrown
  }
  await attempt('save', path, () => file.close())
}

function chunksOf(data: unknown): AsyncIterable<Uint8Array> {
  if (typeof data === 'string') return single(Buffer.from(data))
  if (data instanceof Uint8Array) return single(data)
  if (typeof data === 'object' && data !== null && Symbol.asyncIterator in data) {
    return data as AsyncIterable<Uint8Array>
  }
  throw new TypeError(
    check.expected('a Uint8Array, a string or an async iterable of Uint8Array', 'data', data),
  )
}

async function* single(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}
