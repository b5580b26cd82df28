// The lightness of a photograph's pixels, and means over any part of it.

import type { DecodedImage } from '../decode.js'

/** Lightness, with sums over all rectangles that begin in the upper left corner. */
export interface Lightness {
  readonly height: number
  readonly width: number
  /** height x width, 0 to 255. */
  readonly pixels: Uint8Array
  /** (height + 1) x (width + 1): the sum of all pixels above and to the left. */
  readonly sums: Float64Array
  /** Standard deviation of the pixels. */
  readonly deviation: number
  /** The largest difference between the channels of a pixel; 0 where all are grey. */
  readonly colour: number
}

export function lightnessOf({ data, height, width }: DecodedImage): Lightness {
  const pixels = new Uint8Array(height * width)
  const sums = new Float64Array((height + 1) * (width + 1))
  let squares = 0
  let colour = 0
  let at = 0
  for (let y = 0; y < height; y++) {
    let row = 0
    const upper = y * (width + 1) + 1
    for (let x = 0; x < width; x++, at += 3) {
      const red = data[at] as number
      const green = data[at + 1] as number
      const blue = data[at + 2] as number
      const light = (77 * red + 150 * green + 29 * blue) >> 8
      const spread = Math.max(red, green, blue) - Math.min(red, green, blue)
      if (spread > colour) colour = spread
      pixels[y * width + x] = light
      squares += light * light
      row += light
      sums[upper + width + 1 + x] = (sums[upper + x] as number) + row
    }
  }
  const count = height * width
  const mean = (sums[sums.length - 1] as number) / count
  const deviation = Math.sqrt(Math.max(0, squares / count - mean * mean))
  return { height, width, pixels, sums, deviation, colour }
}

/**
 * Means over `columns` x `rows` equal parts, row by row. Parts end within pixels, of which they take their share: so
 * the same photograph in another size has the same means.
 */
export function gridOf(lightness: Lightness, columns: number, rows: number): Float64Array {
  const { height, width } = lightness
  const grid = new Float64Array(columns * rows)
  const area = (height / rows) * (width / columns)
  for (let row = 0; row < rows; row++) {
    const [top, bottom] = [(row * height) / rows, ((row + 1) * height) / rows]
    for (let column = 0; column < columns; column++) {
      const [left, right] = [(column * width) / columns, ((column + 1) * width) / columns]
      const sum =
        sumAt(lightness, right, bottom) -
        sumAt(lightness, left, bottom) -
        sumAt(lightness, right, top) +
        sumAt(lightness, left, top)
      grid[row * columns + column] = sum / area
    }
  }
  return grid
}

/** The sum above and to the left of a point that may lie within a pixel. */
function sumAt({ sums, height, width }: Lightness, x: number, y: number): number {
  const column = Math.min(width - 1, Math.floor(x))
  const row = Math.min(height - 1, Math.floor(y))
  const [right, lower] = [x - column, y - row]
  const at = row * (width + 1) + column
  const upper = (sums[at] as number) * (1 - right) + (sums[at + 1] as number) * right
  const under = (sums[at + width + 1] as number) * (1 - right) + (sums[at + width + 2] as number) * right
  return upper * (1 - lower) + under * lower
}
