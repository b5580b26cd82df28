// The pack of a dataset on disk: found, or built once, whoever asks for it and however often that is interrupted.

import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { TorchError } from '../../errors.js'
import { attempt, listed, quoted } from '../../files/index.js'
import { type NativeLock, native, nativeNow } from '../../native/index.js'
import type { OnProgress } from '../../progress/index.js'
import { stopIfAborted } from '../bounded.js'
import type { FaceDataset } from '../dataset.js'
import { decodeImage } from '../decode.js'
import { DECODING, type Decoded, decodeInto } from './decode-into.js'
import { lockFileOf, makeRoom, packName } from './pack-cache.js'
import { damagedRecords, openPack, type Pack } from './pack-file.js'
import { packKey } from './pack-key.js'
import { namesOffset, type PackShape } from './pack-layout.js'
import { PartFile } from './part-file.js'
import { refuseUnreadable } from './unreadable.js'

const WAITING = 'Waiting for another process that decodes the same photographs'
const WAIT_MS = 200
/** Damaged photographs that a message names. */
const SHOWN = 3

export interface PackRequest {
  readonly dataset: FaceDataset
  /** Pixels a side. */
  readonly size: number
  readonly signal: AbortSignal | undefined
  readonly onProgress: OnProgress | undefined
  /** Told of damage that was found; one line. */
  readonly onDamage: (message: string) => void
}

interface Place {
  readonly folder: string
  /** Bytes that the folder may hold. */
  readonly limit: number
}

/**
 * A pack whose every record has been checked.
 *
 * @throws TorchError DATASET: more than 1 % of the photographs cannot be read. FILE: the folder cannot be written, or has
 *   no room. ABORTED: what was decoded stays for the next time.
 */
export async function diskPack(request: PackRequest, { folder, limit }: Place): Promise<Pack> {
  const { dataset, size, signal, onProgress } = request
  const shape = { key: await packKey(dataset, size, folder, request), count: dataset.length, size }
  const path = join(folder, `${packName(shape)}.pack`)
  for (;;) {
    const found = await wholePack(request, path, shape)
    if (isPack(found)) return found
    await makeRoom(folder, namesOffset(shape), limit, packName(shape))
    const lock = nativeNow(() => native('training').lockFile(lockFileOf(path)))
    if (lock !== null) {
      const pack = await holding(lock, () => mendOrBuild(request, path, shape))
      // Packs that were being written when room was made are whole by now.
      await makeRoom(folder, namesOffset(shape), limit, packName(shape)).catch(() => undefined)
      return pack
    }
    onProgress?.({ task: WAITING, done: 0, total: shape.count })
    stopIfAborted(signal, WAITING)
    await sleep(WAIT_MS)
  }
}

type Found = Pack | 'missing' | 'damaged' | readonly number[]

const isPack = (found: Found): found is Pack => typeof found === 'object' && 'pixels' in found

async function holding<T>(lock: NativeLock, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } finally {
    lock.release()
  }
}

/**
 * A pack without damage; else what is wrong with it, such as the numbers of its damaged records, none where photographs
 * can be read that could not be.
 */
async function wholePack(request: PackRequest, path: string, shape: PackShape): Promise<Found> {
  const pack = await openPack(path, shape)
  if (typeof pack === 'string') return pack
  try {
    const damaged = await damagedRecords(pack.pixels, pack.index, request)
    if (damaged.length === 0 && !(await isReadableNow(request.dataset, pack))) return pack
    pack.pixels.close()
    return damaged
  } catch (failure) {
    pack.pixels.close()
    throw failure
  }
}

/** Called by the one process that holds the lock; another may have built the pack before. */
async function mendOrBuild(request: PackRequest, path: string, shape: PackShape): Promise<Pack> {
  const { onDamage } = request
  const part = path.replace(/pack$/, 'part')
  const found = await wholePack(request, path, shape)
  if (isPack(found)) return found
  if (found === 'damaged') {
    onDamage(`The pack ${quoted(path)} was damaged; its photographs are decoded again.`)
    await attempt('remove', path, () => rm(path))
  } else if (found !== 'missing') {
    if (found.length > 0) tellDamage(request, found, path)
    // A part takes up what is whole of it. Who has it mapped sees the mended records too.
    await attempt('rename', path, () => rename(path, part))
  }
  return build(request, path, part, shape)
}

/** Whether a photograph that could not be read was out of reach for a while only: those of a pack are few. */
async function isReadableNow(dataset: FaceDataset, { unreadable }: Pack): Promise<boolean> {
  for (const record of unreadable.keys()) {
    const decoded = await decodeImage(dataset.at(record).file, { targetSize: 1 }).catch(() => null)
    if (decoded !== null) return true
  }
  return false
}

function tellDamage({ dataset, onDamage }: PackRequest, damaged: readonly number[], path: string): void {
  const files = listed(
    damaged.map((record) => dataset.at(record).file),
    SHOWN,
  )
  onDamage(
    `${damaged.length} of ${dataset.length} decoded photographs in ${quoted(path)} were damaged and are decoded again: ${files}.`,
  )
}

async function build(request: PackRequest, path: string, partPath: string, shape: PackShape): Promise<Pack> {
  const { dataset } = request
  const part = await PartFile.open(partPath, shape, request)
  try {
    const unreadable = await decodeMissing(request, part)
    refuseUnreadable(
      unreadable.map(({ record, reason }) => ({ file: dataset.at(record).file, reason })),
      shape.count,
    )
    const files = Array.from(dataset, ({ file }) => file)
    await part.finish(path, { classes: dataset.classes, files, unreadable })
    return {
      pixels: part.pixels,
      unreadable: new Map(unreadable.map(({ record, reason }) => [record, reason])),
      key: shape.key,
    }
  } catch (failure) {
    // Other photographs, or the same ones mended, make another pack.
    const isUseless = failure instanceof TorchError && failure.code === 'DATASET'
    await (isUseless ? part.discard() : part.leave())
    throw failure
  }
}

/** Returns the photographs that cannot be read, in order. */
async function decodeMissing(
  { dataset, signal, onProgress }: PackRequest,
  part: PartFile,
): Promise<{ record: number; reason: string }[]> {
  const missing = part.missing()
  const total = dataset.length
  const unreadable: { record: number; reason: string }[] = []
  let done = total - missing.length
  onProgress?.({ task: DECODING, done, total })
  const targetOf = (number: number) => {
    const record = missing[number] as number
    return { record, file: dataset.at(record).file }
  }
  const onDecoded = (number: number, decoded: Decoded) => {
    const record = missing[number] as number
    part.note(record, dataset.at(record).label, decoded)
    if ('reason' in decoded) unreadable.push({ record, reason: decoded.reason })
    onProgress?.({ task: DECODING, done: ++done, total })
  }
  await decodeInto(part.pixels, missing.length, targetOf, { signal, onDecoded })
  return unreadable.sort((a, b) => a.record - b.record)
}
