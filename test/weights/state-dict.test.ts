// Where the weights of a network are in what a training saved.

import { describe, expect, test } from 'vitest'
import { rawFile, refusal, tensorsOf } from './files.js'
import { call, dict, op, type Pushed, push, tuple } from './pickles.js'
import { archive, floats, storage, vector, view } from './torch-files.js'

const SAVE = "Save a state_dict in Python: torch.save(model.state_dict(), 'weights.pt')."

/** A scalar tensor of a value from 0 to 9. */
function scalar(value: number): Buffer {
  return view(storage('0', 10), value, [], [])
}

const DIGITS = { 0: floats(0, 1, 2, 3, 4, 5, 6, 7, 8, 9) }

/** The names that are found, in order, and the values that tell them apart. */
async function foundIn(object: Pushed): Promise<Record<string, number>> {
  const tensors = await tensorsOf(rawFile(archive(object, DIGITS), 'made.pt'))
  return Object.fromEntries(Object.entries(tensors).map(([name, [, [value]]]) => [name, value as number]))
}

function reasonOf(object: Pushed): Promise<string> {
  return refusal(rawFile(archive(object, DIGITS), 'made.pt'))
}

describe('what holds no state_dict', () => {
  const self = Buffer.concat([op.EMPTY_DICT, op.BINPUT(0), push('self'), op.BINGET(0), op.SETITEM])
  const selfList = Buffer.concat([op.EMPTY_LIST, op.BINPUT(0), op.BINGET(0), op.APPEND])
  const nested = (levels: number, of: Buffer) =>
    Array.from({ length: levels }).reduce<Buffer>((inner) => push({ a: inner }), of)

  test.each<[string, Pushed, string]>([
    ['a tensor alone', scalar(1), `it is a single tensor without a name. ${SAVE}`],
    ['None', null, `it holds no tensors. ${SAVE}`],
    ['a number', 1, `it holds no tensors. ${SAVE}`],
    ['a storage', storage('0', 10), `it holds no tensors. ${SAVE}`],
    ['a name', op.GLOBAL('torch', 'Size'), `it holds no tensors. ${SAVE}`],
    ['an empty dict', {}, `it holds no tensors. ${SAVE}`],
    ['an empty state_dict', { state_dict: {}, model: [] }, `it holds no tensors. ${SAVE}`],
    ['an optimizer alone', { optimizer: { state: { 0: { m: scalar(1) } } } }, `it holds no tensors. ${SAVE}`],
    ['a dict that holds itself', self, `it holds no tensors. ${SAVE}`],
    ['a list that holds itself', selfList, `it holds no tensors. ${SAVE}`],
    ['a state_dict nine dicts deep', nested(9, push({ w: scalar(1) })), `it holds no tensors. ${SAVE}`],
    [
      'a hundred thousand dicts in one another',
      nested(1000, nested(0, scalar(1))),
      `it holds no tensors. ${SAVE}`,
    ],
    ['two of a name', { 'a.b': scalar(1), a: { b: scalar(2) } }, 'it has two tensors of the name "a.b"'],
    [
      'a number and its text',
      dict([
        [1, scalar(1)],
        ['1', scalar(2)],
      ]),
      'it has two tensors of the name "1"',
    ],
    [
      '65,537 tensors',
      Buffer.concat([scalar(1), op.BINPUT(0), op.MARK, Buffer.alloc(2 * 65_537, op.BINGET(0)), op.LIST]),
      'it has over 65536 tensors',
    ],
  ])('%s', async (_, object, reason) => {
    expect(await reasonOf(object)).toContain(reason)
  })
})

describe('what holds one', () => {
  test.each<[string, Pushed, Record<string, number>]>([
    ['a state_dict itself', { 'a.w': scalar(1), 'a.b': scalar(2) }, { 'a.w': 1, 'a.b': 2 }],
    [
      'an OrderedDict',
      call('collections.OrderedDict', [tuple('b', scalar(1)), tuple('a', scalar(2))]),
      { b: 1, a: 2 },
    ],
    ['its state_dict', { epoch: 3, state_dict: { w: scalar(1) } }, { w: 1 }],
    ['its model', { model: { w: scalar(1) }, loss: [0.5, 0.25] }, { w: 1 }],
    [
      'a model that has a state_dict',
      { model: { state_dict: { w: scalar(1) }, args: { lr: 0.1 } } },
      { w: 1 },
    ],
    ['a state_dict under a key of its own', { net: { w: scalar(1) } }, { w: 1 }],
    ['the likelier of two', { model: { x: scalar(2) }, state_dict: { w: scalar(1) } }, { w: 1 }],
    ['the second where the first is empty', { state_dict: {}, model: { w: scalar(2) } }, { w: 2 }],
    ['a best accuracy beside it', { best_acc: scalar(9), state_dict: { w: scalar(1) } }, { w: 1 }],
    [
      'an optimizer beside it',
      { optimizer: { state: [{ m: scalar(9) }] }, weights: { w: scalar(1) } },
      { w: 1 },
    ],
    [
      'an optimizer, a schedule and a scaler beside parts without a usual name',
      {
        optimizer_state: { m: scalar(9) },
        lr_scheduler: { l: scalar(9) },
        grad_scaler: { s: scalar(9) },
        rng_states: [scalar(9)],
        encoder: { w: scalar(1) },
      },
      { w: 1 },
    ],
    [
      'backbone and head',
      { backbone: { w: scalar(1) }, head: { w: scalar(2) } },
      { 'backbone.w': 1, 'head.w': 2 },
    ],
    ['one part with tensors', { generator: { w: scalar(1) }, settings: { lr: 0.1 }, log: [1] }, { w: 1 }],
    ['one part beside a tensor', { w: scalar(1), part: { w: scalar(2) } }, { w: 1, 'part.w': 2 }],
    ['parts of parts', { a: { b: { w: scalar(1) }, c: { w: scalar(2) } } }, { 'b.w': 1, 'c.w': 2 }],
    ['a list of tensors', [scalar(1), null, scalar(2)], { 0: 1, 2: 2 }],
    ['a tuple of tensors', tuple(scalar(1), scalar(2)), { 0: 1, 1: 2 }],
    [
      'keys that are numbers',
      dict([
        [7, scalar(1)],
        [2 ** 40, scalar(2)],
      ]),
      { 7: 1, 1099511627776: 2 },
    ],
    ['the prefix of DataParallel', { state_dict: { 'module.w': scalar(1) } }, { 'module.w': 1 }],
    ['a tensor called model', { model: scalar(1), w: scalar(2) }, { model: 1, w: 2 }],
    [
      'a tensor called __proto__',
      dict([
        ['__proto__', scalar(1)],
        ['w', scalar(2)],
      ]),
      JSON.parse('{"__proto__": 1, "w": 2}'),
    ],
    ['the same tensor under two names', tied(), { 'encoder.w': 1, 'decoder.w': 1 }],
    ['eight dicts deep', { a: { b: { c: { d: { e: { f: { g: { w: scalar(1) } } } } } } } }, { w: 1 }],
  ])('%s', async (_, object, tensors) => {
    expect(await foundIn(object)).toEqual(tensors)
  })

  /** A tensor remembered and given twice, as tied weights are. */
  function tied(): Buffer {
    const memo = [scalar(1), op.BINPUT(0), op.POP]
    return Buffer.concat([...memo, push({ 'encoder.w': op.BINGET(0), 'decoder.w': op.BINGET(0) })])
  }

  test('the order is that of the file, tensors before parts', async () => {
    const object = { z: { w: scalar(1) }, b: scalar(2), a: { w: scalar(3) }, c: scalar(4) }
    expect(Object.keys(await foundIn(object))).toEqual(['b', 'c', 'z.w', 'a.w'])
  })

  test('dicts that share their parts two by two, thirty levels down, are looked at once', async () => {
    let inner = push({ w: scalar(1) })
    for (let level = 0; level < 30; level++) {
      const memo = [inner, op.BINPUT(level), op.POP]
      inner = Buffer.concat([...memo, push({ l: op.BINGET(level), r: op.BINGET(level) })])
    }
    expect(await reasonOf(inner)).toContain('it holds no tensors')
    const shared = [push({ w: scalar(1) }), op.BINPUT(0), op.POP, push({ a: op.BINGET(0), b: op.BINGET(0) })]
    expect(await foundIn(Buffer.concat(shared))).toEqual({ w: 1 })
  })

  test('vectors of a plain state_dict', async () => {
    expect(await tensorsOf(rawFile(archive({ a: vector() }), 'made.pt'))).toEqual({ a: [[2], [1, 2]] })
  })
})
