// Writes in the middle of a file, whole: one call may write less than it was given.

import type { FileHandle } from 'node:fs/promises'
import { attempt } from './file-error.js'

/** @throws TorchError FILE naming `path`. */
export async function writeAt(
  file: FileHandle,
  path: string,
  offset: number,
  bytes: Uint8Array,
): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await attempt('save', path, () =>
      file.write(bytes, done, bytes.length - done, offset + done),
    )
    done += bytesWritten
  }
}
