// Adds one line to a growing file, such as a history that is read while it is written.

import { type FileHandle, open } from 'node:fs/promises'
import * as check from '../check.js'
import { attempt, fileError } from './file-error.js'
import { flush } from './flush.js'

/**
 * Appends a line and its line end, creating the file if need be, and flushes it to the disk (one flush:
 * milliseconds). Where that fails, the file is cut back to what it held, so that it never ends in half a
 * line.
 *
 * @throws TorchError FILE naming the file and the remedy.
 */
export async function appendLine(path: string, line: string): Promise<void> {
  check.string('path', path)
  if (typeof line !== 'string') throw new TypeError(check.expected('a string', 'line', line))
  const file = await attempt('append to', path, () => open(path, 'a'))
  try {
    await appendWhole(file, Buffer.from(`${line}\n`))
  } catch (thrown) {
    throw fileError('append to', path, thrown)
  } finally {
    await file.close()
  }
}

async function appendWhole(file: FileHandle, bytes: Uint8Array): Promise<void> {
  const { size } = await file.stat()
  try {
    await file.writeFile(bytes)
    await flush(file)
  } catch (thrown) {
    await file.truncate(size).catch(() => undefined) // the first failure is the one to tell
    throw thrown
  }
}
