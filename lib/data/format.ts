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

/** How many scans a JPEG has at most: those of a thumbnail count too. */
export function jpegScans(bytes: Uint8Array): number {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  const start = Buffer.from([0xff, 0xda])
  let scans = 0
  for (let at = all.indexOf(start); at >= 0; at = all.indexOf(start, at + 2)) scans++
  return scans
}
