// Reads the file of a photograph, and no more of it than a photograph can have.

import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { attempt, fileError } from '../files/index.js'
import { photographFormat } from './format.js'
import { queue } from './in-turn.js'

/** Bytes that tell the format. */
const BEGINNING = 64
/** Bytes of the first read: a small photograph is read by one. */
const FIRST_READ = 64 * 1024
/** Bytes; more than any photograph that a camera writes, and little enough to be held several times. */
export const FILE_LIMIT = 2 ** 29
/** Bytes of a file that is read and decoded by itself. */
const LARGE_FILE = 2 ** 25

const filesInTurn = queue()

/**
 * Gives `use` the bytes of a regular file as long as it is now; of one that is no photograph the first ones alone, since
 * it may have any size or no end. Large files are read and used one after another, so that their bytes do not pile up. A
 * pipe is opened without waiting for a writer, then refused.
 *
 * @throws TorchError FILE, and what `use` throws
 */
export async function withPhotograph<T>(file: string, use: (bytes: Uint8Array) => Promise<T>): Promise<T> {
  const read = <R>(operation: () => Promise<R>) => attempt('read the photograph', file, operation)
  const handle = await read(() => open(file, constants.O_RDONLY | constants.O_NONBLOCK))
  const rest = async (size: number, beginning: Buffer) => {
    const bytes = await read(async () => Buffer.allocUnsafeSlow(size))
    beginning.copy(bytes)
    return read(() => filled(handle, bytes, beginning.length))
  }
  let bytes: Uint8Array
  try {
    const { size, beginning } = await begun(file, handle, read)
    if (size > LARGE_FILE) return await filesInTurn(async () => use(await rest(size, beginning)))
    bytes = size > beginning.length ? await rest(size, beginning) : beginning
  } finally {
    await handle.close()
  }
  return use(bytes)
}

/** The first bytes, and how many there are to be read in all. */
async function begun(
  file: string,
  handle: FileHandle,
  read: <R>(operation: () => Promise<R>) => Promise<R>,
): Promise<{ size: number; beginning: Buffer }> {
  const refuse = (reason: string) => fileError('read the photograph', file, new Error(reason))
  const stats = await read(() => handle.stat())
  if (!stats.isFile()) throw refuse('it is not a regular file')
  const first = Math.min(Math.max(stats.size, BEGINNING), FIRST_READ)
  const beginning = await read(() => filled(handle, Buffer.allocUnsafeSlow(first), 0))
  if (photographFormat(beginning) === null) return { size: beginning.length, beginning }
  if (stats.size > FILE_LIMIT) throw refuse(`it has more than ${FILE_LIMIT / 2 ** 20} MB`)
  return { size: stats.size, beginning }
}

/** Fills the bytes from `start` on; those that the file has. */
async function filled(handle: FileHandle, bytes: Buffer, start: number): Promise<Buffer> {
  let end = start
  while (end < bytes.length) {
    const { bytesRead } = await handle.read(bytes, end, bytes.length - end, end)
    if (bytesRead === 0) break
    end += bytesRead
  }
  return bytes.subarray(0, end)
}
