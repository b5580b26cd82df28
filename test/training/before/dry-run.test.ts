import { existsSync, readdirSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { listPacks } from '../../../lib/data/index.js'
import { freeze } from '../../../lib/model/index.js'
import { adam, linearWarmUp, sequence, stepDecay, type TrainingData } from '../../../lib/training/index.js'
import { temporaryFolder } from '../../files/temporary-folder.js'
import { drawnFaces, smallParts, spoil } from '../small-training.js'
import { mobileNet, smallSize, someWeights } from './small-mobilenet.js'

let parts: TrainingData
let temporary: string
beforeEach(async () => {
  parts = await smallParts()
  temporary = temporaryFolder()
  vi.stubEnv('TMPDIR', temporary)
})
afterEach(() => vi.unstubAllEnvs())

/** What a dry run would have left behind, not the folders of tests. */
const left = () => readdirSync(temporary).filter((name) => !name.startsWith('facecls-test-'))

describe('wrong arguments', () => {
  it.each<[string, unknown, string]>([
    ['no object', 3, 'Expected an object for dryRun but received 3'],
    ['an unknown option', { output: 'a' }, 'Unknown option output in dryRun; known options: signal'],
    ['no signal', { signal: 1 }, 'Expected an AbortSignal for signal'],
  ])('%s', async (_, options, message) => {
    await expect(mobileNet(parts).dryRun(options as never)).rejects.toThrow(message)
  })
})

describe('what a run would refuse', () => {
  it('a batch of one where batch norms learn', async () => {
    await expect(mobileNet(parts).batchSize(1).dryRun()).rejects.toThrow(/at least 2.*for batchSize/)
  })

  it('a policy that the network cannot follow', async () => {
    const trainer = mobileNet(parts, await someWeights()).freeze(freeze.allButLast(1000))
    await expect(trainer.dryRun()).rejects.toThrow(RangeError)
  })

  it('weights of another network', async () => {
    const weights = (await someWeights()) as readonly { name: string }[]
    const trainer = mobileNet(parts, weights.slice(0, 20) as never)
    await expect(trainer.dryRun()).rejects.toMatchObject({ code: 'WEIGHTS' })
  })

  it('a loss that is not finite', async () => {
    const trainer = mobileNet(parts, await someWeights(2, true))
    await expect(trainer.dryRun()).rejects.toMatchObject({ code: 'NOT_FINITE' })
  })

  it('photographs of which too many cannot be read', async () => {
    spoil(parts.train.at(0).file)
    await expect(mobileNet(parts).dryRun()).rejects.toMatchObject({ code: 'DATASET' })
  })

  it('photographs of which the first show that too many cannot be read', async () => {
    const faces = await drawnFaces(['anna', 'ben'], 160)
    const many = faces.split({ train: 0.75, val: 0.25 })
    for (let i = 0; i < 3; i++) spoil(many.val.at(i).file)
    const failure = mobileNet(many).dryRun()
    await expect(failure).rejects.toThrow(/^3 of the first 16 photographs cannot be read/)
    expect(left()).toEqual([])
  })
})

describe('a dry run', () => {
  it('goes through every stage and leaves nothing behind', async () => {
    const packs = await listPacks()
    const trainer = mobileNet(parts, await someWeights()).freeze(
      freeze.trunk().forEpochs(1),
      freeze.allButLast(4).forEpochs(1),
      freeze.nothing(),
    )
    const dry = await trainer.dryRun()
    expect(dry).toMatchObject({ architecture: 'mobilenetV2', imageSize: smallSize, skipped: [] })
    expect(dry.precision).toEqual({ name: 'float32', reason: 'asked for' })
    expect(dry.loaded).toMatchObject({ took: 'everything' })
    expect(dry.stages).toMatchObject([
      { stage: 1, name: 'trunk frozen', epoch: 1, prefix: 'folded', steps: 2 },
      { stage: 2, name: 'last 4 layers of the trunk learn', epoch: 2, prefix: 'folded', steps: 2 },
      { stage: 3, name: 'all layers learn', epoch: 3, prefix: 'none', steps: 2 },
    ])
    const counts = dry.stages.map(({ trainableParameters }) => trainableParameters)
    expect(counts).toEqual([...counts].sort((a, b) => a - b))
    expect(counts).toEqual([1, 2, 3].map((epoch) => trainer.summary(epoch).trainableParameters))
    for (const { secondsPerStep, trainLoss, valLoss, peakMemory } of dry.stages) {
      for (const number of [secondsPerStep, trainLoss, valLoss]) expect(number).toBeGreaterThan(0)
      expect(peakMemory).toBeGreaterThan(1e6)
    }
    expect(left()).toEqual([])
    expect(await listPacks()).toEqual(packs)
  })

  it('prints a line a stage', async () => {
    const lines = `${await mobileNet(parts).dryRun()}`.split('\n')
    expect(lines[0]).toBe('MobileNetV2, photographs of 64 x 64 pixels, cpu, float32')
    expect(lines[2]).toMatch(/^stage +prefix +learn +a step +train loss +val loss +peak memory$/)
    expect(lines[4]).toMatch(
      /^1: all layers learn +none +2,226,434 +\S+ m?s +\d+\.\d{4} +\d+\.\d{4} +\S+ MB$/,
    )
  })

  it('learns at the rate that the schedule has in each stage', async () => {
    const schedule = sequence(linearWarmUp({ epochs: 1, from: 0 }), stepDecay({ every: 1, factor: 0.5 }))
    const trainer = mobileNet(parts, await someWeights())
      .freeze(freeze.trunk().forEpochs(1), freeze.nothing())
      .schedule(schedule)
      .optimizer(adam({ learningRate: 1e-3 }))
    expect((await trainer.dryRun()).stages).toMatchObject([{ learningRate: 0 }, { learningRate: 1e-3 }])
  })

  it('lists the few photographs that cannot be read', async () => {
    const faces = await drawnFaces(['anna', 'ben'], 160)
    const many = faces.split({ train: 0.75, val: 0.25 })
    spoil(many.val.at(0).file)
    const { skipped } = await mobileNet(many).dryRun()
    expect(skipped.map(({ file }) => file)).toEqual([many.val.at(0).file])
  })

  it('gives the same losses twice, and those of the run with photographs enough for one epoch', async () => {
    const trainer = mobileNet(parts).epochs(1).cache('memory')
    const losses = async () => {
      const [stage] = (await trainer.dryRun()).stages
      return [stage?.trainLoss, stage?.valLoss]
    }
    const output = `${temporaryFolder()}/run`
    const { history } = await trainer.start({ output }).finished
    expect(await losses()).toEqual([history[0]?.trainLoss, history[0]?.valLoss])
    expect(existsSync(`${output}/last.safetensors`)).toBe(true)
  })

  it('makes updates of fewer batches than the training, whose time it tells', async () => {
    const faces = await drawnFaces(['anna', 'ben'], 20)
    const many = faces.split({ train: 0.9, val: 0.1 })
    const [stage] = (await mobileNet(many).batchSize(2).accumulate(1000).dryRun()).stages
    expect(stage?.steps).toBe(3)
  })

  it('is stopped by its signal', async () => {
    await expect(mobileNet(parts).dryRun({ signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'ABORTED',
    })
    const controller = new AbortController()
    const running = mobileNet(parts).dryRun({ signal: controller.signal })
    setImmediate(() => controller.abort())
    await expect(running).rejects.toMatchObject({ code: 'ABORTED' })
    expect(left()).toEqual([])
  })
})
