import { describe, expect, it } from 'vitest'
import { adam, adamW, arcFace, cosFace, crossEntropy, sgd } from '../../lib/training/index.js'
import { type ClassWeights, checkLossFits, lossArgument, lossSpec } from '../../lib/training/losses.js'
import { optimizerArgument } from '../../lib/training/optimizers.js'

const classes = ['anna', 'ben', 'constructor']

function weigh(classWeights: ClassWeights) {
  return lossSpec(crossEntropy({ classWeights }), classes, [1, 3, 0]).classWeights
}

describe('class weights', () => {
  it('are numbers by label, by name, or such that all classes count the same', () => {
    expect(weigh([1, 2, 3])).toEqual([1, 2, 3])
    expect(weigh({ ben: 2 })).toEqual([1, 2, 1])
    expect(weigh('balanced')).toEqual([4 / 3, 4 / 9, 1]) // nobody has a photograph of the last one
    expect(lossSpec(crossEntropy(), classes, [1, 3, 0]).classWeights).toBe(null)
  })
})

describe('wrong settings', () => {
  it.each([
    [
      () => adam({ learningRate: -1 }),
      'Expected a number of at least 0 for learningRate but received -1 of type number',
    ],
    [
      () => adam({ betas: [0.9, 1] }),
      'Expected a number of at least 0 and below 1 for betas[1] but received 1',
    ],
    [() => adam({ epsilon: -1e-8 }), 'for epsilon'],
    [() => adamW({ weightDecay: -0.1 }), 'for weightDecay'],
    [() => sgd({ momentum: -0.9 }), 'for momentum'],
    [() => sgd({ nesterov: true }), 'Expected a number above 0 beside nesterov for momentum but received 0'],
    [() => crossEntropy({ labelSmoothing: 1.5 }), 'Expected a number between 0 and 1 for labelSmoothing'],
    [() => crossEntropy({ classWeights: [1, 0] }), 'for classWeights[1] but received 0'],
    [() => crossEntropy({ classWeights: { anna: -1 } }), 'for classWeights[anna] but received -1'],
    [() => arcFace({ margin: 1.6 }), 'Expected a number between 0 and 1.5 for margin but received 1.6'],
    [() => cosFace({ margin: -0.1 }), 'Expected a number between 0 and 1 for margin but received -0.1'],
    [() => cosFace({ labelSmoothing: 2 }), 'for labelSmoothing'],
    [() => arcFace({ classWeights: [0] }), 'for classWeights[0] but received 0'],
    [() => weigh([1]), 'Expected 3 numbers, one a class, for classWeights but received an array of 1'],
    [() => weigh({ dora: 1 }), 'Expected names of classes alone for classWeights but received "dora"'],
  ])('%s is a RangeError', (make, message) => {
    expect(make).toThrow(RangeError)
    expect(make).toThrow(message)
  })

  it.each([
    [
      () => adam({ learningRate: '1e-3' as never }),
      'Expected a number of at least 0 for learningRate but received "1e-3"',
    ],
    [() => adam({ learningRate: Number.NaN }), 'for learningRate but received NaN'],
    [
      () => adam({ betas: [0.9] as never }),
      'Expected a pair of numbers for betas but received an array of 1',
    ],
    [() => adam({ lr: 1 } as never), 'Unknown option lr in adam'],
    [() => adamW({ lr: 1 } as never), 'Unknown option lr in adamW'],
    [() => sgd({ nesterov: 1 as never }), 'Expected true or false for nesterov'],
    [
      () => crossEntropy({ classWeights: 'even' as never }),
      '\'balanced\' for classWeights but received "even"',
    ],
    [() => crossEntropy({ classWeights: ['1'] as never }), 'for classWeights[0] but received "1"'],
    [() => crossEntropy({ classWeights: new Map([['anna', 5]]) as never }), 'received Map of type object'],
    [() => crossEntropy({ classWeights: Float32Array.of(1, 2, 3) as never }), 'received Float32Array'],
    [() => crossEntropy({ classWeights: new Array(3) }), 'for classWeights[0] but received undefined'],
    [
      () => lossArgument('loss', { kind: 'crossEntropy' }),
      'Expected a loss made by crossEntropy(), arcFace() or cosFace() for loss',
    ],
    [() => arcFace({ margin: '0.5' as never }), 'for margin but received "0.5" of type string'],
    [() => arcFace(0.5 as never), 'Expected an object for arcFace but received 0.5'],
    [
      () => cosFace({ m: 0.35 } as never),
      'Unknown option m in cosFace; known options: margin, labelSmoothing, classWeights',
    ],
    [() => lossArgument('loss', { ...crossEntropy(), kind: 'arcFace' }), 'a loss made by'],
    [() => lossArgument('loss', arcFace), 'received a function of type function'],
    [
      () => checkLossFits(arcFace(), { kind: 'classifier', classes: 3, dropout: 0 }),
      'Expected .cosineHead() for arcFace(), whose margin is one of angles',
    ],
    [() => crossEntropy(0.1 as never), 'Expected an object for crossEntropy but received 0.1'],
    [() => optimizerArgument('optimizer', adam), 'Expected an optimizer made by adam(), adamW() or sgd()'],
    [() => optimizerArgument('optimizer', null), 'received null of type null'],
    [
      () => lossArgument('loss', 'crossEntropy'),
      'Expected a loss made by crossEntropy(), arcFace() or cosFace() for loss',
    ],
  ])('%s is a TypeError', (make, message) => {
    expect(make).toThrow(TypeError)
    expect(make).toThrow(message)
  })
})

it("fills in PyTorch's defaults", () => {
  expect(adam()).toEqual({
    kind: 'adam',
    learningRate: 1e-3,
    spec: { kind: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 },
  })
  expect(adamW().spec).toEqual({ kind: 'adamw', beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 1e-2 })
  expect(sgd()).toEqual({
    kind: 'sgd',
    learningRate: 1e-3,
    spec: { kind: 'sgd', momentum: 0, nesterov: false, weightDecay: 0 },
  })
  expect(crossEntropy()).toEqual({ kind: 'crossEntropy', labelSmoothing: 0, classWeights: null })
})

it('makes values that cannot change', () => {
  for (const value of [adam(), adamW(), sgd()]) {
    expect(Object.isFrozen(value)).toBe(true)
    expect(Object.isFrozen(value.spec)).toBe(true)
  }
  const weights = { anna: 2 }
  const loss = crossEntropy({ classWeights: weights })
  weights.anna = 3
  expect(Object.isFrozen(loss) && Object.isFrozen(loss.classWeights)).toBe(true)
  expect(loss.classWeights).toEqual({ anna: 2 })
})

it('margins have the defaults of their papers, beside smoothing and class weights', () => {
  const settings = { labelSmoothing: 0, classWeights: null }
  expect(arcFace()).toEqual({ kind: 'arcFace', margin: 0.5, ...settings })
  expect(cosFace()).toEqual({ kind: 'cosFace', margin: 0.35, ...settings })
  expect(Object.isFrozen(arcFace()) && Object.isFrozen(cosFace())).toBe(true)
  const given = { margin: 0.2, labelSmoothing: 0.1, classWeights: { ben: 2 } }
  const spec = { margin: 0.2, labelSmoothing: 0.1, classWeights: [1, 2, 1] }
  expect(lossSpec(arcFace(given), classes, [1, 3, 0])).toEqual({ kind: 'arc_face', ...spec })
  expect(lossSpec(cosFace(given), classes, [1, 3, 0])).toEqual({ kind: 'cos_face', ...spec })
  for (const loss of [arcFace(), cosFace(), crossEntropy()]) expect(lossArgument('loss', loss)).toBe(loss)
})
