// Writes in the middle of a file, whole: one call may write less than it was given.

import type { FileHandle } from 'node:fs/promises'
import { attempt } from './file-error.js'

/**
 * @param onWritten Told how far into the file it came, also where the rest fails.
 * @throws TorchError FILE naming `path`.
 */
export async function writeAt(
  file: FileHandle,
  path: string,
  offset: number,
  bytes: Uint8Array,
  onWritten?: (end: number) => void,
): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await attempt('save', path, () =>
      file.write(bytes, done, bytes.length - done, offset + done),
    )
    done += bytesWritten
    onWritten?.(offset + done)
  }
}
