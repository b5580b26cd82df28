import { readdirSync } from 'node:fs'
import { describe, expect, it, vi } from 'vitest'
import { listPacks } from '../../../lib/data/index.js'
import { freeze } from '../../../lib/model/index.js'
import { type EstimateStage, sgd, type TrainingEstimate } from '../../../lib/training/index.js'
import { temporaryFolder } from '../../files/temporary-folder.js'
import { drawnFaces, smallParts } from '../small-training.js'
import { mobileNet, smallSize, someWeights } from './small-mobilenet.js'

const firstOf = ({ stages }: TrainingEstimate) => stages[0] as EstimateStage

// First, before other tests have taken memory and given it back.
it('computes the memory that a training takes, within wide bounds', async () => {
  const faces = await drawnFaces(['anna', 'ben'], 60)
  const parts = faces.split({ train: 0.8, val: 0.2 })
  const { memory, measuredMemory } = firstOf(await mobileNet(parts).batchSize(32).estimate())
  expect(memory.total / (measuredMemory as number)).toBeGreaterThan(0.5)
  expect(memory.total / (measuredMemory as number)).toBeLessThan(2)
})

describe('wrong arguments', () => {
  it.each<[string, unknown, string]>([
    ['no object', 3, 'Expected an object for estimate but received 3'],
    ['an unknown option', { steps: 3 }, 'Unknown option steps in estimate; known options: signal'],
    ['no signal', { signal: 1 }, 'Expected an AbortSignal for signal'],
  ])('%s', async (_, options, message) => {
    await expect(mobileNet(await smallParts()).estimate(options as never)).rejects.toThrow(message)
  })

  it('what a run would refuse', async () => {
    const trainer = mobileNet(await smallParts()).batchSize(1)
    await expect(trainer.estimate()).rejects.toThrow(/at least 2.*for batchSize/)
  })
})

describe('an estimate', () => {
  it('counts parameters, gradients and moments by stage', async () => {
    const parts = await smallParts()
    const trainer = mobileNet(parts, await someWeights()).freeze(
      freeze.trunk().forEpochs(2),
      freeze.nothing(),
    )
    const { stages } = await trainer.estimate()
    expect(stages.map(({ stage, name, epochs, steps }) => [stage, name, epochs, steps])).toEqual([
      [1, 'trunk frozen', 2, 2],
      [2, 'all layers learn', 1, 2],
    ])
    const learning = [1, 3].map((epoch) => trainer.summary(epoch).trainableParameters)
    expect(stages.map(({ memory }) => memory.gradients)).toEqual(learning.map((count) => 4 * count))
    expect(stages.map(({ memory }) => memory.optimizer)).toEqual(learning.map((count) => 8 * count))
    const [frozen, whole] = stages.map(({ memory }) => memory) as [
      EstimateStage['memory'],
      EstimateStage['memory'],
    ]
    expect(frozen.activations).toBeLessThan(whole.activations)
    expect(frozen.weights).toBeGreaterThan(whole.weights) // the folded copy
    for (const { memory } of stages) {
      const { total, ...parts } = memory
      expect(total).toBe(Object.values(parts).reduce((sum, part) => sum + part, 0))
    }
  })

  it('follows the optimizer, the precision, the batch size and the image size', async () => {
    const trainer = mobileNet(await smallParts()).batchSize(2)
    const memory = async (changed: typeof trainer) => firstOf(await changed.estimate()).memory
    const plain = await memory(trainer)
    expect((await memory(trainer.optimizer(sgd()))).optimizer).toBe(0)
    expect((await memory(trainer.optimizer(sgd({ momentum: 0.9 })))).optimizer).toBe(plain.gradients)
    const wide = await memory(trainer.precision('float64'))
    expect([wide.weights, wide.gradients]).toEqual([2 * plain.weights, 2 * plain.gradients])
    expect((await memory(trainer.batchSize(4))).activations).toBe(2 * plain.activations)
    expect((await memory(trainer.imageSize(96))).activations).toBeGreaterThan(1.5 * plain.activations)
  })

  it('adds up room on the disk and time, and takes what the cache and the budget say', async () => {
    const parts = await smallParts()
    const disk = await mobileNet(parts).epochs(3).estimate()
    expect(disk.disk.photographs).toBe(12 * 3 * smallSize ** 2)
    // 2,226,434 parameters, 34,112 values of statistics, and 52 counters; two models, and two checkpoints with Adam's two moments.
    const model = 4 * (2_226_434 + 34_112) + 8 * 52
    expect(disk.disk.checkpoints).toBe(2 * model + 2 * (model + 2 * 4 * 2_226_434))
    const { secondsPerEpoch, secondsPerStep, steps } = firstOf(disk)
    expect(secondsPerEpoch).toBeGreaterThan(steps * secondsPerStep)
    expect(disk.seconds.epochs).toBeCloseTo(3 * secondsPerEpoch, 9)
    expect(disk.seconds.total).toBe(disk.seconds.decoding + disk.seconds.epochs)
    const streamed = await mobileNet(parts).cache('none').timeBudget(0.01).estimate()
    expect(streamed.disk.photographs).toBe(0)
    expect(streamed.seconds).toMatchObject({ decoding: 0, total: 0.01 })
    const held = firstOf(await mobileNet(parts).cache('memory').estimate()).memory.photographs
    expect(held).toBeGreaterThan(firstOf(disk).memory.photographs)
  })

  it('prints a line a stage and the sums', async () => {
    const lines = `${await mobileNet(await smallParts()).estimate()}`.split('\n')
    expect(lines[0]).toBe('MobileNetV2, photographs of 64 x 64 pixels, cpu, float32')
    expect(lines[2]).toMatch(/^stage +epochs +weights +gradients .* memory +a step +an epoch$/)
    expect(lines[4]).toMatch(/^1: all layers learn +3 +9\.0 MB +8\.9 MB +17\.8 MB /)
    expect(lines[6]).toMatch(/^memory: beside \S+ MB of the process$/)
    expect(lines[7]).toBe('disk: 147.5 kB of decoded photographs, 71.8 MB of checkpoints')
    expect(lines[8]).toMatch(/^time: .* of decoding, .* of epochs, .* in all$/)
  })

  it('leaves nothing behind, and is stopped by its signal', async () => {
    const parts = await smallParts()
    const temporary = temporaryFolder()
    vi.stubEnv('TMPDIR', temporary)
    const packs = await listPacks()
    await mobileNet(parts).estimate()
    const stopped = mobileNet(parts).estimate({ signal: AbortSignal.abort() })
    await expect(stopped).rejects.toMatchObject({ code: 'ABORTED' })
    vi.unstubAllEnvs()
    expect(readdirSync(temporary)).toEqual([])
    expect(await listPacks()).toEqual(packs)
  })
})
