// Photographs for measuring: a drawn face for each identity, and pictures of it that differ as photographs do.

import { existsSync } from 'node:fs'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'

/** Pixels a side of a photograph, and of the drawing that it is a part of. */
const SIDE = 224
const DRAWING = 256

export interface DrawnSet {
  readonly photographs: number
  readonly identities: number
}

/** A folder an identity with JPEGs of 224 pixels, drawn where they are missing; returns the folder. */
export async function drawPhotographs(
  folder: string,
  { photographs, identities }: DrawnSet,
  onProgress: (done: number) => void,
): Promise<string> {
  const target = join(folder, `drawn-${photographs}-of-${identities}`)
  const unfinished = `${target}.unfinished`
  if (existsSync(target)) return target
  sharp.concurrency(1)
  let identity = 0
  let done = 0
  const lane = async () => {
    while (identity < identities) {
      const own = identity++
      const first = Math.floor((own * photographs) / identities)
      const count = Math.floor(((own + 1) * photographs) / identities) - first
      await drawIdentity(join(unfinished, `n${String(own).padStart(6, '0')}`), own, count)
      done += count
      onProgress(done)
    }
  }
  await Promise.all(Array.from({ length: 2 * availableParallelism() }, lane))
  await rename(unfinished, target)
  return target
}

async function drawIdentity(folder: string, identity: number, count: number): Promise<void> {
  if (existsSync(join(folder, `${count - 1}.jpg`))) return
  await mkdir(folder, { recursive: true })
  const drawing = drawFace(identity)
  const random = generator(identity * 7919 + 1)
  const slack = DRAWING - SIDE
  for (let photograph = 0; photograph < count; photograph++) {
    const raw = { width: DRAWING, height: DRAWING, channels: 3 } as const
    const picture = sharp(drawing, { raw })
      .extract({ left: below(random, slack), top: below(random, slack), width: SIDE, height: SIDE })
      .flop(random() < 0.5)
      .linear(0.8 + 0.4 * random(), 20 * random() - 10)
    await writeFile(join(folder, `${photograph}.jpg`), await picture.jpeg({ quality: 90 }).toBuffer())
  }
}

/** An ellipse with hair, eyes and a mouth before a gradient, under the grain of a camera. */
function drawFace(identity: number): Buffer {
  const random = generator(identity + 1)
  const colour = () => [below(random, 256), below(random, 256), below(random, 256)] as const
  const [skin, hair, back, eyes] = [colour(), colour(), colour(), colour()]
  const [wide, high, apart, brow] = [
    0.28 + 0.1 * random(),
    0.36 + 0.1 * random(),
    0.09 + 0.05 * random(),
    random(),
  ]
  const pixels = Buffer.alloc(DRAWING * DRAWING * 3)
  for (let y = 0; y < DRAWING; y++) {
    for (let x = 0; x < DRAWING; x++) {
      const [u, v] = [x / DRAWING - 0.5, y / DRAWING - 0.5]
      const face = (u / wide) ** 2 + (v / high) ** 2
      const eye = ((Math.abs(u) - apart) / 0.04) ** 2 + ((v + 0.06) / 0.025) ** 2
      const mouth = (u / 0.1) ** 2 + ((v - 0.2) / 0.02) ** 2
      const part = eye < 1 ? eyes : mouth < 1 ? hair : face < 1 ? (v < -0.2 - 0.1 * brow ? hair : skin) : back
      const light = (face < 1 ? 1 - 0.4 * face : 0.6 + 0.4 * v) * 0.8
      const grain = 14 * (random() - 0.5)
      for (let channel = 0; channel < 3; channel++) {
        pixels[(y * DRAWING + x) * 3 + channel] = Math.max(
          0,
          Math.min(255, (part[channel] as number) * light + 30 + grain),
        )
      }
    }
  }
  return pixels
}

const below = (random: () => number, count: number): number => Math.floor(random() * count)

/** Numbers in [0, 1): a linear congruential generator (Numerical Recipes), enough for pictures. */
function generator(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}
