import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { beforeEach, describe, expect, it } from 'vitest'
import { freeze } from '../../../lib/model/index.js'
import type { Progress } from '../../../lib/progress/index.js'
import { sgd, type TrainingData } from '../../../lib/training/index.js'
import { temporaryFolder } from '../../files/temporary-folder.js'
import { newOutput, smallParts, spoil } from '../small-training.js'
import { mobileNet, someWeights } from './small-mobilenet.js'

let parts: TrainingData
beforeEach(async () => {
  parts = await smallParts()
})

describe('wrong arguments', () => {
  it.each<[string, unknown, ErrorConstructor, string]>([
    ['no object', 3, TypeError, 'Expected an object for findLearningRate but received 3'],
    ['an unknown option', { rate: 1 }, TypeError, 'Unknown option rate in findLearningRate'],
    ['a rate of 0', { from: 0 }, RangeError, 'Expected a number between 1e-12 and 1000000 for from'],
    ['a text', { to: '1' }, TypeError, 'for to but received "1"'],
    [
      'rates that fall',
      { from: 0.1, to: 0.1 },
      RangeError,
      'Expected a number above 0.1, the first rate, for to',
    ],
    ['few steps', { steps: 9 }, RangeError, 'Expected an integer between 10 and 10000 for steps'],
    ['a stage that is not there', { stage: 2 }, RangeError, 'Expected an integer between 1 and 1 for stage'],
    ['an empty path', { output: '' }, TypeError, 'Expected a non-empty string for output'],
    ['no signal', { signal: {} }, TypeError, 'Expected an AbortSignal for signal'],
    ['no function', { onProgress: 1 }, TypeError, 'Expected a function for onProgress'],
  ])('%s', async (_, options, kind, message) => {
    const failure = mobileNet(parts).findLearningRate(options as never)
    await expect(failure).rejects.toThrow(message)
    await expect(failure).rejects.toBeInstanceOf(kind)
  })

  it('a folder that holds something', async () => {
    const output = temporaryFolder()
    writeFileSync(join(output, 'mine'), '')
    await expect(mobileNet(parts).findLearningRate({ output })).rejects.toMatchObject({ code: 'FILE' })
    expect(readdirSync(output)).toEqual(['mine'])
  })

  it('photographs that cannot be read', async () => {
    for (let i = 0; i < parts.train.length; i++) spoil(parts.train.at(i).file)
    await expect(mobileNet(parts).findLearningRate()).rejects.toMatchObject({ code: 'DATASET' })
  })
})

describe('a learning-rate range test', () => {
  it('raises the rate exponentially over several epochs, and tells how far it is', async () => {
    const told: Progress[] = []
    const found = await mobileNet(parts)
      .accumulate(2)
      .findLearningRate({ from: 1e-7, to: 1e-3, steps: 12, onProgress: (progress) => told.push(progress) })
    expect(found).toMatchObject({
      architecture: 'mobilenetV2',
      stage: 1,
      stageName: 'all layers learn',
      files: null,
    })
    expect(found.reason).toBe('completed')
    expect(found.points).toHaveLength(12)
    for (const [step, { learningRate, loss, smoothed }] of found.points.entries()) {
      expect(learningRate / (1e-7 * 1e4 ** (step / 11))).toBeCloseTo(1, 12)
      expect(Number.isFinite(loss) && Number.isFinite(smoothed)).toBe(true)
    }
    expect(told.map(({ done }) => done)).toEqual(found.points.map((_, step) => step + 1))
    expect(told[0]).toEqual({ task: 'Trying learning rates', done: 1, total: 12 })
  })

  it('stops where the training diverges, not finite losses included, and writes its files', async () => {
    const output = newOutput()
    const trainer = mobileNet(parts).optimizer(sgd({ momentum: 0.9 }))
    const { reason, points, files } = await trainer.findLearningRate({
      from: 1e-3,
      to: 1e6,
      steps: 40,
      output,
    })
    expect(reason).toBe('diverged')
    expect(points.length).toBeGreaterThan(1)
    expect(points.length).toBeLessThan(40)
    const names = ['learning-rate.csv', 'learning-rate.png', 'learning-rate.svg']
    expect(readdirSync(output).sort()).toEqual(names)
    expect(files).toEqual({
      csv: join(output, names[0] as string),
      png: join(output, names[1] as string),
      svg: join(output, names[2] as string),
    })
    const [header, ...rows] = parse(readFileSync(files?.csv as string)) as string[][]
    expect(header).toEqual(['learningRate', 'loss', 'smoothedLoss'])
    expect(rows.map((row) => row.map(Number))).toEqual(points.map((point) => Object.values(point)))
    expect(readFileSync(files?.svg as string, 'utf8')).toContain('Learning-rate range test of MobileNetV2')
  })

  it('counts a first loss that is not finite as diverged, and draws nothing', async () => {
    const trainer = mobileNet(parts, await someWeights(2, true))
    const output = newOutput()
    const found = await trainer.findLearningRate({ output })
    expect(found).toMatchObject({ reason: 'diverged', points: [], suggestion: null, belowMinimum: null })
    expect(found.files).toMatchObject({ svg: null, png: null })
    expect(readdirSync(output)).toEqual(['learning-rate.csv'])
  })

  it('tests the last stage of freezing, or the one asked for', async () => {
    const trainer = mobileNet(parts, await someWeights()).freeze(
      freeze.trunk().forEpochs(1),
      freeze.nothing(),
    )
    const last = await trainer.findLearningRate({ steps: 10 })
    const first = await trainer.findLearningRate({ steps: 10, stage: 1 })
    expect([last.stage, last.stageName]).toEqual([2, 'all layers learn'])
    expect([first.stage, first.stageName]).toEqual([1, 'trunk frozen'])
    expect(first.points[9]?.loss).not.toBe(last.points[9]?.loss)
  })

  it('gives the same twice, and leaves the training as it would be', async () => {
    const trainer = mobileNet(parts).epochs(1)
    const historyOf = async () => (await trainer.start({ output: newOutput() }).finished).history
    const before = await historyOf()
    const [one, two] = [
      await trainer.findLearningRate({ steps: 10 }),
      await trainer.findLearningRate({ steps: 10 }),
    ]
    expect(two).toEqual(one)
    expect(await historyOf()).toEqual(before)
  })

  it('is stopped by its signal', async () => {
    const controller = new AbortController()
    const failure = mobileNet(parts).findLearningRate({
      signal: controller.signal,
      onProgress: ({ done }) => done === 2 && controller.abort(),
    })
    await expect(failure).rejects.toMatchObject({ code: 'ABORTED' })
    await expect(mobileNet(parts).findLearningRate({ signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'ABORTED',
    })
  })
})
