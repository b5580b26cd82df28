import { expect, test } from 'vitest'
import {
  matchState,
  refuseMisfits,
  type StateMatch,
  unforeseen,
  WeightsMismatchError,
} from '../../lib/model/index.js'
import type { StateTensor } from '../../lib/native/index.js'
import { inceptionResnetV1, zeros } from './description.js'

function mismatchOf(match: StateMatch): WeightsMismatchError | null {
  try {
    refuseMisfits(match, (reason) => `It is off: ${reason}.`)
    return null
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(WeightsMismatchError)
    return thrown as WeightsMismatchError
  }
}

const network = inceptionResnetV1(16)
const state = zeros(network)

test('a state of the same network fits whole', () => {
  const match = matchState(state, network)
  expect(match).toEqual({ load: state, missing: [], unexpected: [], wrongShape: [] })
  expect(mismatchOf(match)).toBeNull()
})

test('each way not to fit has its list', () => {
  const [first, second, ...rest] = state as [StateTensor, StateTensor, ...StateTensor[]]
  const flat = { ...second, shape: [2, 16] }
  const extra = { ...second, name: 'extra\u001b' }
  const match = matchState([flat, extra, ...rest], network)
  expect(match.load).toEqual(rest)
  expect(match.missing).toEqual(['conv2d_1a.conv.weight'])
  expect(match.unexpected).toEqual(['extra\u001b'])
  expect(match.wrongShape).toEqual([
    {
      name: 'conv2d_1a.bn.weight',
      expected: { shape: [32], dtype: 'float32' },
      found: { shape: [2, 16], dtype: 'float32' },
    },
  ])
  expect(first.name).toBe('conv2d_1a.conv.weight')
  const { missing, unexpected, wrongShape } = match
  expect(mismatchOf(match)).toMatchObject({
    code: 'WEIGHTS',
    message:
      'It is off: tensors do not fit: 1 missing ("conv2d_1a.conv.weight"), 1 unexpected ("extra\\u001b"), ' +
      '1 of another shape ("conv2d_1a.bn.weight" is float32 [2, 16], not float32 [32]).',
    missing,
    unexpected,
    wrongShape,
  })
})

test('what is expected is left out of what is off, by tensor or by module, and nothing else', () => {
  const [, second, ...rest] = state as [StateTensor, StateTensor, ...StateTensor[]]
  const match = matchState(
    [{ ...second, shape: [1] }, { ...second, name: 'aux.fc.weight' }, ...rest],
    network,
  )
  const left = (expected: object) => {
    const { missing, unexpected, wrongShape } = unforeseen(match, expected)
    return [...missing, ...unexpected, ...wrongShape.map(({ name }) => name)]
  }
  const all = ['conv2d_1a.conv.weight', 'aux.fc.weight', 'conv2d_1a.bn.weight']
  expect(left({})).toEqual(all)
  expect(left({ missing: ['conv2d_1a.conv.weight'], unexpected: ['aux'] })).toEqual([all[2]])
  expect(left({ wrongShape: ['conv2d_1a.bn'], unexpected: ['au', 'aux.fc.w', 'fc'] })).toEqual(
    all.slice(0, 2),
  )
  expect(left({ missing: all, unexpected: all, wrongShape: all })).toEqual([])
  expect(left({ missing: [all[1]], unexpected: [all[0]] })).toEqual(all)
})

test('another width of float fits, an integer does not', () => {
  const [first] = state as [StateTensor]
  expect(matchState([{ ...first, dtype: 'float64' }], network).load).toHaveLength(1)
  expect(matchState([{ ...first, dtype: 'int64' }], network).wrongShape).toHaveLength(1)
})

test('halves become float32, and short integers counters', () => {
  const [first] = state as [StateTensor]
  const half = { ...first, dtype: 'bfloat16', data: first.data.subarray(first.data.length / 2) } as const
  const counter = state.find(({ dtype }) => dtype === 'int64') as StateTensor
  const short = { ...counter, dtype: 'int32', data: Uint8Array.of(7, 0, 0, 0) } as const
  expect(matchState([half, short], network).load).toEqual([
    first,
    { ...counter, data: Uint8Array.of(7, 0, 0, 0, 0, 0, 0, 0) },
  ])
})

test('counters of batches may be missing', () => {
  const match = matchState(
    state.filter(({ dtype }) => dtype !== 'int64'),
    network,
  )
  expect(match.missing).toEqual([])
  expect(match.load.length).toBeLessThan(state.length)
})

test('a model of other classes has other logits, and gives its trunk', () => {
  const other = inceptionResnetV1(40)
  const match = matchState(state, other)
  expect(match.wrongShape.map(({ name }) => name)).toEqual(['logits.weight', 'logits.bias'])
  const trunk = matchState(state, other, 'trunk')
  expect(trunk.load.map(({ name }) => name)).toEqual(state.slice(0, -8).map(({ name }) => name))
  expect(trunk.missing).toEqual([])
  expect(trunk.wrongShape).toEqual([])
  expect(trunk.unexpected).toEqual([
    'last_linear.weight',
    'last_bn.weight',
    'last_bn.bias',
    'last_bn.running_mean',
    'last_bn.running_var',
    'last_bn.num_batches_tracked',
    'logits.weight',
    'logits.bias',
  ])
})

test('what lies below the logits does not depend on the classes', () => {
  const match = matchState(state, inceptionResnetV1(40), 'belowLogits')
  expect(match.load).toHaveLength(state.length - 2)
  expect(match.missing).toEqual([])
  expect(match.wrongShape).toEqual([])
  expect(match.unexpected).toEqual(['logits.weight', 'logits.bias'])
})

test('a model of another head gives its trunk', () => {
  const trunk = matchState(state, inceptionResnetV1(16, [1024, 512]), 'trunk')
  expect(trunk.load).toHaveLength(state.length - 8)
  expect(trunk.missing).toEqual([])
  expect(matchState(zeros(inceptionResnetV1(16, [8])), network, 'trunk').unexpected).toEqual([
    'head.0.weight',
    'head.0.bias',
    'head.3.weight',
    'head.3.bias',
  ])
})
