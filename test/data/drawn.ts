// Draws small photographs and folders of them for tests.

import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import sharp, { type Sharp } from 'sharp'

/** An image whose channels at (x, y) are what `colour` says. */
export function drawn(
  width: number,
  height: number,
  colour: (x: number, y: number) => readonly number[],
): Sharp {
  const channels = colour(0, 0).length as 1 | 2 | 3 | 4
  const data = Buffer.alloc(width * height * channels)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) data.set(colour(x, y), (y * width + x) * channels)
  }
  return sharp(data, { raw: { width, height, channels } })
}

/** A small JPEG of one colour, (8 x 6). */
export function jpeg(red = 200, green = 100, blue = 50): Promise<Buffer> {
  return drawn(8, 6, () => [red, green, blue])
    .jpeg({ quality: 100 })
    .toBuffer()
}

/** Writes files under a folder, with the folders between; no content means an empty file. */
export function place(root: string, files: Iterable<string>, content: Uint8Array = new Uint8Array()): void {
  for (const file of files) {
    mkdirSync(dirname(join(root, file)), { recursive: true })
    writeFileSync(join(root, file), content)
  }
}
