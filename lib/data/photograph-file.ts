// Reads the file of a photograph, and no more of it than a photograph can have.

import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { attempt, fileError } from '../files/index.js'
import { photographFormat } from './format.js'

/** Bytes that tell the format. */
const BEGINNING = 64
/** Bytes of the first read: a small photograph is read by one. */
const FIRST_READ = 64 * 1024
/** Bytes; more than any photograph that a camera writes, and little enough to be held several times. */
const FILE_LIMIT = 2 ** 29

/**
 * The bytes of a regular file as long as it is now; of one that is no photograph the first ones alone, since it may have any size or
 * no end. A pipe is opened without waiting for a writer, then refused.
 *
 * @throws TorchError FILE
 */
export async function readPhotograph(file: string): Promise<Uint8Array> {
  const read = <T>(operation: () => Promise<T>) => attempt('read the photograph', file, operation)
  const refuse = (reason: string) => fileError('read the photograph', file, new Error(reason))
  const handle = await read(() => open(file, constants.O_RDONLY | constants.O_NONBLOCK))
  try {
    const stats = await read(() => handle.stat())
    if (!stats.isFile()) throw refuse('it is not a regular file')
    const first = Math.min(Math.max(stats.size, BEGINNING), FIRST_READ)
    const beginning = await read(() => filled(handle, Buffer.allocUnsafeSlow(first), 0))
    if (stats.size <= first || photographFormat(beginning) === null) return beginning
    if (stats.size > FILE_LIMIT) throw refuse(`it has more than ${FILE_LIMIT / 2 ** 20} MB`)
    const bytes = await read(async () => Buffer.allocUnsafeSlow(stats.size))
    beginning.copy(bytes)
    return await read(() => filled(handle, bytes, beginning.length))
  } finally {
    await handle.close()
  }
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
