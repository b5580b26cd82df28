// A pack that is being written: it grows under another name, and goes on where it stopped.

import { constants, type FileHandle, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { attempt, flush, flushFolder, RangeReader, writeAt } from '../../files/index.js'
import type { NativePixelPack } from '../../native/index.js'
import type { OnProgress } from '../../progress/index.js'
import type { Decoded } from './decode-into.js'
import { damagedRecords, mapRecords } from './pack-file.js'
import {
  footerOf,
  HEADER_BYTES,
  headerOf,
  indexBytes,
  namesOffset,
  PackIndex,
  type PackNames,
  type PackShape,
  RecordState,
} from './pack-layout.js'

/** Records after which the index on disk is brought up to date: what a killed process loses at most. */
const FLUSHED_AFTER = 256

export class PartFile {
  readonly pixels: NativePixelPack
  readonly index: PackIndex
  readonly #path: string
  readonly #shape: PackShape
  readonly #file: FileHandle
  /** Records whose entries the file does not have yet. */
  #dirty: number[] = []
  #flushing: Promise<void> = Promise.resolve()

  private constructor(
    path: string,
    shape: PackShape,
    file: FileHandle,
    pixels: NativePixelPack,
    index: PackIndex,
  ) {
    this.#path = path
    this.#shape = shape
    this.#file = file
    this.pixels = pixels
    this.index = index
  }

  /**
   * Takes up what an earlier process left, or begins anew. Records are believed by their checksums alone.
   *
   * @throws TorchError FILE: the folder cannot be written, or its disk has no room for all records.
   */
  static async open(
    path: string,
    shape: PackShape,
    watch: { signal: AbortSignal | undefined; onProgress: OnProgress | undefined },
  ): Promise<PartFile> {
    const file = await attempt('save', path, () => open(path, constants.O_RDWR | constants.O_CREAT))
    let pixels: NativePixelPack | undefined
    let isNew = false
    try {
      const found = await foundIndex(path, shape)
      isNew = found === null
      if (found === null) await begin(file, path, shape)
      pixels = mapRecords(path, shape, true)
      const index = found ?? new PackIndex(shape)
      const damaged = found === null ? [] : await damagedRecords(pixels, index, watch)
      for (const record of damaged) index.set(record, { checksum: 0, label: 0, state: RecordState.missing })
      return new PartFile(path, shape, file, pixels, index)
    } catch (failure) {
      pixels?.close()
      await file.close()
      // An empty claim on a disk that has no room for it helps nobody.
      if (isNew && pixels === undefined) await rm(path, { force: true })
      throw failure
    }
  }

  /** Records without pixels, in order. Photographs that could not be read are tried again. */
  missing(): number[] {
    const records = Array.from({ length: this.#shape.count }, (_, record) => record)
    return records.filter((record) => this.index.state(record) !== RecordState.pixels)
  }

  note(record: number, label: number, decoded: Decoded): void {
    const state = 'checksum' in decoded ? RecordState.pixels : RecordState.unreadable
    this.index.set(record, { checksum: 'checksum' in decoded ? decoded.checksum : 0, label, state })
    this.#dirty.push(record)
    if (this.#dirty.length >= FLUSHED_AFTER) void this.flush().catch(() => undefined) // told by the next flush
  }

  /** Brings the index on disk up to date. */
  flush(): Promise<void> {
    const dirty = this.#dirty
    this.#dirty = []
    if (dirty.length > 0) this.#flushing = this.#flushing.then(() => this.#write(dirty))
    return this.#flushing
  }

  async #write(dirty: readonly number[]): Promise<void> {
    let [begin, end] = [dirty[0] as number, dirty[0] as number]
    for (const record of dirty) [begin, end] = [Math.min(begin, record), Math.max(end, record)]
    const { bytes, offset } = this.index.slice(begin, end + 1)
    await writeAt(this.#file, this.#path, offset, bytes)
  }

  /** Makes it a whole pack: everything on disk, then its name. */
  async finish(path: string, names: PackNames): Promise<void> {
    await this.flush()
    const bytes = Buffer.from(JSON.stringify(names))
    const footer = footerOf(this.#shape, this.index, bytes)
    // A pack that is being mended has its old names and footer.
    await attempt('save', path, () => this.#file.truncate(namesOffset(this.#shape)))
    await writeAt(this.#file, path, namesOffset(this.#shape), bytes)
    await attempt('save', path, () => flush(this.#file))
    await writeAt(this.#file, path, namesOffset(this.#shape) + bytes.length, footer)
    await attempt('save', path, () => flush(this.#file))
    await attempt('save', path, () => rename(this.#path, path))
    await attempt('save', path, () => flushFolder(dirname(path)))
    await this.#file.close()
  }

  /** Leaves it for another time; the pixels are closed. */
  async leave(): Promise<void> {
    this.pixels.close()
    await this.flush().catch(() => undefined) // what stopped the work is the one to tell
    await this.#file.close()
  }

  /** Removes it; the pixels are closed. */
  async discard(): Promise<void> {
    await this.leave()
    await rm(this.#path, { force: true }).catch(() => undefined) // why it is of no use is what to tell
  }
}

/** The index of an earlier process, where the file belongs to the same photographs. */
async function foundIndex(path: string, shape: PackShape): Promise<PackIndex | null> {
  const file = await RangeReader.open(path)
  try {
    if (file.size < namesOffset(shape)) return null
    const header = Buffer.from(await file.read(0, HEADER_BYTES))
    if (!header.equals(headerOf(shape))) return null
    return new PackIndex(shape, Buffer.from(await file.read(HEADER_BYTES, indexBytes(shape))))
  } finally {
    await file.close()
  }
}

async function begin(file: FileHandle, path: string, shape: PackShape): Promise<void> {
  await attempt('save', path, () => file.truncate(0))
  await writeAt(file, path, 0, Buffer.concat([headerOf(shape), new PackIndex(shape).bytes]))
}
