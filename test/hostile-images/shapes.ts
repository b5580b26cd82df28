// Photographs of one pixel, of one line, and as wide or as high as each format allows.

import sharp from 'sharp'
import { fileInput, type Input } from './input.js'

type Form = readonly [format: 'jpeg' | 'png' | 'webp' | 'avif' | 'tiff' | 'gif', limit: number]

const forms: readonly Form[] = [
  ['jpeg', 65_500],
  ['png', 1_000_000],
  ['webp', 16_383],
  ['avif', 16_384],
  ['tiff', 1_000_000],
  ['gif', 65_500],
]

const sizes: readonly (readonly [width: number, height: number])[] = [
  [1, 1],
  [2, 1],
  [1, 3],
  [65_000, 1],
  [1, 65_000],
  [16_000, 2],
  [2, 16_000],
  [16_000, 200],
  [200, 16_000],
  [1_000_000, 1],
  [1, 1_000_000],
  [4001, 3001],
]

/** What a side may have. */
const SIDE_LIMIT = 16_384
const within = (...size: number[]) => (Math.max(...size) > SIDE_LIMIT ? 'refused' : 'decoded')

export function shapeInputs(): Input[] {
  return forms.flatMap(([format, limit]) =>
    sizes
      .filter((size) => size.every((side) => side <= limit))
      .map(([width, height]) =>
        fileInput('shapes', `${format} of ${width} x ${height}`, `x.${format}`, within(width, height), () =>
          sharp({ create: { width, height, channels: 3, background: '#c86' } })
            .toFormat(format, format === 'tiff' ? { compression: 'lzw' } : { effort: 1 })
            .toBuffer(),
        ),
      ),
  )
}
