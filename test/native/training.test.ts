// What a training step moves, what it leaves alone, and that it is a function of its seed.
import { describe, expect, it } from 'vitest'
import type { BatchSpec, StateTensor, TrainerSpec } from '../../lib/native/index.js'
import { native } from '../../lib/native/index.js'
import { everything, modelSpec, pixelBatch, stageSpec, stepSpec, trainerOf, trainerSpec } from './models.js'
import { moved, normalised } from './networks.js'

describe('a stage', () => {
  it('moves the parameters and statistics of its layers and nothing else', async () => {
    const { model, trainer, layers } = await trainerOf()
    const trainable = layers.filter((name) => /^(block8|last_|logits)/.test(name))
    await trainer.setStage(stageSpec(trainable))
    const before = await model.state()
    await trainer.step(stepSpec(0))
    const after = await model.state()
    const expected = before.map((t) => t.name).filter((name) => /^(block8|last_|logits)/.test(name))
    expect(moved(before, after)).toEqual(expected)
    trainer.close()
    model.close()
  })

  it('updates the statistics of frozen batch norms when asked', async () => {
    const { model, trainer, layers } = await trainerOf()
    await trainer.setStage(stageSpec(layers.slice(-1), 'batch'))
    const before = await model.state()
    await trainer.step(stepSpec(0))
    const names = moved(before, await model.state())
    expect(names).toContain('conv2d_1a.bn.running_mean')
    expect(names).toContain('logits.weight')
    expect(names).not.toContain('conv2d_1a.conv.weight')
    trainer.close()
    model.close()
  })

  it('must be set before the first step', async () => {
    const { model, trainer } = await trainerOf()
    await expect(trainer.step(stepSpec(0))).rejects.toMatchObject({ code: 'NETWORK' })
    trainer.close()
    model.close()
  })
})

describe('the same seed', () => {
  async function run(seed: number, steps: number[]): Promise<string[]> {
    const { model, trainer, layers } = await trainerOf({ seed })
    await trainer.setStage(stageSpec(layers))
    const losses: number[] = []
    for (const step of steps) losses.push((await trainer.step(stepSpec(step))).loss)
    const state = await model.state()
    trainer.close()
    model.close()
    return [...losses.map(String), Buffer.from(state[0]?.data ?? []).toString('hex')]
  }

  it('gives the same losses and weights, bit for bit; another seed or step gives others', async () => {
    const once = await run(3, [0, 1])
    expect(await run(3, [0, 1])).toEqual(once)
    expect((await run(4, [0]))[0]).not.toBe(once[0])
    expect((await run(3, [5]))[0]).not.toBe(once[0]) // Dropout is a function of (seed, step).
  })
})

describe('augmentation', () => {
  it('depends on the record, not on its place in the batch', async () => {
    const pack = native().createPack({ count: 3, height: 80, width: 80, file: null })
    const pixels = pixelBatch(3).data
    for (let i = 0; i < 3; i++)
      await pack.write(i, pixels.subarray(i * 80 * 80 * 3, (i + 1) * 80 * 80 * 3), 80, 80)
    expect(pack.read(1)).toEqual(pixels.slice(80 * 80 * 3, 2 * 80 * 80 * 3))
    // Without dropout the two orders differ only in the order of a sum.
    const head = { kind: 'mlp', classes: 4, hidden: [8], activation: 'relu', dropout: 0 } as const
    const model = await native().createModel({ ...modelSpec, network: { ...modelSpec.network, head } })
    const trainer = await native().createTrainer(trainerSpec(model))
    const trainable = model.description.layers.map((layer) => layer.name).slice(-1)
    // By stored statistics a random network hardly tells one photograph from another.
    await trainer.setStage(stageSpec(trainable, 'batch'))
    const lossOf = async (records: number[], epoch: number) => {
      const indices = Int32Array.from(records)
      const batch = { kind: 'pack', pack, indices, samples: null } as const
      return (await trainer.step({ batches: [{ batch, labels: indices }], epoch, step: 0, learningRate: 0 }))
        .loss
    }
    const loss = await lossOf([0, 1, 2], 1)
    expect(await lossOf([2, 0, 1], 1)).toBeCloseTo(loss, 5)
    expect(Math.abs((await lossOf([0, 1, 2], 2)) - loss)).toBeGreaterThan(1e-3)
    for (const object of [trainer, model, pack]) object.close()
  })
})

describe('what augmentPixels shows', () => {
  it.each(['black', 'mean'] as const)('is what training sees, where the erased box is %s', async (fill) => {
    const augmentation = { ...everything, mixup: null, cutmix: null }
    augmentation.erasing = { probability: 1, scale: [0.1, 0.3], ratio: [0.5, 2], fill }
    const head = { kind: 'mlp', classes: 4, hidden: [8], activation: 'relu', dropout: 0 } as const
    const model = await native().createModel({ ...modelSpec, network: { ...modelSpec.network, head } })
    const { normalisation } = modelSpec
    const lossOf = async (spec: Partial<TrainerSpec>, batch: BatchSpec) => {
      const trainer = await native().createTrainer({ ...trainerSpec(model), ...spec })
      await trainer.setStage(stageSpec(['head.3'], 'batch'))
      const labels = Int32Array.of(0, 1, 2, 3)
      const { loss } = await trainer.step({
        ...{ batches: [{ batch, labels }], epoch: 1, step: 0, learningRate: 0 },
      })
      trainer.close()
      return loss
    }
    const size = { height: 80, width: 80 }
    const pixels = pixelBatch(4).data
    const samples = Int32Array.of(0, 1, 2, 3)
    const draws = native().drawAugmentations({ augmentation, seed: 3, epoch: 1, samples, ...size })
    const shown = draws.flatMap((draw, i) => {
      const one = pixels.slice(i * 80 * 80 * 3, (i + 1) * 80 * 80 * 3)
      const output = { outputHeight: 80, outputWidth: 80 }
      return [...native().augmentPixels({ pixels: one, ...size, ...output, draw, normalisation })]
    })
    const data = normalised(Uint8Array.from(shown), 80, normalisation)
    if (fill === 'mean') {
      // 127.5 is no byte, so the erased ones are 128.
      for (const [i, value] of data.entries()) if (Math.abs(value) < 0.004) data[i] = 0
    }
    const seen = await lossOf({ augmentation }, { kind: 'pixels', data: pixels, count: 4, ...size })
    const batch = { kind: 'tensor', data, shape: [4, 3, 80, 80] } as const
    expect(seen).toBeCloseTo(await lossOf({ augmentation: null }, batch), fill === 'black' ? 5 : 2)
    expect(Math.abs(seen - (await lossOf({ augmentation: null }, pixelBatch(4))))).toBeGreaterThan(0.02)
    model.close()
  })
})

describe('a loss that is not finite', () => {
  it('ends the step before anything is updated', async () => {
    const { model, trainer, layers } = await trainerOf()
    await trainer.setStage(stageSpec(layers))
    const weights = (await model.state()).find((tensor) => tensor.name === 'logits.bias') as StateTensor
    const bad = new Uint8Array(new Float32Array(4).fill(Number.NaN).buffer)
    await model.load([{ ...weights, data: bad }])
    const parameters = async () => (await model.state()).filter((t) => /weight$|bias$/.test(t.name))
    const before = await parameters()
    await expect(trainer.step(stepSpec(0))).rejects.toMatchObject({ code: 'NOT_FINITE' })
    expect(moved(before, await parameters())).toEqual([])
    trainer.close()
    model.close()
  })
})

describe('loading weights', () => {
  it('replaces nothing when one tensor does not fit', async () => {
    const { model, trainer } = await trainerOf()
    const state = await model.state()
    const [first, second] = state as [StateTensor, StateTensor]
    const zeros = { ...first, data: new Uint8Array(first.data.length) }
    await expect(model.load([zeros, { ...second, shape: [1] }])).rejects.toMatchObject({ code: 'NETWORK' })
    await expect(model.load([zeros, { ...second, name: 'other' }])).rejects.toMatchObject({ code: 'NETWORK' })
    expect(moved(state, await model.state())).toEqual([])
    await model.load([zeros])
    expect(moved(state, await model.state())).toEqual([first.name])
    trainer.close()
    model.close()
  })
})
