import { expect, test } from 'vitest'
import { withoutPrefix } from '../../lib/model/index.js'

const wanted = ['conv1.weight', 'bn1.weight', 'layer1.0.conv1.weight', 'layer1.0.bn1.weight']

function stripped(names: readonly string[]): string[] {
  const tensors = names.map((name) => ({ name }))
  return withoutPrefix(tensors, wanted, (reason) => new Error(reason)).map(({ name }) => name)
}

test.each(['module.', 'model.', '_orig_mod.', 'state_dict.model.module.', 'backbone.encoder.'])(
  'takes off %s',
  (prefix) => {
    expect(stripped(wanted.map((name) => prefix + name))).toEqual(wanted)
  },
)

test('names that do not begin so keep theirs, and so do names without a prefix', () => {
  expect(stripped(wanted)).toEqual(wanted)
  expect(stripped([...wanted.map((name) => `backbone.${name}`), 'head.0.weight', 'fc.weight'])).toEqual([
    ...wanted,
    'head.0.weight',
    'fc.weight',
  ])
})

test('the end of a longer name is no reason to take off its beginning', () => {
  const other = ['layer9.conv1.weight', 'layer9.bn1.bias', 'a.b', '', '.', 'x.']
  expect(stripped(other)).toEqual(other)
  expect(stripped([])).toEqual([])
})

test('a network without prefix beside the same with one is taken as it is', () => {
  const names = [...wanted, ...wanted.map((name) => `ema.${name}`)]
  expect(stripped(names)).toEqual(names)
})

test('the same network under two prefixes is refused', () => {
  const names = ['teacher', 'student'].flatMap((who) => wanted.map((name) => `${who}.${name}`))
  expect(() => stripped(names)).toThrow('it holds this network 2 times, under "teacher.", "student."')
})

test('one tensor with the prefix and without it is refused', () => {
  const names = [...wanted.map((name) => `module.${name}`), 'bn1.weight']
  expect(() => stripped(names)).toThrow('it holds "bn1.weight" twice, with "module." before it and without')
})
