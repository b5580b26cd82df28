// How much of a photograph its content takes, where bands of one colour lie around it.

import type { Lightness } from './lightness.js'

/** Lightness by which a pixel of a band may differ from the band's mean: compression is not exact. */
const TOLERANCE = 10
/** Share of a line's pixels that may differ more: dust, rounded corners. */
const STRAYS = 0.02

/** Width and height of the content, as shares: [1, 1] where it fills the frame; [0, 0] for a photograph of one colour. */
export function contentOf(lightness: Lightness): readonly [width: number, height: number] {
  const { height, width, pixels } = lightness
  const row = { length: width, step: 1, next: width }
  const column = { length: height, step: width, next: 1 }
  const top = bandOf(pixels, 0, row, height)
  if (top === height) return [0, 0]
  const bottom = bandOf(pixels, (height - 1) * width, { ...row, next: -width }, height)
  const left = bandOf(pixels, 0, column, width)
  const right = bandOf(pixels, width - 1, { ...column, next: -1 }, width)
  return [Math.max(0, width - left - right) / width, Math.max(0, height - top - bottom) / height]
}

/** How lines lie in the block of pixels: `step` from pixel to pixel, `next` from line to line. */
interface Lines {
  length: number
  step: number
  next: number
}

/** How many lines from the first one on have its colour. */
function bandOf(pixels: Uint8Array, start: number, { length, step, next }: Lines, lines: number): number {
  let sum = 0
  for (let i = 0; i < length; i++) sum += pixels[start + i * step] as number
  const mean = sum / length
  const allowed = Math.floor(length * STRAYS)
  for (let line = 0; line < lines; line++) {
    let strays = 0
    for (let i = 0; i < length && strays <= allowed; i++) {
      const pixel = pixels[start + line * next + i * step] as number
      if (Math.abs(pixel - mean) > TOLERANCE) strays++
    }
    if (strays > allowed) return line
  }
  return lines
}
