// Reads parts of a large file, so that a file of gigabytes costs the memory of the parts asked for.

import { constants, type FileHandle, open } from 'node:fs/promises'
import * as check from '../check.js'
import { TorchError } from '../errors.js'
import { attempt } from './file-error.js'
import { quoted } from './shown.js'

/** One read call takes less than 2 GiB; more than this gains nothing. */
const BYTES_A_CALL = 2 ** 26
/** A call costs as much as 64 kB: parts that are smaller are read along with what follows them. */
const BLOCK_BYTES = 2 ** 16
const SMALL_BYTES = 2 ** 12

/** An open regular file. Its size is the one it had when it was opened. */
export class RangeReader {
  readonly path: string
  readonly size: number
  readonly #file: FileHandle
  #block: { readonly start: number; readonly bytes: Uint8Array } = { start: 0, bytes: new Uint8Array(0) }

  private constructor(path: string, size: number, file: FileHandle) {
    this.path = path
    this.size = size
    this.#file = file
  }

  /**
   * @throws TorchError FILE where the path is no regular file (a folder, a pipe, a device) or cannot be
   *   opened.
   */
  static async open(path: string): Promise<RangeReader> {
    check.string('path', path)
    // A pipe without a writer would block an ordinary open for ever.
    const file = await attempt('read', path, () => open(path, constants.O_RDONLY | constants.O_NONBLOCK))
    try {
      const stats = await attempt('read', path, () => file.stat())
      if (stats.isFile()) return new RangeReader(path, stats.size, file)
      const kind = stats.isDirectory() ? 'a folder' : 'a device or a pipe'
      throw new TorchError(
        'FILE',
        `Cannot read ${quoted(path)}: it is ${kind}, not a file. Choose the path of a file.`,
      )
    } catch (thrown) {
      await file.close()
      throw thrown
    }
  }

  /**
   * A fresh copy of `length` bytes from `offset` on, both at least 0.
   *
   * @throws TorchError FILE where the file ends before them.
   */
  async read(offset: number, length: number): Promise<Uint8Array> {
    check.integer('offset', offset, 0)
    check.integer('length', length, 0)
    if (offset + length > this.size) throw this.#tooShort(offset + length)
    return length > SMALL_BYTES ? this.#read(offset, length) : this.#readSmall(offset, length)
  }

  async #readSmall(offset: number, length: number): Promise<Uint8Array> {
    const { start, bytes } = this.#block
    if (offset < start || offset + length > start + bytes.length) {
      const count = Math.min(BLOCK_BYTES, this.size - offset)
      this.#block = { start: offset, bytes: await this.#read(offset, count) }
      return this.#block.bytes.slice(0, length)
    }
    return bytes.slice(offset - start, offset - start + length)
  }

  async #read(offset: number, length: number): Promise<Uint8Array> {
    const bytes = await attempt('read', this.path, async () => new Uint8Array(length))
    for (let done = 0; done < length; ) {
      const count = Math.min(BYTES_A_CALL, length - done)
      const { bytesRead } = await attempt('read', this.path, () =>
        this.#file.read(bytes, done, count, offset + done),
      )
      if (bytesRead === 0) throw this.#tooShort(offset + length)
      done += bytesRead
    }
    return bytes
  }

  async close(): Promise<void> {
    await this.#file.close()
  }

  #tooShort(end: number): TorchError {
    return new TorchError(
      'FILE',
      `Cannot read ${quoted(this.path)} to byte ${end}: it ends before. It is damaged, or is being written.`,
    )
  }
}
