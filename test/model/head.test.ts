import { describe, expect, test } from 'vitest'
import {
  architectures,
  checkNormalisation,
  classifierHead,
  cosineHead,
  headOf,
  headSpec,
  mlpHead,
  sameLayers,
} from '../../lib/model/index.js'

describe('wrong arguments', () => {
  test.each<[unknown, ErrorConstructor, string]>([
    [null, TypeError, 'Expected an object for head but received null'],
    [[1024, 512], TypeError, 'Expected an object for head but received an array of 2'],
    [{ widths: [1] }, TypeError, 'Unknown option widths in head; known options: hidden, activation, dropout'],
    [{ hidden: 512 }, TypeError, 'Expected an array of layer widths for head.hidden but received 512'],
    [{ hidden: [512, '1'] }, TypeError, 'for head.hidden[1] but received "1" of type string'],
    [
      { hidden: [0] },
      RangeError,
      'Expected an integer between 1 and 65536 for head.hidden[0] but received 0',
    ],
    [
      { hidden: Array(17).fill(8) },
      RangeError,
      'Expected at most 16 widths for head.hidden but received an array of 17',
    ],
    [{ activation: 'gelu' }, TypeError, "Expected one of 'leaky_relu', 'relu' for head.activation"],
    [{ dropout: '0.5' }, TypeError, 'Expected a number between 0 and 1 for head.dropout'],
    [{ dropout: -0.1 }, RangeError, 'Expected a number between 0 and 1 for head.dropout'],
    [{ dropout: 1 }, RangeError, 'Expected a number below 1 for head.dropout but received 1'],
  ])('%o', (options, error, message) => {
    expect(() => mlpHead(options as never)).toThrow(error)
    expect(() => mlpHead(options as never)).toThrow(message)
  })

  test('of the own classifier', () => {
    expect(() => classifierHead({ hidden: [1] } as never)).toThrow(
      'Unknown option hidden in head; known options: dropout',
    )
    expect(() => classifierHead({ dropout: 1 })).toThrow(RangeError)
    expect(() => classifierHead({ dropout: null as never })).toThrow(TypeError)
  })

  test.each<[unknown, ErrorConstructor, string]>([
    [30, TypeError, 'Expected an object for head but received 30'],
    [{ hidden: [8] }, TypeError, 'Unknown option hidden in head; known options: scale, dropout, embedding'],
    [{ scale: '30' }, TypeError, 'Expected a number between 1 and 1000 for head.scale but received "30"'],
    [{ scale: 0.5 }, RangeError, 'Expected a number between 1 and 1000 for head.scale but received 0.5'],
    [{ dropout: 1 }, RangeError, 'Expected a number below 1 for head.dropout but received 1'],
    [
      { embedding: 0 },
      RangeError,
      'Expected an integer between 1 and 65536 for head.embedding but received 0',
    ],
    [{ embedding: null }, TypeError, 'for head.embedding but received null'],
  ])('of cosines: %o', (options, error, message) => {
    expect(() => cosineHead(options as never)).toThrow(error)
    expect(() => cosineHead(options as never)).toThrow(message)
  })

  test('an embedding of cosines where the network has one', () => {
    const head = cosineHead({ embedding: 512 })
    expect(() => headSpec(head, 'inceptionResnetV1', 2)).toThrow(RangeError)
    expect(() => headSpec(head, 'inceptionResnetV1', 2)).toThrow('for head.embedding but received 512')
    expect(headSpec(head, 'resnet50', 2)).toMatchObject({ embedding: 512 })
  })

  test('of the number of classes', () => {
    expect(() => headSpec(mlpHead(), 'inceptionResnetV1', 1)).toThrow(RangeError)
    expect(() => headSpec(mlpHead(), 'inceptionResnetV1', '7' as never)).toThrow(TypeError)
  })
})

test("the report's head is the default of mlpHead", () => {
  expect(headSpec(mlpHead(), 'inceptionResnetV1', 7000)).toEqual({
    kind: 'mlp',
    classes: 7000,
    hidden: [1024, 512],
    activation: 'leaky_relu',
    dropout: 0.5,
  })
  expect(headSpec(mlpHead({ hidden: [], activation: 'relu', dropout: 0 }), 'inceptionResnetV1', 2)).toEqual({
    kind: 'mlp',
    classes: 2,
    hidden: [],
    activation: 'relu',
    dropout: 0,
  })
})

test("the network's own classifier has the dropout of its authors unless told", () => {
  const classes = 40
  expect(headSpec(classifierHead(), 'inceptionResnetV1', classes)).toEqual({
    kind: 'classifier',
    classes,
    dropout: 0.6,
  })
  expect(headSpec(classifierHead({ dropout: 0 }), 'inceptionResnetV1', classes).dropout).toBe(0)
})

test('a head of cosines has its defaults, survives its specification, and its weights know no scale', () => {
  const spec = headSpec(cosineHead(), 'inceptionResnetV1', 7000)
  expect(spec).toEqual({ kind: 'cosine', classes: 7000, scale: 30, dropout: 0.6, embedding: null })
  const heads = [cosineHead({ dropout: 0.2 }), cosineHead({ scale: 64, dropout: 0, embedding: 128 })]
  for (const head of heads) expect(headOf(headSpec(head, 'resnet50', 3))).toEqual(head)
  const specs = [{}, { scale: 64, dropout: 0.5 }, { embedding: 128 }].map((options) =>
    headSpec(cosineHead(options), 'resnet50', 3),
  )
  const [plain, scaled, wide] = specs as [typeof spec, typeof spec, typeof spec]
  expect(sameLayers(plain, scaled)).toBe(true)
  expect(sameLayers(plain, wide)).toBe(false)
  expect(sameLayers(plain, headSpec(classifierHead(), 'resnet50', 3))).toBe(false)
})

test('a head does not follow its options when they change', () => {
  const hidden = [8]
  const head = mlpHead({ hidden })
  hidden.push(9)
  const spec = headSpec(head, 'inceptionResnetV1', 2)
  expect(spec).toMatchObject({ hidden: [8] })
  if (spec.kind === 'mlp') (spec.hidden as number[]).push(10)
  expect(head).toEqual(mlpHead({ hidden: [8] }))
})

test('the table has a normalisation and a size for each network', () => {
  for (const { normalisation, inputSize, sources } of Object.values(architectures)) {
    expect(checkNormalisation('normalisation', normalisation)).toEqual(normalisation)
    expect(inputSize).toBeGreaterThanOrEqual(75)
    expect(sources.length).toBeGreaterThan(0)
  }
})

test.each<[unknown, ErrorConstructor, string]>([
  [7, TypeError, 'Expected an object for n'],
  [{ mean: [0, 0, 0] }, TypeError, 'Expected an array of 3 numbers for n.std but received undefined'],
  [{ mean: [0, 0], std: [1, 1, 1] }, TypeError, 'Expected an array of 3 numbers for n.mean'],
  [{ mean: [0, 0, Number.NaN], std: [1, 1, 1] }, TypeError, 'for n.mean[2] but received NaN'],
  [{ mean: [0, 0, 0], std: [1, 0, 1] }, RangeError, 'for n.std[1] but received 0'],
  [{ mean: [0, 0, 0], std: [1, 1, 1], scale: 1 }, TypeError, 'Unknown option scale in n'],
])('a normalisation of %o', (value, error, message) => {
  expect(() => checkNormalisation('n', value)).toThrow(error)
  expect(() => checkNormalisation('n', value)).toThrow(message)
})
