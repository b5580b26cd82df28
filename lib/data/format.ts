// Tells a photograph's format by its first bytes, so that no other decoder (SVG, PDF, ...) ever sees a stranger's file.

function ascii(bytes: Uint8Array, start: number, end: number): string {
  return String.fromCharCode(...bytes.subarray(start, end))
}

/** The format of JPEG, PNG, WebP, AVIF, TIFF or GIF bytes; null for all else. */
export function photographFormat(
  bytes: Uint8Array,
): 'jpeg' | 'png' | 'webp' | 'avif' | 'tiff' | 'gif' | null {
  if (ascii(bytes, 0, 3) === '\xff\xd8\xff') return 'jpeg'
  if (ascii(bytes, 0, 8) === '\x89PNG\r\n\x1a\n') return 'png'
  if (ascii(bytes, 0, 4) === 'RIFF' && ascii(bytes, 8, 12) === 'WEBP') return 'webp'
  if (['II*\0', 'MM\0*', 'II+\0', 'MM\0+'].includes(ascii(bytes, 0, 4))) return 'tiff'
  if (['GIF87a', 'GIF89a'].includes(ascii(bytes, 0, 6))) return 'gif'
  // An ISO base media file names its brand, then those it is compatible with, within its first box.
  if (ascii(bytes, 4, 8) === 'ftyp' && /avi[fs]/.test(ascii(bytes, 8, 64))) return 'avif'
  return null
}

/** Bytes within which an AVIF tells the sizes of its parts: its metadata lie before its pixels. */
const METADATA = 64 * 1024

/** The most pixels a side that an AVIF claims in a box 'ispe'; 0 where there is none. */
export function largestAvifSide(bytes: Uint8Array): number {
  if (photographFormat(bytes) !== 'avif') return 0
  const metadata = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, METADATA))
  let largest = 0
  for (
    let at = metadata.indexOf('ispe');
    at >= 0 && at + 16 <= metadata.length;
    at = metadata.indexOf('ispe', at + 4)
  )
    largest = Math.max(largest, metadata.readUInt32BE(at + 8), metadata.readUInt32BE(at + 12))
  return largest
}

const END_OF_IMAGE = 0xd9
const START_OF_SCAN = 0xda
/** Markers without a segment: restarts, and a byte of data that looks like a marker. */
const isBare = (marker: number) => marker <= 0x01 || (marker >= 0xd0 && marker <= 0xd8)
/** Markers that are looked at, a tenth of a second: more than 200 MB of a photograph's data hold. */
const MARKERS = 4_000_000

/**
 * How many scans a JPEG has before its end, counted up to `limit`, which stands for more markers than a photograph has
 * too. Segments are stepped over, so that a thumbnail's scans do not count.
 */
export function jpegScans(bytes: Uint8Array, limit: number): number {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  let scans = 0
  let markers = 0
  for (let at = 0; at >= 0 && at + 4 <= all.length && scans < limit; markers++) {
    if (markers === MARKERS) return limit
    const marker = all[at + 1] as number
    if (marker === END_OF_IMAGE) break
    if (marker === START_OF_SCAN) scans++
    // Fill bytes come before a marker; the data of a scan are looked through for the next one.
    const length = marker === 0xff ? 1 : isBare(marker) ? 2 : 2 + all.readUInt16BE(at + 2)
    at = all.indexOf(0xff, at + length)
  }
  return scans
}
