// A predictor's evaluation from photographs to report, against what `classify` says of the same photographs.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { FaceDataset } from '../../../lib/data/index.js'
import { type Candidate, type EvaluateOptions, Predictor } from '../../../lib/inference/index.js'
import { thrownBy } from '../../data/thrown.js'
import { fileFolder, temporaryFolder } from '../../files/temporary-folder.js'
import { drawnFaces, spoil } from '../../training/small-training.js'
import { saveRandomBundle } from '../random-bundle.js'

const shared = fileFolder()
const bundle = join(shared, 'random.safetensors')
const people = ['=cmd', 'anna', 'ben', 'carl', 'dora', 'emil', 'frieda']
let faces: FaceDataset // 70: two batches and a part of one
let predictor: Predictor

beforeAll(async () => {
  await saveRandomBundle(bundle, people)
  faces = await drawnFaces(people, 10, join(shared, 'faces'))
  predictor = await Predictor.open(bundle)
  return () => predictor.close()
})

describe('wrong arguments', () => {
  it.each<[string, unknown, ErrorConstructor, string]>([
    ['no object', 7, TypeError, 'Expected an object for options but received 7'],
    ['an unknown option', { group: 'a.csv' }, TypeError, 'Unknown option group in options'],
    ['groups', { groups: 7 }, TypeError, 'for groups but received 7'],
    ['confused pairs', { confusedPairs: -1 }, RangeError, 'of at least 0 for confusedPairs'],
    ['worst photographs', { worst: 1.5 }, TypeError, 'for worst but received 1.5'],
    ['a signal', { signal: {} }, TypeError, 'Expected an AbortSignal for signal'],
    ['a listener', { onProgress: 7 }, TypeError, 'Expected a function for onProgress'],
  ])('%s', async (_, options, type, message) => {
    const error = await thrownBy(predictor.evaluate(faces, options as EvaluateOptions))
    expect(error).toBeInstanceOf(type)
    expect(error.message).toContain(message)
  })

  it('a dataset without labels, and groups that do not fit, before anything is decoded', async () => {
    const seen: number[] = []
    const onProgress = ({ done }: { done: number }) => seen.push(done)
    const unlabelled = await FaceDataset.unlabelled(join(shared, 'faces'))
    await expect(predictor.evaluate(unlabelled, { onProgress })).rejects.toThrow(/without labels/)
    await expect(predictor.evaluate(faces, { groups: 'nowhere.csv', onProgress })).rejects.toMatchObject({
      code: 'FILE',
    })
    expect(seen).toEqual([])
  })
})

it('agrees with classify, photograph by photograph', async () => {
  const files = faces.samples.map(({ file }) => file)
  const ranked = await predictor.classify(files, { top: people.length })
  const report = await predictor.evaluate(faces, { worst: 70, confusedPairs: 1000 })
  const wrong = files.filter((_, i) => ranked[i]?.[0]?.identity !== people[faces.at(i).label])
  expect(report).toMatchObject({ count: 70, skipped: [], top1: (70 - wrong.length) / 70, groups: [] })
  const inTop5 = files.filter((_, i) =>
    (ranked[i] as Candidate[]).slice(0, 5).some(({ identity }) => identity === people[faces.at(i).label]),
  )
  expect(report.top5).toBeCloseTo(inTop5.length / 70, 12)
  expect(report.worst).toHaveLength(70)
  for (const { file, identity, predicted, probability, predictedProbability, loss } of report.worst) {
    const candidates = ranked[files.indexOf(file)] as Candidate[]
    const own = candidates.find((candidate) => candidate.identity === identity)
    expect(predicted).toBe(candidates[0]?.identity)
    expect(probability).toBeCloseTo(own?.probability as number, 4)
    expect(predictedProbability).toBeCloseTo(candidates[0]?.probability as number, 4)
    expect(loss).toBeCloseTo(-Math.log(probability), 9)
  }
  expect(report.confusedPairs.reduce((sum, { count }) => sum + count, 0)).toBe(wrong.length)
  expect(report.perClass.map(({ identity, count }) => [identity, count])).toEqual(
    people.map((name) => [name, 10]),
  )
})

it('measures groups of several columns in one pass, by identity or by photograph', async () => {
  const table = join(temporaryFolder(), 'people.csv')
  writeFileSync(table, 'name,gender,age\nanna,f,20\ndora,f,30\nben,m,20\ncarl,m,\nemil,m,30\n')
  const groups = { table, columns: ['gender', 'age'], identity: 'name' }
  const { groups: both, count } = await predictor.evaluate(faces, { groups })
  expect(
    both.map(({ column, groups }) => [column, ...groups.map(({ group, count }) => [group, count])]),
  ).toEqual([
    ['gender', ['f', 20], ['m', 30], [null, 20]],
    ['age', ['20', 20], ['30', 20], [null, 30]],
  ])
  for (const { groups } of both) expect(groups.reduce((sum, one) => sum + one.count, 0)).toBe(count)
  const told = await predictor.evaluate(faces, {
    groups: ({ identity }) => (identity < 'c' ? 'early' : 'late'),
  })
  expect(told.groups[0]?.gap?.highest).toMatch(/early|late/)
})

it('names photographs that cannot be read, and counts them nowhere', async () => {
  const many = await drawnFaces(['anna', 'ben'], 60)
  spoil(many.at(3).file)
  const report = await predictor.evaluate(many, { worst: 1000, groups: ({ identity }) => identity })
  expect(report.skipped).toEqual([
    { file: many.at(3).file, reason: expect.stringContaining(many.at(3).file) },
  ])
  expect(report.count).toBe(119)
  expect(report.worst.some(({ file }) => file === many.at(3).file)).toBe(false)
  expect(report.groups[0]?.groups.map(({ count }) => count)).toEqual([59, 60])
  expect(report.perClass.find(({ identity }) => identity === 'anna')?.count).toBe(59)
  expect(report.perClass.find(({ identity }) => identity === 'emil')).toMatchObject({
    count: 0,
    recall: null,
  })
  expect(`${report}`).toContain('119 photographs of 2 identities, 1 unreadable')
})

it('prints itself, hostile names escaped, and is the same for the same photographs', async () => {
  const report = await predictor.evaluate(faces, { groups: ({ identity }) => `${identity}\u001b[31m` })
  expect(`${report}`).toMatch(/^70 photographs of 7 identities, 0 unreadable\ntop-1 +\d/)
  expect(`${report}`).not.toContain('\u001b')
  expect(() => Object.assign(report, { top1: 1 })).toThrow(TypeError)
  const again = await predictor.evaluate(faces, { groups: ({ identity }) => `${identity}\u001b[31m` })
  expect(again).toEqual(report)
})
