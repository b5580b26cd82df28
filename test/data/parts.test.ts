import { beforeAll, describe, expect, test } from 'vitest'
import { FaceDataset } from '../../lib/data/index.js'
import { fileFolder, temporaryFolder } from '../files/temporary-folder.js'
import { place } from './drawn.js'

let root: string
let faces: FaceDataset

async function people(
  counts: Record<string, number>,
  folder = temporaryFolder(),
): Promise<[string, FaceDataset]> {
  for (const [name, count] of Object.entries(counts))
    place(
      folder,
      Array.from({ length: count }, (_, index) => `${name}/${index}.jpg`),
    )
  return [folder, await FaceDataset.fromFolder(folder)]
}

beforeAll(async () => {
  const made = await people({ anna: 7, ben: 3, cleo: 2 }, fileFolder())
  root = made[0]
  faces = made[1]
})

const files = (dataset: FaceDataset) => dataset.samples.map(({ file }) => file.replace(`${root}/`, ''))

describe('splitByFiles', () => {
  test.each<[unknown, string]>([
    [undefined, 'an object such as { train: [...], val: [...] } for lists'],
    [[['anna/0.jpg']], 'an object such as'],
    [{}, 'at least one list'],
    [{ train: 'anna/0.jpg' }, 'an array of paths for lists.train'],
    [{ train: [] }, 'at least one path for lists.train'],
    [{ train: ['anna/0.jpg', ''] }, 'for lists.train[1]'],
  ])('refuses %j', (lists, message) => {
    expect(() => faces.splitByFiles(lists as { train: string[] })).toThrow(message)
  })

  test.each<[Record<string, string[]>, string]>([
    [{ val: ['nobody/0.jpg'] }, '"nobody/0.jpg" in the list of val is no photograph of this dataset.'],
    [{ val: ['na/0.jpg'] }, 'is no photograph'],
    [{ val: ['0.jpg'] }, '"0.jpg" in the list of val may be'],
    [
      { train: ['anna/0.jpg'], val: ['anna/0.jpg'] },
      'The photograph "anna/0.jpg" stands in train and in val.',
    ],
    [{ train: ['anna/0.jpg', './anna/0.jpg'] }, 'stands twice in train.'],
  ])('refuses %j', (lists, message) => {
    expect(() => faces.splitByFiles(lists)).toThrow(message)
    expect(() => faces.splitByFiles(lists)).toThrow(expect.objectContaining({ code: 'DATASET' }))
  })

  test('keeps the order of the lists, and leaves out what is in none', () => {
    const { train, val } = faces.splitByFiles({
      train: ['ben/2.jpg', './anna/6.jpg', `${root}/anna/1.jpg`],
      val: ['anna\\4.jpg'],
    })
    expect(files(train)).toEqual(['ben/2.jpg', 'anna/6.jpg', 'anna/1.jpg'])
    expect(files(val)).toEqual(['anna/4.jpg'])
    expect(train.classes).toEqual(faces.classes)
    expect([...train.labels()]).toEqual([1, 0, 0])
  })
})

describe('kFold', () => {
  test('refuses wrong arguments, identities of one photograph, and datasets without labels', async () => {
    for (const folds of [1, 13, 2.5]) expect(() => faces.kFold(folds)).toThrow('folds')
    expect(() => faces.kFold(2, { method: 'even' as never })).toThrow('method')
    const [folder, single] = await people({ anna: 2, ben: 1, cleo: 1 })
    expect(() => single.kFold(2)).toThrow('2 of 3 have one: "ben", "cleo". Add photographs')
    expect(single.kFold(2, { method: 'random' })).toHaveLength(2)
    const unlabelled = await FaceDataset.unlabelled(folder)
    expect(() => unlabelled.kFold(2)).toThrow('no labels to stratify by')
    expect(unlabelled.kFold(4, { method: 'random' })).toHaveLength(4)
  })

  test.each(['stratified', 'random'] as const)(
    '%s: each photograph is measured on once, and learned otherwise',
    (method) => {
      for (const folds of [2, 3, 5]) {
        const parts = faces.kFold(folds, { seed: 7, method })
        expect(parts).toHaveLength(folds)
        expect(parts.flatMap(({ val }) => files(val)).sort()).toEqual(files(faces).sort())
        const sizes = parts.map(({ val }) => val.length)
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1)
        for (const { train, val } of parts)
          expect([...files(train), ...files(val)].sort()).toEqual(files(faces).sort())
      }
    },
  )

  test('stratified: an identity is dealt evenly, and is learned in every fold', () => {
    for (const { train, val } of faces.kFold(3, { seed: 1 })) {
      expect(train.counts().every((count) => count > 0)).toBe(true)
      for (const [label, count] of faces.counts().entries())
        expect(Math.abs((val.counts()[label] as number) - count / 3)).toBeLessThan(1)
    }
  })

  test('the same seed deals the same folds, another one others', () => {
    const deal = (seed: number) => faces.kFold(3, { seed }).map(({ val }) => files(val))
    expect(deal(4)).toEqual(deal(4))
    expect(deal(4)).not.toEqual(deal(5))
  })
})

describe('merge', () => {
  test('refuses what is no dataset, the same photograph twice, and labels beside none', async () => {
    expect(() => faces.merge([] as never)).toThrow('a FaceDataset for others[0]')
    expect(() => faces.merge(faces.take(2))).toThrow('2 photographs stand twice')
    const [folder] = await people({ dora: 1, emil: 1 })
    const unlabelled = await FaceDataset.unlabelled(folder)
    expect(() => faces.merge(unlabelled)).toThrow('with labels and without cannot be merged')
  })

  test('keeps the order, and gives everyone a label among all identities', async () => {
    const [folder, others] = await people({ ada: 2, ben: 1, zoe: 1 })
    const all = faces.filter(({ label }) => label > 0).merge(others)
    expect(all.classes).toEqual(['ada', 'anna', 'ben', 'cleo', 'zoe'])
    expect(all.samples.map(({ file, label }) => [file.split('/').at(-2), all.classes[label]])).toEqual(
      ['ben', 'ben', 'ben', 'cleo', 'cleo', 'ada', 'ada', 'ben', 'zoe'].map((name) => [name, name]),
    )
    expect(all.at(5).file).toBe(`${folder}/ada/0.jpg`)
    const { train, val } = faces.split({ train: 0.5, val: 0.5 }, { seed: 2 })
    expect(train.merge(val).length).toBe(faces.length)
    expect(faces.merge().samples).toEqual(faces.samples)
  })

  test('datasets without labels', async () => {
    const [one] = await people({ a: 1, b: 2 })
    const [other] = await people({ c: 1, d: 1 })
    const merged = (await FaceDataset.unlabelled(one)).merge(await FaceDataset.unlabelled(other))
    expect(merged.classes).toEqual([])
    expect([...merged.labels()]).toEqual([-1, -1, -1, -1, -1])
  })
})
