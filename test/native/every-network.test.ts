// What every network must do, each test over all of them.
import { describe, expect, it } from 'vitest'
import { freeze, matchState, resolveTrainable } from '../../lib/model/index.js'
import type { ArchitectureName, NativeModel } from '../../lib/native/index.js'
import { native } from '../../lib/native/index.js'
import { golden } from '../model/description.js'
import {
  CLASSES,
  cyclingLabels,
  moved,
  NETWORKS,
  noiseBatch,
  sizeOf,
  specOf,
  trainer,
  wavesBatch,
} from './networks.js'

const goldenOf: Record<ArchitectureName, string> = {
  inceptionResnetV1: 'forward_inception_resnet_v1',
  mobilenetV2: 'forward_mobilenet_v2',
  resnet50: 'forward_resnet50',
}
const PUBLISHED = {
  // Parameters with their own classifier of 1,000 classes, and billions of multiply-adds at the size of the paper.
  inceptionResnetV1: { parameters: 23_482_624 + 513_000, multiplyAdds: 1.42, least: 75 },
  mobilenetV2: { parameters: 3_504_872, multiplyAdds: 0.301, least: 1 },
  resnet50: { parameters: 25_557_032, multiplyAdds: 4.09, least: 1 },
}

describe.each(NETWORKS)('%s', (architecture) => {
  const size = sizeOf[architecture]
  const layersOf = (model: NativeModel) => model.description.layers.map(({ name }) => name)

  it('has the names and the order of the reference, and the published size and cost', () => {
    const head = { kind: 'classifier', classes: 1000, dropout: 0 } as const
    const network = { architecture, head }
    const { tensors, minimumInputSize } = native('training').describeNetwork(network)
    const reference = golden<{ state_dict: Record<string, number[]> }>(goldenOf[architecture])
    expect(tensors.map(({ name }) => name)).toEqual(Object.keys(reference.state_dict))
    const side = architecture === 'inceptionResnetV1' ? 160 : 224
    const operations = native().summariseNetwork({ network, height: side, width: side })
    const sum = (key: 'parameters' | 'multiplyAdds') => operations.reduce((total, one) => total + one[key], 0)
    const published = PUBLISHED[architecture]
    expect(sum('parameters')).toBe(published.parameters)
    expect(Math.abs(sum('multiplyAdds') / 1e9 / published.multiplyAdds - 1)).toBeLessThan(0.005)
    expect(minimumInputSize).toBe(published.least)
  })

  it.each([
    [size, size],
    [size + 13, size + 32],
  ])('gives every output the shape that its summary says, at %i x %i pixels', async (height, width) => {
    const spec = specOf(architecture)
    const operations = native().summariseNetwork({ network: spec.network, height, width }).slice(1)
    const model = await native().createModel(spec)
    const outputs = operations.map(({ name }) => name)
    const values = await model.forward({ batch: noiseBatch(2, height, width), outputs, flip: false })
    const shapes = values.map(({ shape }) => shape)
    expect(shapes).toEqual(operations.map(({ outputShape }) => [2, ...outputShape]))
    model.close()
  })

  it('takes photographs of the least size, and refuses smaller ones with that size', async () => {
    const { least } = PUBLISHED[architecture]
    const model = await native().createModel(specOf(architecture))
    const [logits] = await model.forward({ batch: noiseBatch(1, least), outputs: ['logits'], flip: false })
    expect(logits?.data.every(Number.isFinite)).toBe(true)
    if (least > 1) {
      const smaller = model.forward({ batch: noiseBatch(1, least - 1), outputs: ['logits'], flip: false })
      await expect(smaller).rejects.toMatchObject({
        code: 'NETWORK',
        message: expect.stringContaining(`at least ${least} pixels but received 1 x 3 x ${least - 1}`),
      })
    }
    model.close()
  })

  const group = { inceptionResnetV1: 'repeat_2', mobilenetV2: 'features.13', resnet50: 'layer3' } as const
  it.each([
    ['nothing', freeze.nothing()],
    ['trunk', freeze.trunk()],
    ['all but the last 15', freeze.allButLast(15)],
    ['up to a group', freeze.upTo(group[architecture])],
    ['every other layer', freeze.where(({ index }) => index % 2 === 0)],
    ['trunk, batch statistics', freeze.trunk({ frozenBatchNorm: 'batch' })],
  ])('moves what learns and nothing else: frozen %s', async (_, policy) => {
    const model = await native().createModel(specOf(architecture))
    const training = await trainer(model)
    const layers = resolveTrainable(policy, model.description)
    const { frozenBatchNorm } = policy
    const groups = [{ layers, rateFactor: 1 }]
    await training.setStage({ groups, frozenBatchNorm, imageSize: size, batchSize: 4 })
    const before = await model.state()
    // Labels of one number each would leave the last bias of an untrained network where it is.
    const batches = [{ batch: noiseBatch(4, size), labels: Int32Array.of(0, 0, 1, 2) }]
    await training.step({ batches, epoch: 0, step: 0, learningRate: 0.5 })
    const learning = new Set(layers)
    const expected = model.description.tensors.filter(({ name, parameter }) => {
      const layer = name.slice(0, name.lastIndexOf('.'))
      return learning.has(layer) || (!parameter && frozenBatchNorm === 'batch')
    })
    expect(moved(before, await model.state())).toEqual(expected.map(({ name }) => name))
    training.close()
    model.close()
  })

  it('keeps its trunk when its head is replaced', async () => {
    const first = await native().createModel(specOf(architecture))
    const head = { kind: 'mlp', classes: 7, hidden: [16, 8], activation: 'leaky_relu', dropout: 0.5 } as const
    const second = await native().createModel({ ...specOf(architecture, { head }), seed: 6 })
    const own = (await first.state()).filter(({ name }) =>
      first.description.layers.some((layer) => layer.part === 'trunk' && name.startsWith(`${layer.name}.`)),
    )
    const match = matchState(own, second.description, 'trunk')
    expect([match.missing, match.unexpected, match.wrongShape]).toEqual([[], [], []])
    await second.load(match.load)
    const pooled = architecture === 'inceptionResnetV1' ? 'avgpool_1a' : 'avgpool'
    const request = { batch: noiseBatch(2, size), outputs: [pooled, 'logits'], flip: false }
    const [one, other] = [await first.forward(request), await second.forward(request)]
    expect(other[0]?.data).toEqual(one[0]?.data)
    expect(other[1]?.shape).toEqual([2, 7])
    first.close()
    second.close()
  })

  it('learns 32 photographs by heart', async () => {
    const model = await native().createModel(specOf(architecture))
    const optimizer = { kind: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 } as const
    const training = await trainer(model, { optimizer })
    const groups = [{ layers: layersOf(model), rateFactor: 1 }]
    const small = architecture === 'inceptionResnetV1' ? 80 : 40
    await training.setStage({ groups, frozenBatchNorm: 'stored', imageSize: small, batchSize: 32 })
    const labelled = { batch: wavesBatch(32, small), labels: cyclingLabels(32) }
    const loss = { kind: 'cross_entropy', labelSmoothing: 0, classWeights: null } as const
    let known = 0
    for (let step = 0; step < 200 && known < 32; step++) {
      await training.step({ batches: [labelled], epoch: 0, step, learningRate: 1e-3 })
      // In eval mode, by statistics that follow the weights with some delay.
      if (step % 10 === 9)
        known = (await model.evaluate({ ...labelled, loss, flip: false })).rank.filter(
          (rank) => rank === 0,
        ).length
    }
    expect(known).toBe(32)
    training.close()
    model.close()
  })

  it('refuses a head without classes, labels out of range and layers that it lacks', async () => {
    const head = { kind: 'classifier', classes: 0, dropout: 0 } as const
    await expect(native().createModel(specOf(architecture, { head }))).rejects.toThrow(RangeError)
    const model = await native().createModel(specOf(architecture))
    const training = await trainer(model)
    const stage = { frozenBatchNorm: 'stored', imageSize: size, batchSize: 2 } as const
    const unknown = training.setStage({ ...stage, groups: [{ layers: ['layer9'], rateFactor: 1 }] })
    await expect(unknown).rejects.toMatchObject({
      code: 'NETWORK',
      message: expect.stringContaining('layer9'),
    })
    const layers = layersOf(model).slice(-1)
    const twice = training.setStage({
      ...stage,
      groups: [
        { layers, rateFactor: 1 },
        { layers, rateFactor: 2 },
      ],
    })
    await expect(twice).rejects.toMatchObject({ code: 'NETWORK', message: expect.stringContaining('twice') })
    await training.setStage({ ...stage, groups: [{ layers, rateFactor: 1 }] })
    const labelled = { batch: noiseBatch(2, size), labels: Int32Array.of(0, CLASSES) }
    const step = training.step({ batches: [labelled], epoch: 0, step: 0, learningRate: 1 })
    await expect(step).rejects.toMatchObject({ code: 'NETWORK', message: expect.stringContaining('labels') })
    expect(() => resolveTrainable(freeze.allButLast(1000), model.description)).toThrow(RangeError)
    training.close()
    model.close()
  })
})
