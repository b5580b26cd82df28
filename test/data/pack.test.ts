import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { FaceDataset, type PackedDataset, type PackOptions, packDataset } from '../../lib/data/index.js'
import type { Progress } from '../../lib/progress/index.js'
import { temporaryFolder } from '../files/temporary-folder.js'
import { drawn, place } from './drawn.js'
import { FakePack } from './fake-pack.js'
import { thrownBy } from './thrown.js'

const identities = ['anna', 'ben']

/** Photograph i of the dataset is grey of brightness i; those in `broken` are no images. */
async function people(count: number, broken: readonly number[] = []): Promise<FaceDataset> {
  const root = temporaryFolder()
  for (let index = 0; index < count; index++) {
    const name = `${identities[Math.floor((index * identities.length) / count)]}/${String(index).padStart(3, '0')}.png`
    const photograph = await drawn(9, 7, () => [index, index, index])
      .png()
      .toBuffer()
    place(root, [name], broken.includes(index) ? Buffer.from('no image') : photograph)
  }
  return FaceDataset.fromFolder(root)
}

/** The brightness that each sample's file was drawn with, by its name. */
function brightnesses(packed: PackedDataset): number[] {
  return packed.dataset.samples.map(({ file }) => Number(file.match(/(\d+)\.png$/)?.[1]))
}

function expectRecordsToFit(packed: PackedDataset): void {
  const records = brightnesses(packed).map((_, index) => packed.pixels.read(index))
  expect(records.map((record) => record[0])).toEqual(brightnesses(packed))
  expect([...packed.labels]).toEqual(packed.dataset.samples.map(({ label }) => label))
}

test('wrong arguments are refused before a pack is made', async () => {
  const faces = await people(2)
  let made = 0
  const make = (spec: Parameters<typeof FakePack.of>[0]) => {
    made++
    return FakePack.of(spec)
  }
  const pack = (dataset: unknown, options: unknown) =>
    thrownBy(packDataset(dataset as FaceDataset, options as PackOptions, make))
  expect((await pack({ samples: [] }, { size: 8 })).message).toContain('a FaceDataset for dataset')
  for (const options of [undefined, null, {}, { size: '8' }, { size: 1.5 }]) {
    expect(await pack(faces, options)).toBeInstanceOf(TypeError)
  }
  expect(await pack(faces, { size: 0 })).toBeInstanceOf(RangeError)
  expect((await pack(faces, { size: 8, signal: 'stop' })).message).toContain('signal')
  expect((await pack(faces, { size: 8, onProgress: true })).message).toContain('onProgress')
  expect((await pack(faces, { size: 8, threads: 4 })).message).toContain('Unknown option threads')
  expect(
    await pack(
      faces.filter(() => false),
      { size: 8 },
    ),
  ).toMatchObject({ code: 'DATASET' })
  expect(made).toBe(0)
})

test('each photograph lies decoded in the record of its sample', async () => {
  const faces = await people(30)
  const packed = await packDataset(faces, { size: 4 }, FakePack.of)
  const pixels = packed.pixels as FakePack
  expect(packed.length).toBe(30)
  expect(packed.dataset).toBe(faces)
  expect(packed.skipped).toEqual([])
  expect([pixels.count, pixels.height, pixels.width]).toEqual([30, 4, 4])
  expect(pixels.sizes).toEqual(new Array(30).fill([7, 9]))
  expectRecordsToFit(packed)
  expect(pixels.closed).toBe(false)
  packed.close()
  expect(pixels.closed).toBe(true)
})

test('large photographs come shrunk to no less than twice the size', async () => {
  const root = temporaryFolder()
  const noise = await drawn(900, 500, (x, y) => [(x * 31 + y * 17) % 256, (x * y) % 256, (x ^ y) % 256])
    .jpeg()
    .toBuffer()
  place(root, ['anna/1.jpg', 'ben/1.jpg'], noise)
  const packed = await packDataset(await FaceDataset.fromFolder(root), { size: 32 }, FakePack.of)
  const { sizes } = packed.pixels as FakePack
  expect(sizes).toHaveLength(2)
  for (const [height, width] of sizes) {
    expect(height).toBe(64)
    expect(width).toBeCloseTo((900 / 500) * 64, -1)
  }
})

test('progress counts every photograph once, a bounded number is in flight', async () => {
  const events: Progress[] = []
  const packed = await packDataset(
    await people(60),
    { size: 4, onProgress: (progress) => events.push(progress) },
    FakePack.of,
  )
  expect(events.map(({ done }) => done)).toEqual(Array.from({ length: 60 }, (_, index) => index + 1))
  expect(new Set(events.map(({ task, total }) => `${task} ${total}`))).toEqual(
    new Set(['Decoding photographs 60']),
  )
  expect((packed.pixels as FakePack).mostWriting).toBeGreaterThan(0)
  expect((packed.pixels as FakePack).mostWriting).toBeLessThan(60)
})

test.each([{ broken: [3] }, { broken: [199] }, { broken: [0, 198] }, { broken: [198, 199] }])(
  'unreadable photographs $broken of 200 are skipped, listed, and leave no gap',
  async ({ broken }) => {
    const faces = await people(200, broken)
    const packed = await packDataset(faces, { size: 2 }, FakePack.of)
    expect(packed.length).toBe(200 - broken.length)
    expect(packed.skipped.map(({ file }) => file)).toEqual(broken.map((index) => faces.at(index).file))
    for (const { file, reason } of packed.skipped) expect(reason).toContain(file)
    const kept = Array.from({ length: 200 }, (_, index) => index).filter((index) => !broken.includes(index))
    expect(brightnesses(packed).sort((a, b) => a - b)).toEqual(kept)
    expect(packed.dataset.classes).toEqual(faces.classes)
    expectRecordsToFit(packed)
  },
)

test('more than 1 % of unreadable photographs is refused, the first ten named in order', async () => {
  const faces = await people(40, [5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16])
  const packs: FakePack[] = []
  const error = await thrownBy(
    packDataset(faces, { size: 2 }, (spec) => {
      packs.push(FakePack.of(spec))
      return packs[0] as FakePack
    }),
  )
  expect(error).toMatchObject({ name: 'TorchError', code: 'DATASET' })
  expect(error.message).toContain('12 of 40 photographs cannot be read, more than 1 %')
  const named = [...error.message.matchAll(/(\d{3})\.png/g)].map(([, name]) => Number(name))
  expect(named).toEqual([5, 6, 7, 8, 9, 10, 11, 12, 13, 14])
  expect(error.message).toContain('and 2 more')
  expect(packs[0]?.closed).toBe(true)
})

test('a photograph that vanished is skipped like a damaged one', async () => {
  const faces = await people(100)
  const { file } = faces.at(50)
  writeFileSync(join(file), '')
  const packed = await packDataset(faces, { size: 2 }, FakePack.of)
  expect(packed.skipped).toHaveLength(1)
  expect(packed.skipped[0]).toMatchObject({ file })
  expect(packed.skipped[0]?.reason).toContain('is empty')
})

test('an abort stops it at once, closes the pack and is ABORTED', async () => {
  const controller = new AbortController()
  let pack: FakePack | undefined
  let done = 0
  const error = await thrownBy(
    packDataset(
      await people(60),
      {
        size: 2,
        signal: controller.signal,
        onProgress: (progress) => {
          done = progress.done
          if (done === 3) controller.abort('enough')
        },
      },
      (spec) => {
        pack = FakePack.of(spec)
        return pack
      },
    ),
  )
  expect(error).toMatchObject({ name: 'TorchError', code: 'ABORTED', cause: 'enough' })
  expect(done).toBeLessThan(60)
  expect(pack).toMatchObject({ closed: true, writing: 0 })
})

test('a refusal of the pack or of the progress callback is no unreadable photograph', async () => {
  const faces = await people(4)
  let pack: FakePack | undefined
  const refusing = (spec: Parameters<typeof FakePack.of>[0]) => {
    pack = FakePack.of(spec)
    pack.refusal = Object.assign(new Error('out of memory'), { code: 'NATIVE' })
    return pack
  }
  expect(await thrownBy(packDataset(faces, { size: 2 }, refusing))).toMatchObject({
    name: 'TorchError',
    code: 'NATIVE',
  })
  expect(pack?.closed).toBe(true)
  const onProgress = () => {
    throw new Error('mine')
  }
  expect((await thrownBy(packDataset(faces, { size: 2, onProgress }, FakePack.of))).message).toBe('mine')
})

test("sharp's threads are as before, also when two packings overlap or fail", async () => {
  const before = sharp.concurrency()
  try {
    sharp.concurrency(3)
    const faces = await people(20)
    const during: number[] = []
    const onProgress = () => during.push(sharp.concurrency())
    const failing = packDataset(await people(4, [0]), { size: 2, onProgress }, FakePack.of)
    const [failed] = await Promise.allSettled([
      failing,
      packDataset(faces, { size: 2, onProgress }, FakePack.of),
    ])
    expect(failed?.status).toBe('rejected')
    expect(new Set(during)).toEqual(new Set([1]))
    expect(sharp.concurrency()).toBe(3)
  } finally {
    sharp.concurrency(before)
  }
})
