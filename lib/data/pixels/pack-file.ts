// A whole pack on disk: opened, checked record by record, mended where the disk damaged it.

import { stat, utimes } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { RangeReader } from '../../files/index.js'
import { type NativePixelPack, native, nativeCall, nativeNow } from '../../native/index.js'
import type { OnProgress } from '../../progress/index.js'
import { forEachBounded } from '../bounded.js'
import {
  FOOTER_BYTES,
  footerOf,
  HEADER_BYTES,
  headerOf,
  indexBytes,
  namesOffset,
  PackIndex,
  type PackNames,
  type PackShape,
  RecordState,
  recordsOffset,
} from './pack-layout.js'

const CHECKING = 'Checking the decoded photographs'
/** Records a call: some milliseconds of a thread. */
const CHECKED_AT_ONCE = 256

/** Decoded photographs, and why others have no pixels. */
export interface Pack {
  readonly pixels: NativePixelPack
  /** Why a photograph has none, by its record. */
  readonly unreadable: ReadonlyMap<number, string>
  /** Of the photographs' content; null where they were not looked at for it. */
  readonly key: string | null
}

/** A pack whose frame is whole; its records are still to be checked. */
export interface OpenedPack extends Pack {
  readonly index: PackIndex
}

/**
 * Opens a pack, and notes that it was used.
 *
 * @returns 'missing' where there is none, 'damaged' where its header, index, names or footer are not as they were written.
 */
export async function openPack(path: string, shape: PackShape): Promise<OpenedPack | 'damaged' | 'missing'> {
  const frame = await readFrame(path, shape)
  if (typeof frame === 'string') return frame
  const pixels = await mappedUnlessGone(path, shape)
  if (pixels === null) return 'missing'
  const now = new Date()
  await utimes(path, now, now).catch(() => undefined) // a cache on a read-only disk still serves
  const unreadable = new Map(frame.names.unreadable.map(({ record, reason }) => [record, reason]))
  return { pixels, index: frame.index, unreadable, key: shape.key }
}

/** Null where another process has removed or renamed the file since it was read. */
async function mappedUnlessGone(path: string, shape: PackShape): Promise<NativePixelPack | null> {
  try {
    return mapRecords(path, shape, false)
  } catch (failure) {
    if (
      await stat(path).then(
        () => true,
        () => false,
      )
    )
      throw failure
    return null
  }
}

/** The records of a file as a native pack. */
export function mapRecords(path: string, shape: PackShape, writable: boolean): NativePixelPack {
  const { count, size } = shape
  const region = { path, offset: recordsOffset(shape), writable }
  return nativeNow(() => native('training').createPack({ count, height: size, width: size, file: region }))
}

async function readFrame(
  path: string,
  shape: PackShape,
): Promise<{ index: PackIndex; names: PackNames } | 'damaged' | 'missing'> {
  let file: RangeReader
  try {
    file = await RangeReader.open(path)
  } catch (thrown) {
    if (isMissing(thrown)) return 'missing'
    throw thrown
  }
  try {
    const namesBytes = file.size - FOOTER_BYTES - namesOffset(shape)
    if (namesBytes < 0) return 'damaged'
    const header = Buffer.from(await file.read(0, HEADER_BYTES))
    const index = new PackIndex(shape, Buffer.from(await file.read(HEADER_BYTES, indexBytes(shape))))
    const names = Buffer.from(await file.read(namesOffset(shape), namesBytes))
    const footer = Buffer.from(await file.read(file.size - FOOTER_BYTES, FOOTER_BYTES))
    if (!header.equals(headerOf(shape)) || !footer.equals(footerOf(shape, index, names))) return 'damaged'
    return { index, names: JSON.parse(names.toString()) as PackNames }
  } finally {
    await file.close()
  }
}

/** Whether a TorchError says that a file does not exist. */
export function isMissing(thrown: unknown): boolean {
  const { cause } = thrown as { cause?: NodeJS.ErrnoException }
  return cause?.code === 'ENOENT'
}

/** The records whose pixels do not have the checksum that the index remembers, in order. */
export async function damagedRecords(
  pixels: NativePixelPack,
  index: PackIndex,
  { signal, onProgress }: { signal: AbortSignal | undefined; onProgress: OnProgress | undefined },
): Promise<number[]> {
  const total = index.count
  const damaged: number[] = []
  let done = 0
  const bounds = { limit: availableParallelism(), signal, task: CHECKING }
  await forEachBounded(Math.ceil(total / CHECKED_AT_ONCE), bounds, async (part) => {
    const first = part * CHECKED_AT_ONCE
    const count = Math.min(CHECKED_AT_ONCE, total - first)
    const isWritten = Array.from({ length: count }, (_, i) => index.state(first + i) === RecordState.pixels)
    // What was never written is not read: it would take memory for nothing.
    const checksums = isWritten.includes(true) ? await nativeCall(pixels.checksums(first, count)) : []
    for (const [offset, checksum] of checksums.entries()) {
      const record = first + offset
      if (isWritten[offset] && index.checksum(record) !== checksum) damaged.push(record)
    }
    done += count
    onProgress?.({ task: CHECKING, done, total })
  })
  return damaged.sort((a, b) => a - b)
}
