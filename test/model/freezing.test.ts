import { describe, expect, test } from 'vitest'
import { checkStages, freeze, policyName, resolveTrainable, stageAt } from '../../lib/model/index.js'
import { golden, inceptionResnetV1 } from './description.js'

const network = inceptionResnetV1(16, [1024, 512])

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
  expect(JSON.parse(JSON.stringify(stage))).toEqual({ policy: { kind: 'allButLast', layers: 15 }, epochs: 3 })
  expect(() => Object.assign(stage, { epochs: 4 })).toThrow(TypeError)
  expect(() => Object.assign(stage.policy, { layers: 4 })).toThrow(TypeError)
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
