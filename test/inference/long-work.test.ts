import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import type { FaceDataset } from '../../lib/data/index.js'
import { type Candidate, Predictor } from '../../lib/inference/index.js'
import { fileFolder, temporaryFolder } from '../files/temporary-folder.js'
import { drawnFaces } from '../training/small-training.js'
import { saveRandomBundle } from './random-bundle.js'

const shared = fileFolder()
const bundle = join(shared, 'random.safetensors')
const people = ['anna', 'ben', 'carl']
let faces: FaceDataset // 72: two batches and a part of one

beforeAll(async () => {
  await saveRandomBundle(bundle, people)
  faces = await drawnFaces(people, 24, join(shared, 'faces'))
})

const files = () => faces.samples.map(({ file }) => file)
const mostProbable = (ranked: Candidate[]) => ranked[0]?.probability ?? Number.NaN

it('names a list of several batches one for one', async () => {
  const predictor = await Predictor.open(bundle)
  const named = await predictor.classify(files(), { top: 1 })
  expect(named).toHaveLength(72)
  for (const place of [0, 31, 32, 64, 71]) {
    const alone = await predictor.classify(faces.at(place).file, { top: 1 })
    expect(mostProbable(named[place] as Candidate[])).toBeCloseTo(mostProbable(alone), 4)
  }
  await predictor.close()
})

it('measures the mean of minus the logarithm of the probability of each identity', async () => {
  const predictor = await Predictor.open(bundle)
  const named = await predictor.classify(files())
  const losses = faces.samples.map(({ label }, i) => {
    const own = (named[i] as Candidate[]).find(({ identity }) => identity === people[label])
    return -Math.log(own?.probability ?? Number.NaN)
  })
  const { loss, count } = await predictor.evaluate(faces)
  expect(count).toBe(72)
  expect(loss).toBeCloseTo(losses.reduce((sum, one) => sum + one, 0) / 72, 4)
  await predictor.close()
})

it('ends between two batches when the predictor is closed', async () => {
  const predictor = await Predictor.open(bundle)
  const work = [
    predictor.classify(files()),
    predictor.evaluate(faces),
    predictor.writeSubmission(join(shared, 'faces'), { output: join(temporaryFolder(), 'x.csv') }),
  ]
  const settled = Promise.allSettled(work)
  await predictor.close()
  for (const result of await settled) {
    expect(result).toMatchObject({ status: 'rejected', reason: { code: 'CLOSED' } })
  }
})

it('ends between two batches when its signal asks for it, and an older CSV stays', async () => {
  const predictor = await Predictor.open(bundle)
  const output = join(temporaryFolder(), 'submission.csv')
  writeFileSync(output, 'older')
  const stopped = async (work: (options: object) => Promise<unknown>) => {
    const controller = new AbortController()
    const done: number[] = []
    const onProgress = (progress: { done: number }) => {
      done.push(progress.done)
      if (progress.done === 32) controller.abort()
    }
    await expect(work({ signal: controller.signal, onProgress })).rejects.toMatchObject({ code: 'ABORTED' })
    expect(done).toEqual([0, 32])
  }
  await stopped((options) => predictor.evaluate(faces, options))
  await stopped((options) => predictor.writeSubmission(join(shared, 'faces'), { output, ...options }))
  expect(readFileSync(output, 'utf8')).toBe('older')
  expect(await predictor.classify(faces.at(0).file)).toHaveLength(3)
  await predictor.close()
})

it('ends with what a callback throws, null included', async () => {
  const predictor = await Predictor.open(bundle)
  const onProgress = () => {
    throw null
  }
  await expect(predictor.evaluate(faces, { onProgress })).rejects.toBeNull()
  await predictor.close()
})
