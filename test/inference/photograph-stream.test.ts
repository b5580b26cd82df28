import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { TorchError } from '../../lib/errors.js'
import { PhotographStream, type PhotographStreamOptions } from '../../lib/inference/photograph-stream.js'
import type { NativePixelPack } from '../../lib/native/index.js'
import { drawn, place } from '../data/drawn.js'
import { temporaryFolder } from '../files/temporary-folder.js'
import { spoil } from '../training/small-training.js'

const size = 8

/** Photograph i is of the grey level i. */
async function greys(count: number): Promise<string[]> {
  const folder = temporaryFolder()
  const files = Array.from({ length: count }, (_, grey) => `${grey}.png`)
  for (const [grey, file] of files.entries()) {
    place(
      folder,
      [file],
      await drawn(size, size, () => [grey, grey, grey])
        .png()
        .toBuffer(),
    )
  }
  return files.map((file) => join(folder, file))
}

function streamOf(
  files: readonly string[],
  options: Partial<PhotographStreamOptions> = {},
): PhotographStream {
  return new PhotographStream(files, { sizes: [size], batchSize: 4, onBatch: () => {}, ...options })
}

describe('a stream of photographs', () => {
  it('gives each photograph once and in order, and says how far it is', async () => {
    const told: [number, number][] = []
    const seen: [place: number, grey: number][] = []
    const stream = streamOf(await greys(10), { onBatch: (done, total) => told.push([done, total]) })
    for await (const { pixels, indices, places } of stream) {
      for (const [row, place] of places.entries())
        seen.push([place, pixels.read(indices[row] as number)[0] as number])
    }
    expect(seen).toEqual(Array.from({ length: 10 }, (_, i) => [i, i]))
    expect(told).toEqual([
      [0, 10],
      [4, 10],
      [8, 10],
      [10, 10],
    ])
  })

  it('leaves out and lists what cannot be read', async () => {
    const files = await greys(100)
    spoil(files[5] as string)
    const stream = streamOf(files, { batchSize: 30 })
    const places: number[] = []
    for await (const batch of stream) places.push(...batch.places)
    expect(places).toEqual(Array.from({ length: 100 }, (_, i) => i).filter((i) => i !== 5))
    expect(stream.skipped).toMatchObject([{ file: files[5], reason: expect.stringContaining('5.png') }])
  })

  it('goes on whatever cannot be read, where any may be unreadable', async () => {
    const files = await greys(6)
    for (const place of [0, 1, 4, 5]) spoil(files[place] as string)
    const stream = streamOf(files, { unreadable: 'any' })
    const places: number[] = []
    for await (const batch of stream) places.push(...batch.places)
    expect(places).toEqual([2, 3])
    expect(stream.skipped.map(({ file }) => file)).toEqual([0, 1, 4, 5].map((place) => files[place]))
  })

  it('gives the same photographs in each size, and frees all of them', async () => {
    const packs = new Set<NativePixelPack>()
    const seen: number[] = []
    const files = await greys(6)
    spoil(files[2] as string)
    for await (const { pixels, bySize, indices } of streamOf(files, { sizes: [4, 16], unreadable: 'any' })) {
      expect([...bySize.keys()]).toEqual([4, 16])
      expect(bySize.get(4)).toBe(pixels)
      for (const pack of bySize.values()) packs.add(pack)
      for (const index of indices) {
        const [small, large] = [...bySize.values()].map((pack) => pack.read(index)) as [
          Uint8Array,
          Uint8Array,
        ]
        expect([small.length, large.length]).toEqual([4 * 4 * 3, 16 * 16 * 3])
        expect(new Set([...small, ...large]).size).toBe(1)
        seen.push(small[0] as number)
      }
    }
    expect(seen).toEqual([0, 1, 3, 4, 5])
    expect(packs.size).toBe(4)
    for (const pack of packs) expect(() => pack.read(0)).toThrow('closed')
  })

  it('gives no batch that has nothing to read', async () => {
    const files = await greys(101)
    spoil(files[0] as string)
    let photographs = 0
    for await (const { places } of streamOf(files, { batchSize: 1 })) photographs += places.length
    expect(photographs).toBe(100)
  })

  it('ends once more than 1 % cannot be read, naming them', async () => {
    const files = await greys(12)
    spoil(files[1] as string)
    const read = async () => {
      for await (const _ of streamOf(files));
    }
    await expect(read()).rejects.toMatchObject({ code: 'DATASET', message: expect.stringContaining('1.png') })
  })

  it('frees a batch when the next one is asked for, and all when it is left', async () => {
    const packs: NativePixelPack[] = []
    for await (const { pixels } of streamOf(await greys(12))) {
      packs.push(pixels)
      if (packs.length === 2) break
    }
    for (const pack of packs) expect(() => pack.read(0)).toThrow('closed')
  })

  it('ends with what onBatch throws, with nothing left unhandled', async () => {
    const files = await greys(12)
    spoil(files[9] as string) // in the batch that is decoded ahead
    const stop = new TorchError('ABORTED', 'stopped')
    const onBatch = (done: number) => {
      if (done === 8) throw stop
    }
    const read = async () => {
      for await (const _ of streamOf(files, { onBatch }));
    }
    await expect(read()).rejects.toBe(stop)
  })
})
