// Takes a JPEG apart at its markers, and puts others together.

export function segment(marker: number, payload: Uint8Array, length = payload.length + 2): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0])
  head.writeUInt16BE(length, 2)
  return Buffer.concat([head, payload])
}

export const SOI = Buffer.from([0xff, 0xd8])

/** Inserts segments behind the first marker. */
export function withSegments(jpeg: Buffer, ...segments: Buffer[]): Buffer {
  return Buffer.concat([SOI, ...segments, jpeg.subarray(2)])
}

export interface Part {
  readonly marker: number
  readonly start: number
  /** For a scan, that of its last byte of data. */
  readonly end: number
}

/** The segments of a whole JPEG, scans with their data. */
export function partsOf(jpeg: Buffer): Part[] {
  const parts: Part[] = []
  for (let at = 2; at + 4 <= jpeg.length && jpeg[at] === 0xff && jpeg[at + 1] !== 0xd9; ) {
    const marker = jpeg[at + 1] as number
    let end = at + 2 + jpeg.readUInt16BE(at + 2)
    if (marker === 0xda) while (end < jpeg.length && !isMarker(jpeg, end)) end++
    parts.push({ marker, start: at, end })
    at = end
  }
  return parts
}

/** Stuffed bytes and restarts belong to the data of a scan. */
function isMarker(jpeg: Buffer, at: number): boolean {
  const next = jpeg[at + 1] as number
  return jpeg[at] === 0xff && next !== 0 && !(next >= 0xd0 && next <= 0xd7)
}

const isFrame = ({ marker }: Part) => marker >= 0xc0 && marker <= 0xc2

/** Changes the frame header: its marker, precision and size are bytes 1, 4, 5 to 8 of what `change` gets. */
export function withFrame(jpeg: Buffer, change: (frame: Buffer) => void): Buffer {
  const changed = Buffer.from(jpeg)
  const frame = partsOf(jpeg).find(isFrame)
  if (frame !== undefined) change(changed.subarray(frame.start, frame.end))
  return changed
}

/** The JPEG with its scans as `change` makes them. */
export function withScans(jpeg: Buffer, change: (scans: Buffer[]) => Buffer[]): Buffer {
  const parts = partsOf(jpeg)
  const first = parts.findIndex(({ marker }) => marker === 0xda)
  // A scan and the tables before it belong together.
  const scans: Buffer[] = []
  let start = parts[first]?.start ?? jpeg.length
  for (const part of parts.slice(first)) {
    if (part.marker !== 0xda) continue
    scans.push(jpeg.subarray(start, part.end))
    start = part.end
  }
  return Buffer.concat([jpeg.subarray(0, parts[first]?.start), ...change(scans), Buffer.from([0xff, 0xd9])])
}
