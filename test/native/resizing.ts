// Resizes pixels as a pack does, and has Pillow do the same.

import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { native } from '../../lib/native/index.js'

const python = process.env.FACECLS_PYTHON || 'python3'
const script = join(import.meta.dirname, '../python/resize.py')

export interface Size {
  readonly width: number
  readonly height: number
}

/** height x width x 3 bytes. */
export interface Pixels extends Size {
  readonly data: Uint8Array
}

/** Why there is no Pillow to compare with, or null where there is one. */
export const noPillow: string | null = reason()

function reason(): string | null {
  const { status, error } = spawnSync(python, ['-c', 'import PIL.Image'], { stdio: 'ignore' })
  if (status === 0) return null
  const what = error === undefined ? 'has no Pillow' : 'cannot be started'
  return `${JSON.stringify(python)} ${what}; FACECLS_PYTHON names a Python with Pillow`
}

export async function resizedHere({ data, height, width }: Pixels, size: Size): Promise<Uint8Array> {
  const pack = native().createPack({ count: 1, height: size.height, width: size.width, file: null })
  try {
    await pack.write(0, data, height, width)
    return pack.read(0)
  } finally {
    pack.close()
  }
}

/** Each photograph in each size. */
export function resizedByPillow(
  folder: string,
  photographs: readonly Pixels[],
  sizes: readonly Size[],
): Uint8Array[][] {
  const jobs = photographs.map(({ width, height, data }, at) => {
    writeFileSync(join(folder, `${at}.raw`), data)
    const files = sizes.map((size) => ({ ...size, file: `${at}-${size.width}x${size.height}.raw` }))
    return { source: `${at}.raw`, width, height, sizes: files }
  })
  writeFileSync(join(folder, 'jobs.json'), JSON.stringify(jobs))
  execFileSync(python, ['-B', script, 'folder', folder])
  return jobs.map((job) => job.sizes.map(({ file }) => readFileSync(join(folder, file))))
}

export interface Difference {
  /** Of 255, over all bytes. */
  readonly mean: number
  readonly most: number
  /** Of pixels none of whose bytes is more than 1 off. */
  readonly close: number
}

export function differenceOf(found: Uint8Array, wanted: Uint8Array): Difference {
  let [sum, most, close] = [0, 0, 0]
  for (let at = 0; at < wanted.length; at += 3) {
    let worst = 0
    for (let channel = at; channel < at + 3; channel++) {
      const error = Math.abs((found[channel] as number) - (wanted[channel] as number))
      sum += error
      worst = Math.max(worst, error)
    }
    most = Math.max(most, worst)
    if (worst <= 1) close++
  }
  return { mean: sum / wanted.length, most, close: close / (wanted.length / 3) }
}
