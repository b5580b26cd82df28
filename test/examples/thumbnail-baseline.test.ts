import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { thumbnailAccuracy } from '../../examples/01-train-a-classifier/thumbnail-baseline.js'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'thumbnails-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** A grey square with a bright left share. */
async function photograph(name: string, label: string, share: number) {
  const file = join(folder, name)
  const bright = { create: { width: 64 * share, height: 64, channels: 3 as const, background: '#eee' } }
  const dark = sharp({ create: { width: 64, height: 64, channels: 3, background: '#222' } })
  await dark
    .composite([{ input: bright, left: 0, top: 0 }])
    .png()
    .toFile(file)
  return { file, label }
}

describe('the nearest thumbnail', () => {
  it('refuses to compare with nothing', async () => {
    const one = await photograph('one.png', 'a', 0.5)
    await expect(thumbnailAccuracy([], [one])).rejects.toThrow(RangeError)
    await expect(thumbnailAccuracy([one], [])).rejects.toThrow(RangeError)
  })

  it('counts the queries whose nearest reference is of the same person', async () => {
    const references = [await photograph('a.png', 'a', 0.25), await photograph('b.png', 'b', 0.75)]
    const queries = [
      await photograph('q1.png', 'a', 0.3125),
      await photograph('q2.png', 'b', 0.6875),
      await photograph('q3.png', 'a', 0.8125), // looks like b
      await photograph('q4.png', 'b', 0.875),
    ]
    expect(await thumbnailAccuracy(references, queries)).toBe(0.75)
  })

  it('sees no colour', async () => {
    const plain = async (name: string, label: string, background: string) => {
      const file = join(folder, name)
      await sharp({ create: { width: 20, height: 30, channels: 3, background } })
        .png()
        .toFile(file)
      return { file, label }
    }
    const references = [
      await plain('red.png', 'red', '#ff0000'),
      await plain('white.png', 'white', '#ffffff'),
    ]
    const grey = await plain('green.png', 'red', '#008000') // as bright as red
    expect(await thumbnailAccuracy(references, [grey])).toBe(1)
  })
})
