// Several predictors that answer as one.

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { FaceDataset } from '../../lib/data/index.js'
import { evaluationOf } from '../../lib/inference/ensemble-evaluation.js'
import { type Candidate, Ensemble, Predictor } from '../../lib/inference/index.js'
import { fileFolder, temporaryFolder } from '../files/temporary-folder.js'
import { drawnFaces } from '../training/small-training.js'
import { saveRandomBundle } from './random-bundle.js'

const shared = fileFolder()
const people = ['anna', 'ben', 'carl']
let faces: FaceDataset // 39: a batch and a part of one
let files: string[]
let one: Predictor
let other: Predictor // of other weights, identities in another order, another image size, with flip

async function opened(classes: readonly string[], seed: number, flip = false): Promise<Predictor> {
  const bundle = join(shared, `${seed}.safetensors`)
  const options = { architecture: 'mobilenetV2', inputSize: flip ? 48 : 64, seed } as const
  await saveRandomBundle(bundle, classes, undefined, options)
  return Predictor.open(bundle, { flip })
}

beforeAll(async () => {
  faces = await drawnFaces(people, 13, join(shared, 'faces'))
  files = faces.samples.map(({ file }) => file)
  one = await opened(people, 1)
  other = await opened(people.toReversed(), 2, true)
})

afterAll(async () => {
  await one.close()
  await other.close()
})

const sorted = (named: readonly Candidate[]) =>
  [...named].sort((a, b) => (a.identity < b.identity ? -1 : 1)).map(({ probability }) => probability)

/** The mean that the answers of each predictor by itself give, by identity. */
async function means(file: string, [first, second]: [number, number]): Promise<number[]> {
  const [a, b] = [sorted(await one.classify(file)), sorted(await other.classify(file))]
  return a.map((probability, i) => first * probability + second * (b[i] as number))
}

function expectClose(found: readonly number[], expected: readonly number[]): void {
  for (const [i, value] of expected.entries()) expect(found[i]).toBeCloseTo(value, 4) // batches may differ in size
}

describe('wrong arguments', () => {
  it('are refused by name', () => {
    expect(() => Ensemble.of(one as never)).toThrow(/an array of predictors for predictors/)
    expect(() => Ensemble.of([])).toThrow(RangeError)
    expect(() => Ensemble.of([one, {} as never])).toThrow(/a Predictor for predictors\[1\]/)
    expect(() => Ensemble.of([one, other], { weights: [1] })).toThrow(/2 numbers/)
    expect(() => Ensemble.of([one, other], { weights: [1, -1] })).toThrow(/weights\[1\]/)
    expect(() => Ensemble.of([one, other], { weights: [0, 0] })).toThrow(/above 0 for weights/)
    expect(() => Ensemble.of([one, other], { weigths: [1, 1] } as never)).toThrow(/weigths/)
  })

  it('are predictors of other identities too, which are named', async () => {
    const stranger = await opened(['anna', 'carl', 'dora'], 3)
    expect(() => Ensemble.of([one, stranger])).toThrow(
      /predictors\[1\] but received one that also knows "dora" and one that does not know "ben"/,
    )
    await stranger.close()
  })
})

describe('an ensemble', () => {
  it('of one predictor answers as it does', async () => {
    const alone = Ensemble.of([one])
    expect(await alone.classify(files[0] as string)).toEqual(await one.classify(files[0] as string))
  })

  it('names by the mean of the probabilities, identity by identity', async () => {
    const ensemble = Ensemble.of([one, other])
    expect(ensemble.classes).toEqual(people)
    const named = await ensemble.classify(files[0] as string)
    expect(named.map(({ probability }) => probability)).toEqual(sorted(named).sort((a, b) => b - a))
    expectClose(sorted(named), await means(files[0] as string, [0.5, 0.5]))
    const weighted = Ensemble.of([one, other], { weights: [3, 1] })
    const both = await weighted.classify([files[0] as string, files[20] as string])
    expectClose(sorted(both[1] as Candidate[]), await means(files[20] as string, [0.75, 0.25]))
    expect(await weighted.classify(files[0] as string, { top: 1 })).toHaveLength(1)
  })

  it('writes a submission of the same names, batch after batch', async () => {
    const output = join(temporaryFolder(), 'submission.csv')
    const ensemble = Ensemble.of([one, other], { weights: [1, 2] })
    const done: number[] = []
    const written = await ensemble.writeSubmission(join(shared, 'faces'), {
      ...{ output, top: 3, probabilityColumn: 'p' },
      onProgress: (progress) => done.push(progress.done),
    })
    expect(written).toMatchObject({ rows: 39, predicted: 39, skipped: [] })
    expect(done).toEqual([0, 32, 39])
    const rows = new Map(
      readFileSync(output, 'utf8')
        .split('\n')
        .map((line) => [line.split(',')[0] as string, line.split(',')]),
    )
    for (const place of [0, 38]) {
      const file = files[place] as string
      const [, names, probabilities] = rows.get(file.split('/').slice(-2).join('/')) as string[]
      const order = (names as string).split(' ')
      const values = (probabilities as string).split(' ').map(Number)
      const named = order.map((identity, i) => ({ identity, probability: values[i] as number }))
      expectClose(sorted(named), await means(file, [1 / 3, 2 / 3]))
    }
  })

  it('is measured by what it says of each photograph', async () => {
    const ensemble = Ensemble.of([one, other])
    const { count, loss, top1 } = await ensemble.evaluate(faces)
    const named = await ensemble.classify(files)
    const of = (i: number, label: number) =>
      (named[i] as Candidate[]).find(({ identity }) => identity === faces.classes[label])
        ?.probability as number
    const losses = faces.samples.map(({ label }, i) => -Math.log(of(i, label)))
    const right = faces.samples.filter(({ label }, i) => named[i]?.[0]?.identity === faces.classes[label])
    expect(count).toBe(39)
    expect(loss).toBeCloseTo(losses.reduce((sum, value) => sum + value, 0) / 39, 4)
    expect(top1).toBeCloseTo(right.length / 39, 10)
  })

  it('ends with what ends one of its predictors, and takes the calls of the others back', async () => {
    const full = await opened(people, 4)
    const ensemble = Ensemble.of([one, full])
    await expect(ensemble.classify('nowhere.jpg')).rejects.toMatchObject({ code: 'FILE' })
    await expect(
      ensemble.classify(files[0] as string, { signal: AbortSignal.abort() }),
    ).rejects.toMatchObject({
      code: 'ABORTED',
    })
    const output = join(temporaryFolder(), 'submission.csv')
    writeFileSync(output, 'older')
    const closing = ensemble.writeSubmission(join(shared, 'faces'), { output })
    const settled = expect(closing).rejects.toMatchObject({ code: 'CLOSED' })
    await full.close()
    await settled
    expect(readFileSync(output, 'utf8')).toBe('older')
    await expect(ensemble.classify(files[0] as string)).rejects.toMatchObject({ code: 'CLOSED' })
    await expect(ensemble.evaluate(faces)).rejects.toMatchObject({ code: 'CLOSED' })
    expect(one.stats().waiting).toBe(0)
  })
})

describe('what is measured of mean probabilities', () => {
  it('has lower labels first at a tie, and a finite loss where float32 says 0', () => {
    const rows = [
      [0.25, 0.5, 0.25],
      [0, 1, 0],
      [0.4, 0.4, 0.2],
    ]
    const { loss, rank, predicted, probability, topProbability } = evaluationOf(rows, Int32Array.of(2, 0, 1))
    expect([...rank]).toEqual([2, 1, 1])
    expect([...predicted]).toEqual([1, 1, 0])
    expect([...probability]).toEqual([0.25, 0, 0.4])
    expect([...topProbability]).toEqual([0.5, 1, 0.4])
    expect(loss[0]).toBeCloseTo(Math.log(4), 12)
    expect(loss[1]).toBeCloseTo(126 * Math.LN2, 10)
  })

  it('is no number where a network gives none', () => {
    expect(evaluationOf([[Number.NaN, Number.NaN]], Int32Array.of(1)).loss[0]).toBeNaN()
  })
})
