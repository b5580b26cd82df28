// Reads a zip archive (Zip64 too) from disk: its list of entries, and single entries as checked streams of bytes.
// Layout: PKWARE's APPNOTE.TXT, sections 4.3 and 4.5.3.

import { open } from 'node:fs/promises'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { crc32, createInflateRaw } from 'node:zlib'

const END = 0x06054b50
const END_64_LOCATOR = 0x07064b50
const END_64 = 0x06064b50
const CENTRAL = 0x02014b50
const LOCAL = 0x04034b50
const ZIP64_EXTRA = 1
const STORED = 0
const DEFLATED = 8
const FULL_32 = 0xffffffff

/** Opens an archive: { entries, extract(entry, writable), close() }. Each entry has name, size and compressedSize. */
export async function openZip(path) {
  const file = await open(path)
  try {
    const entries = parseDirectory(await readDirectory(file, path), path)
    return { entries, extract: (entry, sink) => extract(file, path, entry, sink), close: () => file.close() }
  } catch (error) {
    await file.close()
    throw error
  }
}

function damaged(path, what) {
  return new Error(`${path} is not a whole zip archive: ${what}`)
}

async function readAt(file, path, position, length) {
  const buffer = Buffer.alloc(length)
  const { bytesRead } = await file.read(buffer, 0, length, position)
  if (bytesRead !== length) throw damaged(path, `it ends at byte ${position + bytesRead}`)
  return buffer
}

// The end record is found from the back, since a comment of up to 65,535 bytes may follow it. The comment may hold
// the record's signature too, but then not a length that fits.
async function readDirectory(file, path) {
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
  if (directory.offset + directory.size > size) throw damaged(path, 'its directory lies outside the file')
  return readAt(file, path, directory.offset, directory.size)
}

function parseDirectory(bytes, path) {
  const entries = []
  let at = 0
  while (at + 46 <= bytes.length) {
    if (bytes.readUInt32LE(at) !== CENTRAL) throw damaged(path, 'its directory is damaged')
    const nameLength = bytes.readUInt16LE(at + 28)
    const extraLength = bytes.readUInt16LE(at + 30)
    const extraStart = at + 46 + nameLength
    const entry = {
      name: bytes.toString('utf8', at + 46, extraStart),
      method: bytes.readUInt16LE(at + 10),
      crc: bytes.readUInt32LE(at + 16),
      compressedSize: bytes.readUInt32LE(at + 20),
      size: bytes.readUInt32LE(at + 24),
      offset: bytes.readUInt32LE(at + 42),
    }
    widen(entry, bytes.subarray(extraStart, extraStart + extraLength))
    entries.push(entry)
    at = extraStart + extraLength + bytes.readUInt16LE(at + 32)
  }
  return entries
}

// A field that is full in 32 bits stands in the Zip64 extra, in this order, each only if it is full.
function widen(entry, extra) {
  let at = 0
  while (at + 4 <= extra.length) {
    const id = extra.readUInt16LE(at)
    const length = extra.readUInt16LE(at + 2)
    let field = at + 4
    for (const key of id === ZIP64_EXTRA ? ['size', 'compressedSize', 'offset'] : []) {
      if (entry[key] !== FULL_32) continue
      entry[key] = Number(extra.readBigUInt64LE(field))
      field += 8
    }
    at += 4 + length
  }
}

async function extract(file, path, entry, sink) {
  if (entry.method !== STORED && entry.method !== DEFLATED) {
    throw new Error(`${path}: ${entry.name} is compressed by method ${entry.method}, which is not supported`)
  }
  const header = await readAt(file, path, entry.offset, 30)
  if (header.readUInt32LE(0) !== LOCAL) throw damaged(path, `${entry.name} is not where the directory says`)
  const start = entry.offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28)
  const check = checksum(path, entry)
  const inflate = entry.method === DEFLATED ? [createInflateRaw()] : []
  await pipeline(slices(file, path, start, entry.compressedSize), ...inflate, check, sink)
}

async function* slices(file, path, start, length) {
  const end = start + length
  for (let at = start; at < end; at += 1 << 20) yield readAt(file, path, at, Math.min(1 << 20, end - at))
}

function checksum(path, entry) {
  let crc = 0
  let size = 0
  return new Transform({
    transform(chunk, _encoding, done) {
      crc = crc32(chunk, crc)
      size += chunk.length
      done(null, chunk)
    },
    flush(done) {
      const whole = crc === entry.crc && size === entry.size
      done(whole ? null : damaged(path, `${entry.name} differs from its checksum`))
    },
  })
}
