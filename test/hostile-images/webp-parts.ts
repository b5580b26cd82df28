// Writes WebP files from their chunks.

/** Lossless: 14 bits a side behind the signature byte. */
export function losslessHeader(width: number, height: number): Buffer {
  const bits = Buffer.alloc(5)
  bits[0] = 0x2f
  bits.writeUInt32LE((((height - 1) << 14) | (width - 1)) >>> 0, 1)
  return bits
}

export function riff(chunks: Buffer, size = chunks.length + 4): Buffer {
  const head = Buffer.from('RIFF\0\0\0\0WEBP', 'latin1')
  head.writeUInt32LE(size >>> 0, 4)
  return Buffer.concat([head, chunks])
}

export function webpChunk(type: string, data: Buffer, size = data.length): Buffer {
  const head = Buffer.from(`${type}\0\0\0\0`, 'latin1')
  head.writeUInt32LE(size >>> 0, 4)
  return Buffer.concat([head, data, Buffer.alloc(data.length % 2)])
}

/** VP8X: flags, and 24 bits a side. */
export function extended(flags: number, width: number, height: number): Buffer {
  const data = Buffer.alloc(10)
  data[0] = flags
  data.writeUIntLE(width - 1, 4, 3)
  data.writeUIntLE(height - 1, 7, 3)
  return webpChunk('VP8X', data)
}

/** A picture of one colour: each of its five Huffman codes has a single symbol, so that no pixel takes a bit. */
export function plainWebp(width: number, height: number): Buffer {
  return webpChunk(
    'VP8L',
    Buffer.concat([losslessHeader(width, height), Buffer.from([0x88, 0x88, 0x08, 0, 0, 0, 0, 0])]),
  )
}

export const FLAGS = { animation: 2, xmp: 4, exif: 8, alpha: 16, icc: 32 }

/** @param frame the chunks of one of 120 x 90 */
export function animation(count: number, width: number, height: number, frame: Buffer): Buffer {
  const place = Buffer.alloc(16)
  place.writeUIntLE(119, 6, 3)
  place.writeUIntLE(89, 9, 3)
  const frames = Array.from({ length: count }, () => webpChunk('ANMF', Buffer.concat([place, frame])))
  const chunks = [extended(FLAGS.animation, width, height), webpChunk('ANIM', Buffer.alloc(6)), ...frames]
  return riff(Buffer.concat(chunks))
}
