import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import sharp from 'sharp'
import { describe, expect, it, test } from 'vitest'
import { cacheSettings, FaceDataset } from '../../../lib/data/index.js'
import type { Progress } from '../../../lib/progress/index.js'
import { temporaryFolder } from '../../files/temporary-folder.js'
import { thrownBy } from '../thrown.js'
import { brightnessOf, inMemory, onDisk, open, people, seen, streamed } from './photographs.js'

describe('the choice of a cache', () => {
  it('refuses what it cannot be', () => {
    expect(() => cacheSettings('tape', undefined)).toThrow(/one of 'disk', 'memory', 'none' for kind/)
    expect(() => cacheSettings('disk', { folder: '' })).toThrow(/non-empty string for folder/)
    expect(() => cacheSettings('disk', { limit: 0 })).toThrow(RangeError)
    expect(() => cacheSettings('disk', { limit: '1 GB' as never })).toThrow(TypeError)
    expect(() => cacheSettings('disk', { size: 1 } as never)).toThrow(/Unknown option size/)
    expect(() => cacheSettings('memory', { folder: 'x' })).toThrow(
      /no folder and no limit for the cache 'memory'/,
    )
    expect(() => cacheSettings('none', { limit: 5 })).toThrow(TypeError)
  })

  it('means the same folder wherever the process goes later', () => {
    expect(cacheSettings('disk', { folder: 'packs' }).folder).toBe(resolve('packs'))
  })
})

const caches = [
  ['disk', () => onDisk(temporaryFolder())],
  ['memory', () => inMemory],
  ['none', () => streamed],
] as const

describe.each(caches)('photographs by way of %s', (name, cache) => {
  it('are those of their samples, with their labels, keyed the same in every cache', async () => {
    const { train, val } = (await people(30)).split({ train: 0.7, val: 0.3 }, { seed: 1 })
    const opened = await open([train, val], cache())
    for (const [part, source] of opened.sources.entries()) {
      const dataset = [train, val][part] as FaceDataset
      const all = await seen(source)
      expect(all.map(({ brightness }) => brightness)).toEqual(
        dataset.samples.map(({ file }) => brightnessOf(file)),
      )
      expect(all.map(({ label }) => label)).toEqual([...dataset.labels()])
      // Brightness i is photograph i of the folder, which keys it in whatever part it stands.
      expect(all.map(({ key }) => key)).toEqual(all.map(({ drawn }) => drawn))
      expect((await seen(source, 8, 2)).map(({ key }) => key)).toEqual(all.map(({ key }) => key + 60))
    }
    opened.close()
  })

  it('that cannot be read are left out and listed', async () => {
    const faces = await people(200, [3, 199])
    const opened = await open([faces], cache())
    const [source] = opened.sources
    if (source === undefined) throw new Error('no source')
    const all = await seen(source)
    expect(all).toHaveLength(198)
    expect(all.every(({ drawn, brightness }) => drawn === brightness)).toBe(true)
    expect(source.skipped.map(({ file }) => brightnessOf(file))).toEqual([3, 199])
    for (const { file, reason } of source.skipped) expect(reason).toContain(file)
    expect(source.dataset.classes).toEqual(faces.classes)
    opened.close()
  })

  it('of which more than 1 % cannot be read are refused, the first ten named in order', async () => {
    const faces = await people(40, [5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16])
    const error = await thrownBy(
      open([faces], cache()).then(async ({ sources }) => {
        for (const source of sources) await seen(source)
      }),
    )
    expect(error).toMatchObject({ name: 'TorchError', code: 'DATASET' })
    expect(error.message).toMatch(/\d+ of 40 photographs cannot be read, more than 1 %/)
    expect(error.message).toMatch(/\/0(?:0[5-9]|1[0-6])\.png/)
    if (name !== 'none') {
      const named = [...error.message.matchAll(/(\d{3})\.png/g)].map(([, found]) => Number(found))
      expect(named).toEqual([5, 6, 7, 8, 9, 10, 11, 12, 13, 14])
      expect(error.message).toContain('and 2 more')
    }
  })

  it('of no dataset are refused', async () => {
    const none = (await people(2)).filter(() => false)
    expect(await thrownBy(open([none], cache()))).toMatchObject({ code: 'DATASET' })
  })
})

describe.each(caches.slice(0, 2))('decoding before the first epoch, into %s', (_, cache) => {
  it('tells of every photograph once', async () => {
    const events: Progress[] = []
    const opened = await open([await people(60)], cache(), {
      onProgress: (progress) => events.push(progress),
    })
    const decoding = events.filter(({ task }) => task === 'Decoding photographs')
    expect(new Set(decoding.map(({ done }) => done)).size).toBe(decoding.length)
    expect(decoding.at(-1)).toMatchObject({ done: 60, total: 60 })
    opened.close()
  })

  it('ends with ABORTED when its signal says so', async () => {
    const controller = new AbortController()
    let done = 0
    const onProgress = (progress: Progress) => {
      if (progress.task !== 'Decoding photographs') return
      done = progress.done
      if (done === 3) controller.abort('enough')
    }
    const faces = await people(60)
    const error = await thrownBy(open([faces], cache(), { signal: controller.signal, onProgress }))
    expect(error).toMatchObject({ name: 'TorchError', code: 'ABORTED', cause: 'enough' })
    expect(done).toBeLessThan(60)
  })

  it('passes on what a callback throws', async () => {
    const onProgress = () => {
      throw new Error('mine')
    }
    expect((await thrownBy(open([await people(4)], cache(), { onProgress }))).message).toBe('mine')
  })
})

test('a photograph in two parts is decoded once, also where they come from different lists', async () => {
  const faces = await people(12)
  const files = faces.samples.map(({ file, label }) => ({ file, label: faces.classes[label] as string }))
  const other = await FaceDataset.fromList(files.slice(4))
  let total = 0
  const opened = await open([faces, other], inMemory, { onProgress: (progress) => (total = progress.total) })
  expect(total).toBe(12)
  const [, second] = opened.sources
  const all = await seen(second as NonNullable<typeof second>)
  expect(all.map(({ brightness }) => brightness)).toEqual([4, 5, 6, 7, 8, 9, 10, 11])
  expect(all.map(({ key }) => key)).toEqual([4, 5, 6, 7, 8, 9, 10, 11])
  opened.close()
})

test('large photographs come shrunk, and end as the size asked for', async () => {
  const root = temporaryFolder()
  const faces = await people(2)
  await sharp({ create: { width: 900, height: 500, channels: 3, background: '#102030' } })
    .jpeg()
    .toFile(`${root}/large.jpg`)
  writeFileSync(faces.at(0).file, await sharp(`${root}/large.jpg`).png().toBuffer())
  const opened = await open([faces], inMemory, { size: 32 })
  for await (const { batch } of opened.sources[0]?.batches([{ samples: Int32Array.of(0), turns: null }]) ??
    []) {
    if (batch.kind !== 'pack') throw new Error('no pack')
    const pixels = batch.pack.read(0)
    expect(pixels).toHaveLength(32 * 32 * 3)
    for (const [i, value] of [16, 32, 48].entries())
      expect(Math.abs((pixels[i] as number) - value)).toBeLessThan(4)
  }
  opened.close()
})

test('a stream reads no more than a few batches ahead, and may be left early', async () => {
  const faces = await people(80)
  const { sources } = await open([faces], streamed)
  const [source] = sources
  if (source === undefined) throw new Error('no source')
  let asked = 0
  function* orders() {
    for (; asked < 10; asked++) {
      yield { samples: Int32Array.from({ length: 8 }, (_, i) => asked * 8 + i), turns: null }
    }
  }
  for await (const { labels } of source.batches(orders())) {
    expect(labels).toHaveLength(8)
    break
  }
  expect(asked).toBeLessThan(5)
})

test('a batch of a stream stays as it is while as many more are asked for as are held', async () => {
  const faces = await people(64)
  const { sources } = await open([faces], streamed, { held: 3 })
  const orders = Array.from({ length: 8 }, (_, batch) => ({
    samples: Int32Array.from({ length: 8 }, (_, i) => batch * 8 + i),
    turns: null,
  }))
  const held: (() => number)[] = []
  let number = 0
  for await (const { batch } of sources[0]?.batches(orders) ?? []) {
    if (batch.kind !== 'pack') throw new Error('no pack')
    held.push(() => batch.pack.read(batch.indices[0] as number)[0] as number)
    expect(held.slice(-3).map((read) => read())).toEqual(
      [number - 2, number - 1, number].filter((one) => one >= 0).map((one) => one * 8),
    )
    number++
  }
  expect(number).toBe(8)
})

test("sharp's threads are as before, also when two decodings overlap or fail", async () => {
  const before = sharp.concurrency()
  try {
    sharp.concurrency(3)
    const faces = await people(20)
    const during: number[] = []
    const onProgress = () => during.push(sharp.concurrency())
    const failing = open([await people(4, [0])], inMemory, { onProgress })
    const [failed] = await Promise.allSettled([failing, open([faces], inMemory, { onProgress })])
    expect(failed?.status).toBe('rejected')
    expect(new Set(during)).toEqual(new Set([1]))
    expect(sharp.concurrency()).toBe(3)
  } finally {
    sharp.concurrency(before)
  }
})
