// Makes what was written to a file survive a power cut.

import fs from 'node:fs'
import type { FileHandle } from 'node:fs/promises'

/**
 * Flushes a file to its disk. By the number of the handle: those of Yarn's Plug'n'Play, which stands between Node.js and the
 * disk, have no sync().
 */
export function flush(file: FileHandle): Promise<void> {
  return new Promise((resolve, reject) => {
    fs.fsync(file.fd, (error) => (error === null ? resolve() : reject(error)))
  })
}
