import { describe, expect, test } from 'vitest'
import {
  architectures,
  checkStages,
  freeze,
  policyName,
  resolveTrainable,
  stageAt,
  type TrunkLayer,
} from '../../lib/model/index.js'
import { golden, inceptionResnetV1, withOwnClassifier } from './description.js'

const network = inceptionResnetV1(16, [1024, 512])
const resnet50 = withOwnClassifier('resnet50')
const mobilenetV2 = withOwnClassifier('mobilenet_v2')

describe('wrong arguments', () => {
  test.each([
    [undefined, TypeError],
    ['15', TypeError],
    [1.5, TypeError],
    [Number.NaN, TypeError],
    [0, RangeError],
    [-1, RangeError],
  ])('%o as a number of layers or epochs', (value, error) => {
    expect(() => freeze.allButLast(value as never)).toThrow(error)
    expect(() => freeze.allButLast(value as never)).toThrow(
      /^Expected an integer of at least 1 for layers but received/,
    )
    expect(() => freeze.trunk().forEpochs(value as never)).toThrow(error)
    expect(() => freeze.trunk().forEpochs(value as never)).toThrow(/for epochs but received/)
  })

  test('more layers than the trunk has', () => {
    expect(() => resolveTrainable(freeze.allButLast(244), network)).toThrow(RangeError)
    expect(() => resolveTrainable(freeze.allButLast(244), network)).toThrow(
      'Expected at most 243 layers, all that the trunk has, for layers but received 244',
    )
  })

  test('a group that is none, or none of this network', () => {
    expect(() => freeze.upTo(4 as never)).toThrow(TypeError)
    expect(() => freeze.upTo(4 as never)).toThrow('Expected a non-empty string for group but received 4')
    const message =
      "Expected one of 'conv1', 'bn1', 'layer1', 'layer2', 'layer3', 'layer4' for group but received "
    expect(() => resolveTrainable(freeze.upTo('layer9' as never), resnet50)).toThrow(RangeError)
    expect(() => resolveTrainable(freeze.upTo('layer9' as never), resnet50)).toThrow(`${message}"layer9"`)
    expect(() => resolveTrainable(freeze.upTo('block8'), resnet50)).toThrow(`${message}"block8"`)
    expect(() => resolveTrainable(freeze.upTo('layer4'), network)).toThrow("'repeat_3', 'block8' for group")
    expect(() => resolveTrainable(freeze.upTo('features' as never), mobilenetV2)).toThrow(RangeError)
  })

  test('a predicate that is none, or that answers something else', () => {
    expect(() => freeze.where('conv1' as never)).toThrow(TypeError)
    expect(() => freeze.where('conv1' as never)).toThrow(
      'Expected a function of a layer for predicate but received "conv1"',
    )
    const policy = freeze.where((({ name }: TrunkLayer) => name === 'conv1' || undefined) as never)
    expect(() => resolveTrainable(policy, resnet50)).toThrow(TypeError)
    expect(() => resolveTrainable(policy, resnet50)).toThrow(
      'Expected true or false for predicate of layer bn1 but received undefined of type undefined',
    )
  })

  test.each([
    [() => freeze.trunk('batch' as never), 'Expected an object for freeze but received "batch"'],
    [() => freeze.trunk({ bn: 1 } as never), 'Unknown option bn in freeze; known options: frozenBatchNorm'],
    [
      () => freeze.allButLast(1, { frozenBatchNorm: true as never }),
      "Expected one of 'stored', 'batch' for frozenBatchNorm but received true",
    ],
    [() => freeze.upTo('layer1', { frozenBatchNorm: 'eval' as never }), 'for frozenBatchNorm'],
    [() => freeze.where(() => true, { frozenBatchNorm: null as never }), 'for frozenBatchNorm'],
  ])('%s as options', (make, message) => {
    expect(make).toThrow(TypeError)
    expect(make).toThrow(message)
  })

  test('stages that are none, or that would never end', () => {
    expect(() => checkStages('stages', [{ kind: 'trunk' }])).toThrow(TypeError)
    expect(() => checkStages('stages', [freeze.trunk().forEpochs(1), null])).toThrow(
      / for stages\[1\] but received null/,
    )
    expect(() => checkStages('stages', [freeze.trunk(), freeze.nothing()])).toThrow(RangeError)
    expect(() => checkStages('stages', [freeze.trunk(), freeze.nothing()])).toThrow(
      'Expected .forEpochs(n), as other stages follow, for stages[0]',
    )
    expect(() => stageAt([], 0)).toThrow(RangeError)
  })
})

test('policies and stages are immutable and comparable', () => {
  const stage = freeze.allButLast(15).forEpochs(3)
  expect(stage).toEqual(freeze.allButLast(15).forEpochs(3))
  expect(stage).not.toEqual(freeze.allButLast(14).forEpochs(3))
  expect(freeze.trunk()).not.toEqual(freeze.nothing())
  const policy = { kind: 'allButLast', layers: 15, group: null, predicate: null, frozenBatchNorm: 'stored' }
  expect(JSON.parse(JSON.stringify(stage))).toEqual({ policy, epochs: 3 })
  expect(() => Object.assign(stage, { epochs: 4 })).toThrow(TypeError)
  expect(() => Object.assign(stage.policy, { layers: 4 })).toThrow(TypeError)
  expect(freeze.upTo('layer2')).toEqual(freeze.upTo('layer2'))
  expect(freeze.upTo('layer2')).not.toEqual(freeze.upTo('layer3'))
  expect(freeze.trunk({ frozenBatchNorm: 'batch' })).not.toEqual(freeze.trunk())
  expect(freeze.trunk({ frozenBatchNorm: 'stored' })).toEqual(freeze.trunk())
  const predicate = () => true
  expect(freeze.where(predicate)).toEqual(freeze.where(predicate))
  expect(freeze.where(predicate)).not.toEqual(freeze.where(() => true))
  const stages = checkStages('stages', [stage])
  expect(() => (stages as unknown[]).push(stage)).toThrow(TypeError)
})

describe('the layers that learn', () => {
  interface Staged {
    stages: { policy: 'trunk' | { allButLast: number }; trainable: string[]; trainableParameters: number }[]
  }
  const { stages } = golden<Staged>('staged_inception_resnet_v1')

  test.each(stages)('equal the reference with $policy', ({ policy, trainable, trainableParameters }) => {
    const names = resolveTrainable(
      policy === 'trunk' ? freeze.trunk() : freeze.allButLast(policy.allButLast),
      network,
    )
    const parameters = network.layers
      .filter(({ name }) => names.includes(name))
      .flatMap((layer) => layer.parameters)
    expect(parameters).toEqual(trainable)
    const shapes = new Map(network.tensors.map(({ name, shape }) => [name, shape]))
    const sizes = parameters.map((name) => (shapes.get(name) as number[]).reduce((a, b) => a * b, 1))
    expect(sizes.reduce((a, b) => a + b, 0)).toBe(trainableParameters)
  })

  test('nothing frozen, all of the trunk, and one layer of it', () => {
    const all = network.layers.map(({ name }) => name)
    expect(all).toHaveLength(246)
    expect(resolveTrainable(freeze.nothing(), network)).toEqual(all)
    expect(resolveTrainable(freeze.allButLast(243), network)).toEqual(all)
    expect(resolveTrainable(freeze.allButLast(1), network)).toEqual([
      'block8.conv2d',
      'head.0',
      'head.3',
      'head.6',
    ])
  })

  test("the network's own classifier is a head too", () => {
    const own = ['last_linear', 'last_bn', 'logits']
    expect(resolveTrainable(freeze.trunk(), inceptionResnetV1(16))).toEqual(own)
    expect(resolveTrainable(freeze.allButLast(1), inceptionResnetV1(16))).toEqual(['block8.conv2d', ...own])
  })
})

describe('up to a group', () => {
  test.each([
    ['inceptionResnetV1', network],
    ['mobilenetV2', mobilenetV2],
    ['resnet50', resnet50],
  ] as const)('of %s: each group takes its layers from those that learn', (name, description) => {
    let learning = description.layers.map((layer) => layer.name)
    for (const group of architectures[name].groups) {
      const rest = learning.filter((layer) => layer !== group && !layer.startsWith(`${group}.`))
      expect(rest.length).toBeLessThan(learning.length)
      expect(resolveTrainable(freeze.upTo(group), description)).toEqual(rest)
      learning = rest
    }
    expect(learning).toEqual(resolveTrainable(freeze.trunk(), description))
  })

  test("MobileNetV2's tenth block is no part of its first", () => {
    const learning = resolveTrainable(freeze.upTo('features.1'), mobilenetV2)
    expect(learning[0]).toBe('features.2.conv.0.0')
    expect(learning).toContain('features.10.conv.0.0')
  })
})

describe('where a predicate says so', () => {
  test('it is asked once for each layer of the trunk, in order', () => {
    const asked: TrunkLayer[] = []
    const policy = freeze.where((layer) => asked.push(layer) > 10 ** 6)
    expect(resolveTrainable(policy, resnet50)).toEqual(resnet50.layers.map(({ name }) => name))
    expect(asked.map(({ name }) => name)).toEqual(
      resnet50.layers.filter(({ part }) => part === 'trunk').map(({ name }) => name),
    )
    expect(asked.map(({ index }) => index)).toEqual(asked.map((_, index) => index))
    expect(asked[3]).toEqual({
      name: 'layer1.0.bn1',
      operation: 'batch_norm',
      group: 'layer1',
      index: 3,
      count: 106,
    })
    expect(() => Object.assign(asked[0] as object, { index: 1 })).toThrow(TypeError)
  })

  test('its layers are frozen, and the head never is', () => {
    const norms = freeze.where(({ operation }) => operation === 'batch_norm')
    const convolutions = network.layers.filter(
      ({ part, operation }) => part === 'head' || operation === 'conv2d',
    )
    expect(resolveTrainable(norms, network)).toEqual(convolutions.map(({ name }) => name))
    expect(
      resolveTrainable(
        freeze.where(() => true),
        network,
      ),
    ).toEqual(['head.0', 'head.3', 'head.6'])
    expect(
      resolveTrainable(
        freeze.where(({ index, count }) => index < count - 15),
        network,
      ),
    ).toEqual(resolveTrainable(freeze.allButLast(15), network))
    expect(
      resolveTrainable(
        freeze.where(({ group }) => group !== 'layer4'),
        resnet50,
      ),
    ).toEqual(resolveTrainable(freeze.upTo('layer3'), resnet50))
  })
})

test('what frozen batch norms do is a field of the policy', () => {
  const options = { frozenBatchNorm: 'batch' } as const
  const policies = [
    freeze.trunk(options),
    freeze.allButLast(2, options),
    freeze.upTo('layer2', options),
    freeze.where(() => true, options),
  ]
  for (const policy of policies) expect(policy.frozenBatchNorm).toBe('batch')
  expect(policies[1]?.forEpochs(2).policy).toMatchObject({ layers: 2, frozenBatchNorm: 'batch' })
  for (const policy of [freeze.nothing(), freeze.trunk(), freeze.allButLast(2)]) {
    expect(policy.frozenBatchNorm).toBe('stored')
  }
})

test('policies have short names', () => {
  expect(policyName(freeze.upTo('features.13'))).toBe('frozen up to features.13')
  expect(policyName(freeze.where(() => true))).toBe('chosen layers frozen')
})

describe('the stage of an epoch', () => {
  const report = checkStages('stages', [freeze.trunk().forEpochs(3), freeze.allButLast(15)])

  test('the last stage goes on where it has no end', () => {
    const stages = [1, 3, 4, 1000].map((epoch) => stageAt(report, epoch))
    expect(stages.map(({ stage, policy }) => [stage, policyName(policy)])).toEqual([
      [1, 'trunk frozen'],
      [1, 'trunk frozen'],
      [2, 'last 15 layers of the trunk learn'],
      [2, 'last 15 layers of the trunk learn'],
    ])
  })

  test('after the last stage with an end all layers learn', () => {
    const stages = checkStages('stages', [freeze.trunk().forEpochs(1), freeze.allButLast(1).forEpochs(2)])
    expect([1, 2, 3, 4, 5].map((epoch) => stageAt(stages, epoch).stage)).toEqual([1, 2, 2, 3, 3])
    expect(policyName(stageAt(stages, 3).policy)).toBe('last layer of the trunk learns')
    expect(stageAt(stages, 4).policy).toEqual(freeze.nothing())
  })

  test('without stages all layers learn', () => {
    expect(stageAt(checkStages('stages', []), 7)).toEqual({ stage: 1, policy: freeze.nothing() })
  })
})
