// Draws pictures that differ from each other as photographs do: soft blobs of many sizes, from a seed.

import type { Sharp } from 'sharp'
import { drawn } from './drawn.js'

/** The same seed gives the same scene in any size. */
export function scene(seed: number, width = 96, height = 96): Sharp {
  let state = (seed * 7919 + 1) % 2147483647
  const random = () => {
    state = (state * 48271) % 2147483647
    return state / 2147483647
  }
  for (let i = 0; i < 5; i++) random()
  const blobs = Array.from({ length: 14 }, () => ({
    x: random(),
    y: random(),
    size: 0.05 + 0.2 * random(),
    light: 180 * random() - 90,
    tint: [0, 1, 2].map(() => 40 * random() - 20),
  }))
  return drawn(width, height, (x, y) => {
    const colour = [128, 120, 110]
    for (const blob of blobs) {
      const [dx, dy] = [(x + 0.5) / width - blob.x, (y + 0.5) / height - blob.y]
      const weight = Math.exp(-(dx * dx + dy * dy) / (2 * blob.size * blob.size))
      for (const channel of [0, 1, 2])
        colour[channel] = (colour[channel] as number) + weight * (blob.light + (blob.tint[channel] as number))
    }
    return colour.map((value) => Math.max(0, Math.min(255, Math.round(value))))
  })
}
