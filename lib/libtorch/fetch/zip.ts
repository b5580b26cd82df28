// Reads a zip archive (Zip64 too) from disk: its list of entries, and single entries as checked streams of bytes.
// Layout: PKWARE's APPNOTE.TXT, sections 4.3 and 4.5.3.

import { type FileHandle, open } from 'node:fs/promises'
import { Transform, type Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { crc32, createInflateRaw } from 'node:zlib'
import { TorchError } from '../../errors.js'
import { attempt, plain, quoted } from '../../files/index.js'

const END = 0x06054b50
const END_64_LOCATOR = 0x07064b50
const END_64 = 0x06064b50
const CENTRAL = 0x02014b50
const LOCAL = 0x04034b50
const ZIP64_EXTRA = 1
const STORED = 0
const DEFLATED = 8
const FULL_32 = 0xffffffff

/** A CUDA build's directory takes 2 MB; a damaged end record may claim anything. */
const LARGEST_DIRECTORY = 64e6

export interface ZipEntry {
  readonly name: string
  readonly method: number
  readonly crc: number
  readonly compressedSize: number
  readonly size: number
  readonly offset: number
}

export interface Zip {
  readonly entries: readonly ZipEntry[]
  /** Writes what an entry holds, and throws where it differs from its checksum. */
  extract(entry: ZipEntry, sink: Writable, signal?: AbortSignal): Promise<void>
  close(): Promise<void>
}

/** @throws TorchError LIBTORCH: it is no whole zip archive; FILE: it cannot be read. */
export async function openZip(path: string): Promise<Zip> {
  const file = await attempt('read', path, () => open(path))
  try {
    const entries = parseDirectory(await readDirectory(file, path), path)
    return {
      entries,
      extract: (entry, sink, signal) => extract(file, path, entry, sink, signal),
      close: () => file.close(),
    }
  } catch (error) {
    await file.close()
    throw error
  }
}

function damaged(path: string, what: string): TorchError {
  return new TorchError('LIBTORCH', `${quoted(path)} is not a whole zip archive: ${what}. Fetch it again.`)
}

async function readAt(file: FileHandle, path: string, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length)
  const { bytesRead } = await attempt('read', path, () => file.read(buffer, 0, length, position))
  if (bytesRead !== length) throw damaged(path, `it ends at byte ${position + bytesRead}`)
  return buffer
}

// The end record is found from the back, since a comment of up to 65,535 bytes may follow it. The comment may hold
// the record's signature too, but then not a length that fits.
async function readDirectory(file: FileHandle, path: string): Promise<Buffer> {
  const { size } = await file.stat()
  const length = Math.min(size, 22 + 65535)
  const tail = await readAt(file, path, size - length, length)
  let at = tail.length - 22
  const isEnd = () => tail.readUInt32LE(at) === END && at + 22 + tail.readUInt16LE(at + 20) === tail.length
  while (at >= 0 && !isEnd()) at--
  if (at < 0) throw damaged(path, 'its directory is missing')
  let directory = { size: tail.readUInt32LE(at + 12), offset: tail.readUInt32LE(at + 16) }
  if (at >= 20 && tail.readUInt32LE(at - 20) === END_64_LOCATOR) {
    const end = await readAt(file, path, Number(tail.readBigUInt64LE(at - 12)), 56)
    if (end.readUInt32LE(0) !== END_64) throw damaged(path, 'its Zip64 end record is missing')
    directory = { size: Number(end.readBigUInt64LE(40)), offset: Number(end.readBigUInt64LE(48)) }
  }
  if (directory.size > LARGEST_DIRECTORY || directory.offset + directory.size > size)
    throw damaged(path, 'its directory lies outside the file')
  return readAt(file, path, directory.offset, directory.size)
}

function parseDirectory(bytes: Buffer, path: string): ZipEntry[] {
  const entries: ZipEntry[] = []
  let at = 0
  while (at + 46 <= bytes.length) {
    if (bytes.readUInt32LE(at) !== CENTRAL) throw damaged(path, 'its directory is damaged')
    const nameLength = bytes.readUInt16LE(at + 28)
    const extraLength = bytes.readUInt16LE(at + 30)
    const extraStart = at + 46 + nameLength
    if (extraStart + extraLength > bytes.length) throw damaged(path, 'its directory is damaged')
    const entry = {
      name: bytes.toString('utf8', at + 46, extraStart),
      method: bytes.readUInt16LE(at + 10),
      crc: bytes.readUInt32LE(at + 16),
      compressedSize: bytes.readUInt32LE(at + 20),
      size: bytes.readUInt32LE(at + 24),
      offset: bytes.readUInt32LE(at + 42),
    }
    entries.push({ ...entry, ...widened(entry, bytes.subarray(extraStart, extraStart + extraLength), path) })
    at = extraStart + extraLength + bytes.readUInt16LE(at + 32)
  }
  return entries
}

// A field that is full in 32 bits stands in the Zip64 extra, in this order, each only if it is full.
function widened(entry: ZipEntry, extra: Buffer, path: string): Partial<ZipEntry> {
  const wide: { -readonly [Key in 'size' | 'compressedSize' | 'offset']?: number } = {}
  for (let at = 0; at + 4 <= extra.length; ) {
    const end = at + 4 + extra.readUInt16LE(at + 2)
    let field = at + 4
    for (const key of ['size', 'compressedSize', 'offset'] as const) {
      if (extra.readUInt16LE(at) !== ZIP64_EXTRA || entry[key] !== FULL_32) continue
      if (field + 8 > Math.min(end, extra.length)) throw damaged(path, 'its directory is damaged')
      wide[key] = Number(extra.readBigUInt64LE(field))
      field += 8
    }
    at = end
  }
  return wide
}

async function extract(
  file: FileHandle,
  path: string,
  entry: ZipEntry,
  sink: Writable,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (entry.method !== STORED && entry.method !== DEFLATED) {
    const what = `${plain(entry.name)} is compressed by method ${entry.method}`
    throw new TorchError('LIBTORCH', `${quoted(path)}: ${what}, which is not supported. Fetch it again.`)
  }
  const header = await readAt(file, path, entry.offset, 30)
  if (header.readUInt32LE(0) !== LOCAL)
    throw damaged(path, `${plain(entry.name)} is not where the directory says`)
  const start = entry.offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28)
  const bytes = slices(file, path, start, entry.compressedSize)
  const options = signal === undefined ? {} : { signal }
  const check = checksum(path, entry)
  try {
    if (entry.method === STORED) await pipeline(bytes, check, sink, options)
    else await pipeline(bytes, createInflateRaw(), check, sink, options)
  } catch (thrown) {
    // zlib's own words: 'invalid stored block lengths', 'unexpected end of file'.
    const { code = '' } = thrown as NodeJS.ErrnoException
    throw code.startsWith('Z_') ? damaged(path, `${plain(entry.name)} cannot be decompressed`) : thrown
  }
}

async function* slices(
  file: FileHandle,
  path: string,
  start: number,
  length: number,
): AsyncGenerator<Buffer> {
  const end = start + length
  for (let at = start; at < end; at += 1 << 20)
    yield await readAt(file, path, at, Math.min(1 << 20, end - at))
}

function checksum(path: string, entry: ZipEntry): Transform {
  const differs = () => damaged(path, `${plain(entry.name)} differs from its checksum`)
  let crc = 0
  let size = 0
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      crc = crc32(chunk, crc)
      size += chunk.length
      if (size > entry.size) done(differs())
      else done(null, chunk)
    },
    flush(done) {
      done(crc === entry.crc && size === entry.size ? null : differs())
    },
  })
}
