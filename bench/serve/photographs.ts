// Photographs of no one: JPEGs of many sizes and textures, as large in bytes as cut-out faces are.

import { createHash } from 'node:crypto'
import sharp from 'sharp'

/** Always the same ones. */
export async function varied(count: number): Promise<Buffer[]> {
  return Promise.all(Array.from({ length: count }, (_, number) => photograph(number)))
}

/** Coloured spots, from two to sixteen a side, that run into each other. */
async function photograph(number: number): Promise<Buffer> {
  const spots = 2 + (number % 15)
  const outputLength = spots * spots * 3
  const pixels = createHash('shake256', { outputLength }).update(`photograph ${number}`).digest()
  const width = 120 + ((number * 37) % 200)
  return sharp(pixels, { raw: { width: spots, height: spots, channels: 3 } })
    .resize({ width, height: Math.round(width * (1 + (number % 3) / 4)), fit: 'fill', kernel: 'cubic' })
    .jpeg({ quality: 80 + (number % 4) * 5 })
    .toBuffer()
}
