// What the names of the closed list make of their arguments, and which arguments they refuse.

import { describe, expect, test } from 'vitest'
import { rawFile, refusal, tensorsOf } from './files.js'
import { call, dict, op, type Pushed, push, times, tuple } from './pickles.js'
import { archive, floats, NO_HOOKS, storage, vector, view } from './torch-files.js'

function reasonOf(object: Pushed): Promise<string> {
  return refusal(rawFile(archive(object), 'made.pt'))
}

const NOT_A_STORAGE = 'its pickle is malformed: a storage is not described as one'
const MALFORMED = 'its pickle is malformed: '
const FLOAT = op.GLOBAL('torch', 'FloatStorage')

function persistent(...items: Pushed[]): Buffer {
  return Buffer.concat([tuple(...items), op.BINPERSID])
}

function rebuilt(...args: Pushed[]): Buffer {
  return call('torch._utils._rebuild_tensor_v2', ...args)
}

const two = tuple(2)
const step = tuple(1)

describe('malformed arguments', () => {
  const plain = [storage('0', 2), 0, two, step, false, NO_HOOKS] as const
  const noStorage = `${MALFORMED}a tensor without a storage`
  const noSizes = 'its pickle has a tensor that lacks its sizes or strides'
  const noPairs = `${MALFORMED}an OrderedDict of what are no pairs`

  test.each<[string, Pushed, string]>([
    [
      'a call of a storage class',
      Buffer.concat([FLOAT, two, op.REDUCE]),
      `${MALFORMED}it calls torch.FloatStorage`,
    ],
    ['a call of a dict', Buffer.concat([op.EMPTY_DICT, two, op.REDUCE]), `${MALFORMED}it calls a dict`],
    ['a call of None', Buffer.concat([op.NONE, two, op.REDUCE]), `${MALFORMED}it calls None`],
    ['a call of a tensor', Buffer.concat([vector(), two, op.REDUCE]), `${MALFORMED}it calls a tensor`],
    ['a tensor of three arguments', rebuilt(...plain.slice(0, 3)), noStorage],
    ['a tensor of eight arguments', rebuilt(...plain, null, null), noStorage],
    ['a tensor of none', rebuilt(), noStorage],
    ['a tensor of a key', rebuilt('0', ...plain.slice(1)), noStorage],
    ['a tensor of a storage class', rebuilt(FLOAT, ...plain.slice(1)), noStorage],
    ['sizes in a list', rebuilt(storage('0', 2), 0, [2], step, false, NO_HOOKS), noSizes],
    ['sizes of None', rebuilt(storage('0', 2), 0, null, step, false, NO_HOOKS), noSizes],
    ['more sizes than strides', rebuilt(storage('0', 2), 0, tuple(1, 2), step, false, NO_HOOKS), noSizes],
    ['a size that is a fraction', view(storage('0', 2), 0, [1.5], [1]), noSizes],
    ['a size that is NaN', view(storage('0', 2), 0, [NaN], [1]), noSizes],
    ['a size that is a truth value', view(storage('0', 2), 0, [true], [1]), noSizes],
    ['a size past the integers', view(storage('0', 2), 0, [op.LONG1(...Array(9).fill(1))], [1]), noSizes],
    ['an offset that is a text', view(storage('0', 2), '0', [2], [1]), noSizes],
    ['an offset of None', view(storage('0', 2), null, [2], [1]), noSizes],
    [
      'a million sizes',
      rebuilt(plain[0], 0, Buffer.concat([op.MARK, times(1e6, op.BININT1(1)), op.TUPLE]), ...plain.slice(3)),
      noSizes,
    ],
    [
      '65 sizes',
      view(storage('0', 2), 0, Array(65).fill(1), Array(65).fill(1)),
      'has more than 64 dimensions',
    ],
    ['a negative offset', view(storage('0', 2), -1, [1], [1]), 'reaches past its storage of 2 elements'],
    ['an empty tensor past its storage', view(storage('0', 2), 3, [0], [1]), 'reaches past its storage of 2'],
    [
      'a step past all integers',
      view(storage('0', 2), 0, [2], [2 ** 53 - 1]),
      'reaches past its storage of 2',
    ],
    [
      'steps whose sum is no number',
      view(storage('0', 2), 0, Array(60).fill(2), Array(60).fill(2 ** 52)),
      'too many',
    ],
    ['metadata that are no dict', rebuilt(...plain, [1]), 'a conjugate or negative bit'],
    [
      'a negative bit',
      rebuilt(...plain, { neg: true }),
      'it has a tensor with a conjugate or negative bit. Save it',
    ],
    [
      'a conjugate bit',
      rebuilt(...plain, { conj: true }),
      'it has a tensor with a conjugate or negative bit',
    ],
    [
      'a parameter of a list',
      call('torch._utils._rebuild_parameter', [], true, NO_HOOKS),
      'a parameter of what is no',
    ],
    [
      'a parameter of two',
      call('torch._utils._rebuild_parameter', vector(), true),
      'a parameter of what is no tensor',
    ],
    ['an OrderedDict of a text', call('collections.OrderedDict', 'ab'), noPairs],
    ['an OrderedDict of texts', call('collections.OrderedDict', ['ab']), noPairs],
    ['an OrderedDict of triples without a value', call('collections.OrderedDict', [['a']]), noPairs],
    ['an OrderedDict of numbers', call('collections.OrderedDict', [[1, 2]]), noPairs],
    ['an OrderedDict of two lists', call('collections.OrderedDict', [], []), noPairs],
    ['a Counter of a list', call('collections.Counter', []), 'a Counter of what is no dict'],
    ['a Size of a list', call('torch.Size', [1]), 'a torch.Size of what is no tuple'],
    ['a Size of two', call('torch.Size', two, two), 'a torch.Size of what is no tuple'],
  ])('%s', async (_, object, reason) => {
    expect(await reasonOf([object])).toContain(reason)
  })
})

describe('malformed persistent ids', () => {
  test.each<[string, Buffer, string]>([
    ['a text', Buffer.concat([push('storage'), op.BINPERSID]), NOT_A_STORAGE],
    ['an empty tuple', persistent(), NOT_A_STORAGE],
    ['a list', Buffer.concat([push(['storage', FLOAT, '0', 'cpu', 2]), op.BINPERSID]), NOT_A_STORAGE],
    ['another kind', persistent('tensor', FLOAT, '0', 'cpu', 2), NOT_A_STORAGE],
    ['a class as text', persistent('storage', 'FloatStorage', '0', 'cpu', 2), NOT_A_STORAGE],
    ['a callable as class', persistent('storage', op.GLOBAL('torch', 'Size'), '0', 'cpu', 2), NOT_A_STORAGE],
    ['a key that is a number', persistent('storage', FLOAT, 0, 'cpu', 2), NOT_A_STORAGE],
    ['no count', persistent('storage', FLOAT, '0', 'cpu'), NOT_A_STORAGE],
    ['a negative count', persistent('storage', FLOAT, '0', 'cpu', -1), NOT_A_STORAGE],
    [
      'a count past the integers',
      persistent('storage', FLOAT, '0', 'cpu', op.LONG1(...Array(9).fill(1))),
      NOT_A_STORAGE,
    ],
    ['seven items', persistent('storage', FLOAT, '0', 'cpu', 2, null, null), NOT_A_STORAGE],
    ['a module', persistent('module', FLOAT, 'net.py', 'class Net: pass'), 'it is a whole pickled model'],
    [
      'a part that is no tuple',
      storage('0', 2, 'FloatStorage', ['v', 0, 1]),
      'a part of a storage reaches past it',
    ],
    [
      'a part past the end',
      storage('0', 2, 'FloatStorage', tuple('v', 1, 2)),
      'a part of a storage reaches past it',
    ],
    [
      'a part before it',
      storage('0', 2, 'FloatStorage', tuple('v', -1, 2)),
      'a part of a storage reaches past it',
    ],
  ])('%s', async (_, id, reason) => {
    expect(await reasonOf({ a: id })).toContain(reason)
  })
})

test('what the list makes: dicts of pairs, counters, sizes, parameters with and without a state', async () => {
  const shared = { 0: floats(1, 2, 3, 4) }
  const data = view(storage('0', 4), 1, [2], [1])
  const pairs = [[push('a'), data], tuple('b', vector(4))] as Pushed[]
  const parameter = call('torch._utils._rebuild_parameter', data, true, NO_HOOKS)
  const stateful = call('torch._utils._rebuild_parameter_with_state', data, true, NO_HOOKS, { x: 1 })
  const object = dict([
    ['ordered', call('collections.OrderedDict', pairs)],
    ['milestones', call('collections.Counter', dict([[10, 1]]))],
    ['size', call('torch.Size', tuple(1, 2))],
    ['parameter', parameter],
    ['stateful', stateful],
    ['cuda', view(storage('0', 4, 'cuda.FloatStorage'), 3, [], [])],
    [
      'plain metadata',
      call('torch._utils._rebuild_tensor_v2', storage('0', 4), 0, two, step, false, NO_HOOKS, {}),
    ],
  ])
  expect(await tensorsOf(rawFile(archive(object, shared), 'made.pt'))).toEqual({
    parameter: [[2], [2, 3]],
    stateful: [[2], [2, 3]],
    cuda: [[], [4]],
    'plain metadata': [[2], [1, 2]],
    'ordered.a': [[2], [2, 3]],
    'ordered.b': [[4], [1, 2, 3, 4]],
  })
})
