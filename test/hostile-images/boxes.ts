// Writes AVIF files from their boxes, so that these may say anything.

export function box(type: string, ...content: Uint8Array[]): Buffer {
  const payload = Buffer.concat(content)
  const head = Buffer.alloc(8)
  head.writeUInt32BE(payload.length + 8)
  head.write(type, 4, 'latin1')
  return Buffer.concat([head, payload])
}

/** A box with a version and flags. */
export function fullBox(type: string, version: number, ...content: Uint8Array[]): Buffer {
  return box(type, Buffer.from([version, 0, 0, 0]), ...content)
}

export const u16 = (...values: number[]) => {
  const bytes = Buffer.alloc(2 * values.length)
  values.forEach((value, index) => void bytes.writeUInt16BE(value, 2 * index))
  return bytes
}

export const u32 = (...values: number[]) => {
  const bytes = Buffer.alloc(4 * values.length)
  values.forEach((value, index) => void bytes.writeUInt32BE(value >>> 0, 4 * index))
  return bytes
}

export const ftyp = box('ftyp', Buffer.from('avif\0\0\0\0avifmif1miafMA1B', 'latin1'))

/** The first box of a type in a whole AVIF of sharp, with its head. */
export function boxOf(avif: Buffer, type: string): Buffer {
  const at = avif.indexOf(type, 0, 'latin1') - 4
  return avif.subarray(at, at + avif.readUInt32BE(at))
}

export interface Grid {
  readonly rows: number
  readonly columns: number
  readonly tile: number
  /** What the picture claims, instead of its tiles' size. */
  readonly width?: number
  readonly height?: number
  /** The items that make up the grid, instead of the tile over and over. */
  readonly references?: readonly number[]
}

/** A picture put together from one tile, again and again: item 1 is the tile, item 2 the grid. */
export function gridAvif(tileOf: Buffer, grid: Grid): Buffer {
  const { rows, columns, tile, width = columns * tile, height = rows * tile } = grid
  const references = grid.references ?? Array.from({ length: rows * columns }, () => 1)
  const data = boxOf(tileOf, 'mdat').subarray(8)
  const layout = Buffer.concat([Buffer.from([0, 1, rows - 1, columns - 1]), u32(width, height)])
  const item = (id: number, type: string) =>
    fullBox('infe', 2, u16(id, 0), Buffer.from(`${type}\0`, 'latin1'))
  const properties = box(
    'ipco',
    boxOf(tileOf, 'av1C'),
    fullBox('ispe', 0, u32(tile, tile)),
    fullBox('ispe', 0, u32(width, height)),
    fullBox('pixi', 0, Buffer.from([3, 8, 8, 8])),
  )
  const associations = Buffer.concat([
    u32(2),
    u16(1),
    Buffer.from([3, 0x81, 2, 4]),
    u16(2),
    Buffer.from([2, 3, 4]),
  ])
  const meta = (dataStart: number) =>
    fullBox(
      'meta',
      0,
      fullBox('hdlr', 0, u32(0), Buffer.from('pict', 'latin1'), Buffer.alloc(13)),
      fullBox('pitm', 0, u16(2)),
      fullBox('iinf', 0, u16(2), item(1, 'av01'), item(2, 'grid')),
      fullBox('iref', 0, box('dimg', u16(2, references.length), u16(...references))),
      box('iprp', properties, fullBox('ipma', 0, associations)),
      fullBox(
        'iloc',
        0,
        Buffer.from([0x44, 0]),
        u16(2),
        ...[
          [1, dataStart, data.length],
          [2, dataStart + data.length, layout.length],
        ].flatMap(([id, start, length]) => [u16(id as number, 0, 1), u32(start as number, length as number)]),
      ),
    )
  const start = ftyp.length + meta(0).length + 8
  return Buffer.concat([ftyp, meta(start), box('mdat', data, layout)])
}
