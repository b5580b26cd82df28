// Writes small zip archives for the tests: stored or deflated, with or without Zip64 fields.

import { crc32, deflateRawSync } from 'node:zlib'

export interface ZipOptions {
  deflate?: boolean
  zip64?: boolean
  comment?: string
}

export function zipOf(files: Record<string, string | Uint8Array>, options: ZipOptions = {}): Buffer {
  const { deflate = true, zip64 = false, comment = '' } = options
  const locals: Buffer[] = []
  const central: Buffer[] = []
  let offset = 0
  for (const [name, content] of Object.entries(files)) {
    const data = Buffer.from(content)
    const packed = deflate ? deflateRawSync(data) : data
    const entry = {
      name: Buffer.from(name),
      method: deflate ? 8 : 0,
      crc: crc32(data),
      packed,
      size: data.length,
    }
    const local = Buffer.concat([localHeader(entry), entry.name, packed])
    central.push(centralHeader(entry, offset, zip64))
    locals.push(local)
    offset += local.length
  }
  const directory = Buffer.concat(central)
  return Buffer.concat([
    ...locals,
    directory,
    endOf(central.length, directory.length, offset, zip64, comment),
  ])
}

interface Entry {
  name: Buffer
  method: number
  crc: number
  packed: Buffer
  size: number
}

function localHeader(entry: Entry): Buffer {
  const header = Buffer.alloc(30)
  header.writeUInt32LE(0x04034b50, 0)
  header.writeUInt16LE(entry.method, 8)
  header.writeUInt32LE(entry.crc, 14)
  header.writeUInt32LE(entry.packed.length, 18)
  header.writeUInt32LE(entry.size, 22)
  header.writeUInt16LE(entry.name.length, 26)
  return header
}

function centralHeader(entry: Entry, offset: number, zip64: boolean): Buffer {
  const header = Buffer.alloc(46)
  header.writeUInt32LE(0x02014b50, 0)
  header.writeUInt16LE(entry.method, 10)
  header.writeUInt32LE(entry.crc, 16)
  const fields = [entry.packed.length, entry.size, offset]
  const places = [20, 24, 42]
  places.forEach((place, index) => {
    header.writeUInt32LE(zip64 ? 0xffffffff : (fields[index] as number), place)
  })
  header.writeUInt16LE(entry.name.length, 28)
  const extra = zip64 ? zip64Extra(entry.size, entry.packed.length, offset) : Buffer.alloc(0)
  header.writeUInt16LE(extra.length, 30)
  return Buffer.concat([header, entry.name, extra])
}

// Another extra field stands before it, as real archives have.
function zip64Extra(size: number, packedSize: number, offset: number): Buffer {
  const extra = Buffer.alloc(9 + 28)
  extra.writeUInt16LE(0x5455, 0)
  extra.writeUInt16LE(5, 2)
  extra.writeUInt16LE(1, 9)
  extra.writeUInt16LE(24, 11)
  for (const [index, value] of [size, packedSize, offset].entries()) {
    extra.writeBigUInt64LE(BigInt(value), 13 + 8 * index)
  }
  return extra
}

function endOf(count: number, size: number, offset: number, zip64: boolean, comment: string): Buffer {
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(zip64 ? 0xffff : count, 8)
  end.writeUInt16LE(zip64 ? 0xffff : count, 10)
  end.writeUInt32LE(zip64 ? 0xffffffff : size, 12)
  end.writeUInt32LE(zip64 ? 0xffffffff : offset, 16)
  end.writeUInt16LE(Buffer.byteLength(comment), 20)
  if (!zip64) return Buffer.concat([end, Buffer.from(comment)])
  const wide = Buffer.alloc(56 + 20)
  wide.writeUInt32LE(0x06064b50, 0)
  wide.writeBigUInt64LE(44n, 4)
  wide.writeBigUInt64LE(BigInt(count), 24)
  wide.writeBigUInt64LE(BigInt(count), 32)
  wide.writeBigUInt64LE(BigInt(size), 40)
  wide.writeBigUInt64LE(BigInt(offset), 48)
  wide.writeUInt32LE(0x07064b50, 56)
  wide.writeBigUInt64LE(BigInt(offset + size), 64)
  return Buffer.concat([wide, end, Buffer.from(comment)])
}
