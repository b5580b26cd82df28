// What each opcode means, value for value.

import { expect, test } from 'vitest'
import type { PickleDict, PickleValue } from '../../lib/weights/pickle-values.js'
import { dictOf, listOf, Named, resultOf, run, tupleOf } from './pickle-names.js'
import { call, dict, op, pickleOf, push, tuple } from './pickles.js'

const { MARK, NONE, DUP } = op
const one = op.BININT1(1)
const two = op.BININT1(2)
const a = op.SHORT_BINUNICODE('a')

test.each<[string, Uint8Array[], PickleValue]>([
  ['PROTO 0', [op.PROTO(0), NONE], null],
  ['PROTO 5', [op.PROTO(5), NONE], null],
  ['FRAME', [op.FRAME(1), NONE], null],
  ['FRAME of a lie', [op.FRAME(2 ** 40), NONE], null],
  ['MARK and POP_MARK', [one, MARK, two, two, op.POP_MARK], 1],
  ['POP', [one, two, op.POP], 1],
  ['DUP', [one, DUP, op.TUPLE2], tupleOf(1, 1)],
  ['NONE', [NONE], null],
  ['NEWTRUE', [op.NEWTRUE], true],
  ['NEWFALSE', [op.NEWFALSE], false],
  ['BININT', [op.BININT(-(2 ** 31))], -(2 ** 31)],
  ['BININT1', [op.BININT1(255)], 255],
  ['BININT2', [op.BININT2(65_535)], 65_535],
  ['LONG1 of no byte', [op.LONG1()], 0],
  ['LONG1 of one', [op.LONG1(0xff)], -1],
  ['LONG1 of two', [op.LONG1(0xff, 0x00)], 255],
  ['LONG1, the largest safe one', [op.LONG1(255, 255, 255, 255, 255, 255, 31)], Number.MAX_SAFE_INTEGER],
  ['LONG1, one more', [op.LONG1(0, 0, 0, 0, 0, 0, 32)], 2n ** 53n],
  ['LONG1 of 16', [op.LONG1(...Array(15).fill(0), 0x80)], -(2n ** 127n)],
  ['LONG4', [op.LONG4(0, 1)], 256],
  ['INT', [op.INT('-12')], -12],
  ['INT, true', [op.INT('01')], true],
  ['INT, false', [op.INT('00')], false],
  ['LONG', [op.LONG('119547037146038801333356L')], 0x1950a86a20f9469cfc6cn],
  ['LONG of 40 digits', [op.LONG(`-${'9'.repeat(40)}`)], -(10n ** 40n - 1n)],
  ['BINFLOAT', [op.BINFLOAT(-0.1)], -0.1],
  ['BINFLOAT, infinite', [op.BINFLOAT(-Infinity)], -Infinity],
  ['BINFLOAT, NaN', [op.BINFLOAT(NaN)], NaN],
  ['SHORT_BINUNICODE', [op.SHORT_BINUNICODE('\u00e9\u{1f600}')], '\u00e9\u{1f600}'],
  ['BINUNICODE', [op.BINUNICODE('x'.repeat(300))], 'x'.repeat(300)],
  ['BINUNICODE, a byte order mark', [op.BINUNICODE('\ufeff')], '\ufeff'],
  ['BINUNICODE8', [op.BINUNICODE8('a\0b')], 'a\0b'],
  ['SHORT_BINSTRING', [op.SHORT_BINSTRING('')], ''],
  ['BINSTRING', [op.BINSTRING('abc')], 'abc'],
  ['SHORT_BINBYTES', [op.SHORT_BINBYTES(Uint8Array.of(0, 255))], Uint8Array.of(0, 255)],
  ['BINBYTES', [op.BINBYTES(Uint8Array.of(46))], Uint8Array.of(46)],
  ['BINBYTES8', [op.BINBYTES8('')], new Uint8Array(0)],
  ['EMPTY_TUPLE', [op.EMPTY_TUPLE], tupleOf()],
  ['TUPLE1', [one, op.TUPLE1], tupleOf(1)],
  ['TUPLE2', [one, two, op.TUPLE2], tupleOf(1, 2)],
  ['TUPLE3', [one, two, NONE, op.TUPLE3], tupleOf(1, 2, null)],
  ['TUPLE', [MARK, one, two, one, two, op.TUPLE], tupleOf(1, 2, 1, 2)],
  ['TUPLE of none', [MARK, op.TUPLE], tupleOf()],
  ['EMPTY_LIST', [op.EMPTY_LIST], listOf()],
  ['LIST', [MARK, one, two, op.LIST], listOf(1, 2)],
  ['APPEND', [op.EMPTY_LIST, one, op.APPEND, two, op.APPEND], listOf(1, 2)],
  ['APPENDS', [op.EMPTY_LIST, MARK, one, two, op.APPENDS, MARK, op.APPENDS], listOf(1, 2)],
  ['EMPTY_DICT', [op.EMPTY_DICT], dictOf()],
  ['DICT', [MARK, a, one, op.DICT], dictOf(['a', 1])],
  ['SETITEM', [op.EMPTY_DICT, a, one, op.SETITEM, a, two, op.SETITEM], dictOf(['a', 2])],
  ['SETITEMS', [op.EMPTY_DICT, MARK, a, one, NONE, two, op.SETITEMS], dictOf(['a', 1], [null, 2])],
  ['BINPUT and BINGET', [one, op.BINPUT(255), op.POP, op.BINGET(255)], 1],
  [
    'LONG_BINPUT and LONG_BINGET',
    [one, op.LONG_BINPUT(300), two, op.LONG_BINGET(300), op.TUPLE2],
    tupleOf(2, 1),
  ],
  ['MEMOIZE', [one, op.MEMOIZE, two, op.MEMOIZE, op.BINGET(0), op.TUPLE3], tupleOf(1, 2, 1)],
  ['GLOBAL', [op.GLOBAL('a.b', 'C')], new Named('a.b.C')],
  ['STACK_GLOBAL', [a, op.SHORT_BINUNICODE('B.c'), op.STACK_GLOBAL], new Named('a.B.c')],
  ['REDUCE', [call('a.b', 1, 'c')], new Named('called', [new Named('a.b'), 1, 'c'])],
  ['BINPERSID', [tuple('storage', 2), op.BINPERSID], new Named('persistent', [tupleOf('storage', 2)])],
  ['the larger of names', [op.GLOBAL('a'.repeat(1024), 'b')], new Named(`${'a'.repeat(1024)}.b`)],
])('%s', (_, code, value) => {
  expect(resultOf(...code)).toStrictEqual(value)
})

test('BUILD gives attributes to an OrderedDict, which keeps its items alone', () => {
  const ordered = [call('collections.OrderedDict'), op.MARK, a, one, op.SETITEMS]
  const built = resultOf(...ordered, push({ _metadata: 1 }), op.BUILD) as PickleDict
  expect(built.ordered).toBe(true)
  expect([...built]).toEqual([['a', 1]])
})

test('keys are their values: equal ones are one', () => {
  const pairs = dict([
    [1, 'first'],
    ['1', 'text'],
    [true, 'truth'],
    [op.BINFLOAT(1), 'second'],
    [2 ** 60, 'large'],
    [tuple(1), 'tuple'],
    [tuple(1), 'another'],
  ])
  const dictionary = resultOf(pairs) as PickleDict
  expect([...dictionary].map(([, value]) => value)).toEqual(['second', 'text', 'truth', 'large', 'another'])
})

test('an object remembered is the same object, and may hold itself', () => {
  const self = resultOf(op.EMPTY_DICT, op.MEMOIZE, push('self'), op.BINGET(0), op.SETITEM) as PickleDict
  expect(self.get('self')).toBe(self)
})

test('names of JavaScript are keys as others', () => {
  const entries = resultOf(push(JSON.parse('{"__proto__": 1, "constructor": 2}'))) as PickleDict
  expect([...entries]).toEqual([
    ['__proto__', 1],
    ['constructor', 2],
  ])
})

test('the pickle ends at STOP; what follows is not looked at', () => {
  const pickle = pickleOf(op.PROTO(2), push([1, 2]))
  expect(run(Buffer.concat([pickle, Buffer.from('\xff\xff', 'latin1')]))).toStrictEqual({
    value: listOf(1, 2),
    length: pickle.length,
  })
})

test('what a text or bytes are is no part of a larger buffer that begins elsewhere', () => {
  const padded = Buffer.concat([Buffer.alloc(3), pickleOf(push('abc'), op.BINBYTES('def'), op.TUPLE2)])
  expect(run(padded.subarray(3)).value).toStrictEqual(tupleOf('abc', Uint8Array.from(Buffer.from('def'))))
})
