import { describe, expect, it } from 'vitest'
import { checkRates, rateGroups } from '../../lib/training/rates.js'
import { inceptionResnetV1 } from '../model/description.js'

describe('wrong factors', () => {
  it.each([
    [{ layer4: 1 }, TypeError, "Expected one of 'trunk', 'head', 'conv2d_1a'"],
    [{ trunk: '1' }, TypeError, 'for layerRates[trunk] but received "1"'],
    [{ trunk: 0 }, RangeError, 'Expected a number above 0 for layerRates[trunk] but received 0'],
    [{ head: -1 }, RangeError, 'for layerRates[head] but received -1'],
    [[0.1], TypeError, 'Expected an object of factors by group for layerRates but received an array of 1'],
    [null, TypeError, 'received null'],
    [new Map([['trunk', 0.1]]), TypeError, 'received Map of type object'],
  ])('%j are refused', (rates, kind, message) => {
    const check = () => checkRates('layerRates', rates, 'inceptionResnetV1')
    expect(check).toThrow(kind)
    expect(check).toThrow(message)
  })
})

const description = inceptionResnetV1(16, [1024, 512])

function factors(rates: object, layers: readonly string[]) {
  const checked = checkRates('layerRates', rates, 'inceptionResnetV1')
  return rateGroups(layers, description, checked)
}

it('gives every layer the factor of its group, else of the trunk or the head, else 1', () => {
  const layers = ['conv2d_1a.conv', 'repeat_3.4.conv2d', 'block8.conv2d', 'head.0', 'head.3']
  expect(factors({}, layers)).toEqual([{ layers, rateFactor: 1 }])
  expect(factors({ trunk: 0.1, block8: 0.5 }, layers)).toEqual([
    { layers: ['conv2d_1a.conv', 'repeat_3.4.conv2d'], rateFactor: 0.1 },
    { layers: ['block8.conv2d'], rateFactor: 0.5 },
    { layers: ['head.0', 'head.3'], rateFactor: 1 },
  ])
  expect(factors({ head: 2 }, layers).at(-1)).toEqual({ layers: ['head.0', 'head.3'], rateFactor: 2 })
})

it('is a value that cannot change', () => {
  expect(Object.isFrozen(checkRates('layerRates', { head: 2 }, 'resnet50'))).toBe(true)
})
