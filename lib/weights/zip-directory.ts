// The directory of a zip archive as PyTorch writes it: stored entries, with Zip64 where they are large.
// Layout: PKWARE's APPNOTE.TXT, sections 4.3 and 4.5.3.

import type { RangeReader } from '../files/index.js'
import { type Refuse, refusalOf, shortened } from './refusal.js'

const END = 0x06054b50
const END_BYTES = 22
const END_64_LOCATOR = 0x07064b50
const LOCATOR_BYTES = 20
const END_64 = 0x06064b50
const END_64_BYTES = 56
const CENTRAL = 0x02014b50
const CENTRAL_BYTES = 46
const LOCAL = 0x04034b50
const LOCAL_BYTES = 30
const COMMENT_LIMIT = 2 ** 16 - 1
const ZIP64_EXTRA = 1
const FULL_32 = 2 ** 32 - 1
const STORED = 0
const ENCRYPTED = 1

/** A tensor takes about 100 bytes of a directory. */
const DIRECTORY_LIMIT = 2 ** 23

export interface ZipEntry {
  readonly name: string
  /** Bytes of its content. */
  readonly size: number
  /** Bytes from the file's beginning to its local header. */
  readonly header: number
}

/**
 * The entries by name.
 *
 * @throws TorchError WEIGHTS where the archive is truncated, damaged, compressed or encrypted.
 */
export async function readZipDirectory(file: RangeReader): Promise<Map<string, ZipEntry>> {
  const refuse = refusalOf(file.path)
  const { offset, size } = await findDirectory(file, refuse)
  if (size > DIRECTORY_LIMIT)
    throw refuse(`its zip directory of ${size} bytes is longer than ${DIRECTORY_LIMIT}`)
  if (offset + size > file.size) throw refuse('its zip directory lies outside it')
  return parse(Buffer.from((await file.read(offset, size)).buffer), refuse)
}

/**
 * Where the content of an entry lies, in bytes from the file's beginning.
 *
 * @throws TorchError WEIGHTS where the entry is not where the directory says.
 */
export async function locateContent(file: RangeReader, { name, size, header }: ZipEntry): Promise<number> {
  const refuse = refusalOf(file.path)
  const misplaced = () => refuse(`its zip entry ${shortened(name)} is not where its directory says`)
  if (header + LOCAL_BYTES > file.size) throw misplaced()
  const local = Buffer.from((await file.read(header, LOCAL_BYTES)).buffer)
  if (local.readUInt32LE(0) !== LOCAL) throw misplaced()
  const content = header + LOCAL_BYTES + local.readUInt16LE(26) + local.readUInt16LE(28)
  if (content + size > file.size) throw refuse(`its zip entry ${shortened(name)} reaches past its end`)
  return content
}

/** The end record is found from the back, since a comment may follow it. */
async function findDirectory(file: RangeReader, refuse: Refuse): Promise<{ offset: number; size: number }> {
  const length = Math.min(file.size, LOCATOR_BYTES + END_BYTES + COMMENT_LIMIT)
  const tail = Buffer.from((await file.read(file.size - length, length)).buffer)
  let at = tail.length - END_BYTES
  const isEnd = () =>
    tail.readUInt32LE(at) === END && at + END_BYTES + tail.readUInt16LE(at + 20) === tail.length
  while (at >= 0 && !isEnd()) at--
  if (at < 0) throw refuse('its zip directory is missing: the file is truncated')
  const locator = at - LOCATOR_BYTES
  if (locator < 0 || tail.readUInt32LE(locator) !== END_64_LOCATOR)
    return { size: tail.readUInt32LE(at + 12), offset: tail.readUInt32LE(at + 16) }
  const end64 = safe(tail.readBigUInt64LE(locator + 8))
  if (end64 + END_64_BYTES > file.size) throw refuse('its Zip64 end record lies outside it')
  const record = Buffer.from((await file.read(end64, END_64_BYTES)).buffer)
  if (record.readUInt32LE(0) !== END_64) throw refuse('its Zip64 end record is missing')
  return { size: safe(record.readBigUInt64LE(40)), offset: safe(record.readBigUInt64LE(48)) }
}

function parse(directory: Buffer, refuse: Refuse): Map<string, ZipEntry> {
  const entries = new Map<string, ZipEntry>()
  let at = 0
  while (at < directory.length) {
    const rest = directory.subarray(at)
    if (rest.length < CENTRAL_BYTES || rest.readUInt32LE(0) !== CENTRAL)
      throw refuse('its zip directory is damaged')
    const nameEnd = CENTRAL_BYTES + rest.readUInt16LE(28)
    const extraEnd = nameEnd + rest.readUInt16LE(30)
    const end = extraEnd + rest.readUInt16LE(32)
    if (end > rest.length) throw refuse('its zip directory is damaged')
    const name = rest.toString('utf8', CENTRAL_BYTES, nameEnd)
    if (entries.has(name)) throw refuse(`its zip directory has the entry ${shortened(name)} twice`)
    entries.set(name, entryOf(name, rest, rest.subarray(nameEnd, extraEnd), refuse))
    at += end
  }
  return entries
}

function entryOf(name: string, central: Buffer, extra: Buffer, refuse: Refuse): ZipEntry {
  const resave = 'PyTorch stores its files uncompressed: save it again with torch.save'
  if ((central.readUInt16LE(8) & ENCRYPTED) !== 0)
    throw refuse(`its zip entry ${shortened(name)} is encrypted`, resave)
  if (central.readUInt16LE(10) !== STORED)
    throw refuse(`its zip entry ${shortened(name)} is compressed`, resave)
  // A field that is full in 32 bits stands in the Zip64 extra, in this order, each only if it is full.
  const fields = [24, 20, 42].map((offset) => central.readUInt32LE(offset))
  const wide = zip64Of(extra)
  const [size, packed, header] = fields.map((field) => (field === FULL_32 ? (wide.shift() ?? NaN) : field))
  if (size === undefined || packed !== size || header === undefined || !Number.isSafeInteger(size + header))
    throw refuse(`the sizes of its zip entry ${shortened(name)} contradict each other`)
  return { name, size, header }
}

function zip64Of(extra: Buffer): number[] {
  let at = 0
  while (at + 4 <= extra.length) {
    const end = at + 4 + extra.readUInt16LE(at + 2)
    if (extra.readUInt16LE(at) === ZIP64_EXTRA && end <= extra.length) {
      const values: number[] = []
      for (let field = at + 4; field + 8 <= end; field += 8) values.push(safe(extra.readBigUInt64LE(field)))
      return values
    }
    at = end
  }
  return []
}

/** Past every file where it is past the safe integers. */
function safe(value: bigint): number {
  return value > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(value)
}
