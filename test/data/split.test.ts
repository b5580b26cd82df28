import { createHash } from 'node:crypto'
import { expect, expectTypeOf, test } from 'vitest'
import { FaceDataset, randomSplit } from '../../lib/data/index.js'
import { stratifiedSplit } from '../../lib/data/split.js'
import { temporaryFolder } from '../files/temporary-folder.js'
import { place } from './drawn.js'
import { thrownBy } from './thrown.js'

async function people(...counts: number[]): Promise<FaceDataset> {
  const root = temporaryFolder()
  for (const [label, count] of counts.entries()) {
    place(
      root,
      Array.from({ length: count }, (_, index) => `person-${label}/${index}.jpg`),
    )
  }
  return FaceDataset.fromFolder(root)
}

/** Labels of identities with these counts, in order. */
function labelsOf(counts: readonly number[]): Int32Array {
  return Int32Array.from(counts.flatMap((count, label) => new Array<number>(count).fill(label)))
}

function names(counts: readonly number[]): string[] {
  return counts.map((_, label) => `person-${label}`)
}

function countsIn(part: Int32Array | undefined, labels: Int32Array, classes: number): number[] {
  const counts = new Array<number>(classes).fill(0)
  for (const index of part ?? []) (counts[labels[index] as number] as number)++
  return counts
}

test('wrong fractions and options are refused by name', async () => {
  const faces = await people(3, 3)
  const split = (fractions: unknown, options?: object) => () =>
    faces.split(fractions as { a: number }, options)
  for (const wrong of [
    undefined,
    null,
    0.8,
    [0.8, 0.2],
    { train: '0.8', val: 0.2 },
    { train: NaN, val: 1 },
  ]) {
    expect(split(wrong)).toThrow(TypeError)
  }
  for (const wrong of [{}, { train: 1.2, val: -0.2 }, { train: 1, val: 0 }, { train: 0.8, val: 0.1 }]) {
    expect(split(wrong)).toThrow(RangeError)
  }
  expect(split({ train: 0.8, val: 0.3 })).toThrow('add up to 1 but received 0.8 + 0.3 = 1.1')
  expect(split({ train: 0.8, val: '0.2' })).toThrow('fractions.val')
  const fair = { train: 0.5, val: 0.5 }
  expect(split(fair, { seed: -1 })).toThrow(RangeError)
  expect(split(fair, { seed: 0.5 })).toThrow('seed')
  expect(split(fair, { method: 'grouped' })).toThrow("one of 'stratified', 'random'")
  expect(split(fair, { shuffle: true })).toThrow('Unknown option shuffle')
})

test('an identity with one photograph is named, and may be filtered or split at random', async () => {
  const faces = await people(4, 1, 4, 1)
  const error = await thrownBy(() => faces.split({ train: 0.5, val: 0.5 }))
  expect(error).toMatchObject({ name: 'TorchError', code: 'DATASET' })
  expect(error.message).toContain('2 identities have only one photograph: "person-1", "person-3"')
  const counts = faces.counts()
  const several = faces.filter(({ label }) => (counts[label] as number) >= 2)
  const { train, val } = several.split({ train: 0.5, val: 0.5 })
  expect([train.counts(), val.counts()]).toEqual([
    [2, 0, 2, 0],
    [2, 0, 2, 0],
  ])
  expect(faces.split({ train: 0.5, val: 0.5 }, { method: 'random' }).val.length).toBe(5)
})

test('three parts need three photographs of each', async () => {
  const faces = await people(3, 2)
  const error = await thrownBy(() => faces.split({ train: 0.7, val: 0.2, test: 0.1 }))
  expect(error.message).toContain('1 identity has fewer than 3 photographs: "person-1"')
})

test('a part without photographs is refused by name', async () => {
  const faces = await people(1, 1)
  const error = await thrownBy(() => faces.split({ train: 0.9, val: 0.1 }, { method: 'random' }))
  expect(error).toMatchObject({ code: 'DATASET' })
  expect(error.message).toContain('leaves none for val')
})

test('photographs without labels can only be split at random', async () => {
  const root = temporaryFolder()
  place(root, ['1.jpg', '2.jpg'])
  const unlabelled = await FaceDataset.unlabelled(root)
  expect(await thrownBy(() => unlabelled.split({ a: 0.5, b: 0.5 }))).toMatchObject({ code: 'DATASET' })
  expect(unlabelled.split({ a: 0.5, b: 0.5 }, { method: 'random' }).a.length).toBe(1)
})

test('the parts have the names of the fractions, also for the compiler', async () => {
  const faces = await people(5, 5)
  const parts = faces.split({ train: 0.8, val: 0.2 }, { seed: 42 })
  expectTypeOf(parts).toEqualTypeOf<Record<'train' | 'val', FaceDataset>>()
  // @ts-expect-error there is no part of this name
  expect(parts.test).toBeUndefined()
  expect(Object.keys(parts)).toEqual(['train', 'val'])
})

test('every sample stands in exactly one part, and keeps its label and the classes', async () => {
  const faces = await people(7, 4, 9)
  for (const method of ['stratified', 'random'] as const) {
    const { train, val, test } = faces.split({ train: 0.5, val: 0.3, test: 0.2 }, { seed: 3, method })
    const together = [...train, ...val, ...test]
    expect(together).toHaveLength(faces.length)
    const byFile = (a: { file: string }, b: { file: string }) => (a.file < b.file ? -1 : 1)
    expect(together.sort(byFile)).toEqual([...faces.samples].sort(byFile))
    expect(val.classes).toEqual(faces.classes)
  }
})

test('stratified is the default, is the same for the same seed and another for another', async () => {
  const faces = await people(10, 10, 10)
  const files = (seed?: number) => {
    const options = seed === undefined ? {} : { seed }
    return faces.split({ train: 0.8, val: 0.2 }, options).val.samples.map(({ file }) => file)
  }
  expect(files(1)).toEqual(files(1))
  expect(files(1)).not.toEqual(files(2))
  expect(files()).toEqual(files(0))
  expect(faces.split({ train: 0.8, val: 0.2 }).val.counts()).toEqual([2, 2, 2])
})

test('the stratified parts are drawn: each photograph is for validation as often as any other', () => {
  const labels = labelsOf([5])
  const chosen = new Array<number>(5).fill(0)
  for (let seed = 0; seed < 500; seed++) {
    const [, val] = stratifiedSplit(labels, ['one'], [0.8, 0.2], seed)
    ;(chosen[val?.[0] as number] as number)++
  }
  expect(chosen.reduce((sum, count) => sum + count)).toBe(500)
  for (const count of chosen) expect(count).toBeGreaterThan(60)
})

test.each([
  { counts: new Array<number>(50).fill(20), fractions: [0.8, 0.2], totals: [800, 200] },
  { counts: new Array<number>(40).fill(9), fractions: [0.8, 0.2], totals: [288, 72] },
  { counts: new Array<number>(10).fill(10), fractions: [0.85, 0.15], totals: [85, 15] },
  { counts: [100, 100], fractions: [0.29, 0.71], totals: [58, 142] },
  // Six identities owe the last part a whole photograph for less than a whole share: 12 of 102, not 10.
  { counts: [4, 7, 11, 13, 30, 5, 8, 9, 5, 10], fractions: [0.7, 0.2, 0.1], totals: [71, 19, 12] },
  { counts: [2, 2, 2, 2, 50], fractions: [0.8, 0.2], totals: [44, 14] }, // 4 are owed to the small, 10 are a share
])(
  '$fractions of $counts: at least one of each everywhere, totals $totals',
  ({ counts, fractions, totals }) => {
    const labels = labelsOf(counts)
    const parts = stratifiedSplit(labels, names(counts), fractions, 42)
    for (const [part, indices] of parts.entries()) {
      for (const [label, count] of countsIn(indices, labels, counts.length).entries()) {
        const share = (counts[label] as number) * (fractions[part] as number)
        expect(count).toBeGreaterThanOrEqual(1)
        expect(Math.abs(count - share)).toBeLessThan(1 + 1e-9)
      }
    }
    expect(parts.map((indices) => indices.length)).toEqual(totals)
  },
)

// SHA-256 of both parts' indices as little-endian int32, one after the other, from PyTorch 2.13.
test.each([
  { seed: 0, sum: 'a686ea3503dabda78f2a4aafc5ffd6477e92a8c30d8c375197520d5633740cf1' },
  { seed: 42, sum: 'fbce1cf36ac3dbf403de6fdc36fc0ffec5389f3f5a50612164d3fcd03cab1e6c' },
  { seed: 2 ** 32 + 5, sum: '12b8692e01cc83959dfb37695fa30cc0a61d9b420d65465c6194f53521e77e90' },
])('random_split of 140,000, seed $seed', ({ seed, sum }) => {
  const hash = createHash('sha256')
  for (const part of randomSplit(140_000, [0.8, 0.2], seed)) hash.update(part)
  expect(hash.digest('hex')).toBe(sum)
})

test('the random method of a dataset keeps the order of the permutation', async () => {
  const faces = await people(5, 5)
  const permuted = randomSplit(faces.length, [0.8, 0.2], 42)
  const { train, val } = faces.split({ train: 0.8, val: 0.2 }, { seed: 42, method: 'random' })
  for (const [index, part] of [train, val].entries()) {
    expect(part.samples).toEqual(Array.from(permuted[index] ?? [], (position) => faces.at(position)))
  }
})
