import { setImmediate as turn } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { beforeAll, expect, test } from 'vitest'
import { FaceDataset } from '../../lib/data/index.js'
import { temporaryFolder } from '../files/temporary-folder.js'
import { place } from './drawn.js'
import { thrownBy } from './thrown.js'

async function people(counts: Record<string, number>): Promise<FaceDataset> {
  const root = temporaryFolder()
  for (const [name, count] of Object.entries(counts)) {
    place(
      root,
      Array.from({ length: count }, (_, index) => `${name}/${String(index).padStart(3, '0')}.jpg`),
    )
  }
  return FaceDataset.fromFolder(root)
}

test('wrong arguments are refused by name', async () => {
  const faces = await people({ anna: 2, ben: 2 })
  expect(() => faces.at(4)).toThrow(RangeError)
  expect(() => faces.at(-1)).toThrow('index')
  expect(() => faces.at('0' as unknown as number)).toThrow(TypeError)
  expect(() => faces.take(0)).toThrow(RangeError)
  expect(() => faces.take(1.5)).toThrow(TypeError)
  expect(() => faces.select([0, 4])).toThrow('indices[1]')
  expect(() => faces.filter('anna' as unknown as () => boolean)).toThrow('a function for keep')
})

test('cannot be changed', async () => {
  const faces = await people({ anna: 1, ben: 1 })
  for (const held of [faces, faces.classes, faces.samples, faces.ignored])
    expect(Object.isFrozen(held)).toBe(true)
  faces.labels()[0] = 7
  faces.counts()[0] = 7
  expect([...faces.labels()]).toEqual([0, 1])
  expect(faces.counts()).toEqual([1, 1])
})

test('samples, iteration, at, labels and counts agree', async () => {
  const faces = await people({ anna: 2, ben: 3 })
  expect(faces.length).toBe(5)
  expect(faces.samples).toHaveLength(5)
  expect([...faces]).toEqual(faces.samples)
  expect(faces.samples.map((_, index) => faces.at(index))).toEqual(faces.samples)
  expect(faces.samples[3]?.file).toMatch(/\/ben\/001\.jpg$/)
  expect([...faces.labels()]).toEqual([0, 0, 1, 1, 1])
  expect(faces.counts()).toEqual([2, 3])
})

test('filter, take and select keep the classes and make new datasets', async () => {
  const faces = await people({ anna: 2, ben: 3, cleo: 1 })
  const counts = faces.counts()
  const several = faces.filter(({ label }) => (counts[label] as number) > 1)
  expect(several.counts()).toEqual([2, 3, 0])
  expect(several.classes).toEqual(faces.classes)
  expect(faces.filter((_, index) => index % 2 === 1).samples).toEqual(
    [1, 3, 5].map((index) => faces.at(index)),
  )
  expect(faces.take(2).samples).toEqual(faces.samples.slice(0, 2))
  expect(faces.take(100).samples).toEqual(faces.samples)
  expect(faces.select([4, 0, 4]).samples).toEqual([faces.at(4), faces.at(0), faces.at(4)])
  expect(several.take(1).filter(() => false).length).toBe(0)
  expect(faces.length).toBe(6)
})

test('a filter that throws is heard', async () => {
  const faces = await people({ anna: 1, ben: 1 })
  const error = await thrownBy(() =>
    faces.filter(() => {
      throw new Error('mine')
    }),
  )
  expect(error.message).toBe('mine')
})

let collect: () => void
beforeAll(() => {
  setFlagsFromString('--expose-gc')
  collect = runInNewContext('gc')
})

test('holds under 200 bytes of heap a file', async () => {
  const root = temporaryFolder()
  const files = Array.from(
    { length: 10_000 },
    (_, index) => `n${String(index % 500).padStart(6, '0')}/${index}_01.jpg`,
  )
  place(root, files)
  await people({ anna: 1, ben: 1 }) // so that code compiled on the way is not counted
  const used = async () => {
    for (let turns = 0; turns < 3; turns++) {
      await turn()
      collect()
    }
    const { heapUsed, arrayBuffers } = process.memoryUsage()
    return heapUsed + arrayBuffers
  }
  const before = await used()
  const faces = await FaceDataset.fromFolder(root)
  const bytes = ((await used()) - before) / faces.length
  expect(bytes).toBeGreaterThan(20) // the names alone: the measurement sees the dataset
  expect(bytes).toBeLessThan(200)
})
