// Writes little-endian TIFF files whose directories say anything.

export interface Entry {
  readonly tag: number
  /** 1: byte, 3: short, 4: long. */
  readonly type?: number
  readonly count?: number
  /** The value, or where it lies. */
  readonly value: number
}

export function directory(entries: readonly Entry[], next = 0, count = entries.length): Buffer {
  const bytes = Buffer.alloc(2 + 12 * entries.length + 4)
  bytes.writeUInt16LE(count & 0xffff, 0)
  entries.forEach((entry, index) => {
    const at = 2 + 12 * index
    bytes.writeUInt16LE(entry.tag, at)
    bytes.writeUInt16LE(entry.type ?? 4, at + 2)
    bytes.writeUInt32LE(entry.count ?? 1, at + 4)
    bytes.writeUInt32LE(entry.value >>> 0, at + 8)
  })
  bytes.writeUInt32LE(next, bytes.length - 4)
  return bytes
}

const HEADER = 8

/** @param first where the first directory lies; defaults to right behind the header */
export function tiffHeader(first = HEADER): Buffer {
  const bytes = Buffer.from('II*\0\0\0\0\0', 'latin1')
  bytes.writeUInt32LE(first, 4)
  return bytes
}

export interface TiffFields {
  readonly width: number
  readonly height: number
  /** 1: none, 5: LZW, 7: JPEG, 8: deflate, 32773: PackBits. */
  readonly compression?: number
  readonly samples?: number
  readonly bits?: number
  readonly rowsPerStrip?: number
  readonly data?: Buffer
  /** Instead of the right ones. */
  readonly offset?: number
  readonly bytes?: number
  readonly next?: number
  readonly more?: readonly Entry[]
}

/** A grey or multi-band TIFF of one strip. */
export function tiff(fields: TiffFields): Buffer {
  const { width, height, compression = 1, samples = 1, bits = 8, data = Buffer.alloc(0), more = [] } = fields
  const entries: Entry[] = [
    { tag: 256, value: width },
    { tag: 257, value: height },
    { tag: 258, type: 3, value: bits },
    { tag: 259, type: 3, value: compression },
    { tag: 262, type: 3, value: 1 },
    { tag: 273, value: 0 },
    { tag: 277, type: 3, value: samples },
    { tag: 278, value: fields.rowsPerStrip ?? height },
    { tag: 279, value: fields.bytes ?? data.length },
    ...more,
  ]
  const start = HEADER + 2 + 12 * entries.length + 4
  const placed = entries
    .map((entry) => (entry.tag === 273 ? { ...entry, value: fields.offset ?? start } : entry))
    .sort((a, b) => a.tag - b.tag)
  return Buffer.concat([tiffHeader(), directory(placed, fields.next), data])
}
