// Programs that the machine refuses, each with its reason and with no other error than the refusal.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { WEIGHT_FILES } from './files.js'
import { Refusal, refusalOf, run } from './pickle-names.js'
import { call, op, pickleOf, push } from './pickles.js'
import { LEGACY } from './torch-files.js'

const UNDERFLOW = 'its pickle is malformed: it takes more from its stack than it put there'
const NO_MEMO = 'its pickle is malformed: it recalls what it never remembered'
const NO_LIST = 'its pickle is malformed: it appends to what is no list'
const NO_DICT = 'its pickle is malformed: it sets a key of what is no dict'
const NO_VALUE = 'its pickle is malformed: a key has no value'
const NO_KEY = 'its pickle is malformed: a key is neither a short text nor a number'
const NO_NAME = 'its pickle is malformed: a name is no text'
const NO_ARGUMENTS = 'its pickle is malformed: arguments are no tuple'
const ATTRIBUTES = 'its pickle gives attributes to an object, which no state_dict needs'
const NOT_UTF8 = 'its pickle has a text that is not UTF-8'
const NEGATIVE = 'its pickle has a negative length'
const TRUNCATED = 'its pickle ends in the middle: the file is truncated'
const MALFORMED = 'its pickle has a malformed integer'

const { MARK, NONE, DUP } = op
const text = op.SHORT_BINUNICODE('a')

test.each<[string, Uint8Array[], string]>([
  ['nothing to stop with', [], UNDERFLOW],
  ['stop above an open mark', [NONE, MARK], UNDERFLOW],
  ['pop of nothing', [op.POP], UNDERFLOW],
  ['pop across a mark', [NONE, MARK, op.POP], UNDERFLOW],
  ['duplicating nothing', [DUP], UNDERFLOW],
  ['duplicating across a mark', [NONE, MARK, DUP], UNDERFLOW],
  ['pop to no mark', [NONE, op.POP_MARK], UNDERFLOW],
  ['a tuple without a mark', [NONE, op.TUPLE], UNDERFLOW],
  ['a list without a mark', [NONE, op.LIST], UNDERFLOW],
  ['a dict without a mark', [NONE, op.DICT], UNDERFLOW],
  ['APPENDS without a mark', [op.EMPTY_LIST, NONE, op.APPENDS], UNDERFLOW],
  ['SETITEMS without a mark', [op.EMPTY_DICT, NONE, NONE, op.SETITEMS], UNDERFLOW],
  ['a tuple of one of nothing', [op.TUPLE1], UNDERFLOW],
  ['a tuple of two of one', [NONE, op.TUPLE2], UNDERFLOW],
  ['a tuple of three across a mark', [NONE, MARK, NONE, NONE, op.TUPLE3], UNDERFLOW],
  ['APPEND to nothing', [NONE, op.APPEND], UNDERFLOW],
  ['APPENDS to nothing', [MARK, NONE, op.APPENDS], UNDERFLOW],
  ['SETITEM of nothing', [NONE, NONE, op.SETITEM], UNDERFLOW],
  ['SETITEM across a mark', [op.EMPTY_DICT, MARK, NONE, NONE, op.SETITEM], UNDERFLOW],
  ['SETITEMS of nothing', [MARK, NONE, NONE, op.SETITEMS], UNDERFLOW],
  ['remembering nothing', [op.BINPUT(0)], UNDERFLOW],
  ['remembering nothing by a long index', [op.LONG_BINPUT(0)], UNDERFLOW],
  ['remembering nothing next', [op.MEMOIZE], UNDERFLOW],
  ['calling nothing', [op.EMPTY_TUPLE, op.REDUCE], UNDERFLOW],
  ['calling across a mark', [op.GLOBAL('a', 'b'), MARK, op.EMPTY_TUPLE, op.REDUCE], UNDERFLOW],
  ['a name of nothing', [text, op.STACK_GLOBAL], UNDERFLOW],
  ['a persistent id of nothing', [op.BINPERSID], UNDERFLOW],
  ['attributes of nothing', [NONE, op.BUILD], UNDERFLOW],
  ['an unknown memo', [op.BINGET(0)], NO_MEMO],
  ['an unknown long memo', [NONE, op.BINPUT(255), op.LONG_BINGET(2 ** 32 - 1)], NO_MEMO],
  ['APPEND to a dict', [op.EMPTY_DICT, NONE, op.APPEND], NO_LIST],
  ['APPENDS to a tuple', [op.EMPTY_TUPLE, MARK, NONE, op.APPENDS], NO_LIST],
  ['APPENDS of nothing to a text', [text, MARK, op.APPENDS], NO_LIST],
  ['SETITEM of a list', [op.EMPTY_LIST, NONE, NONE, op.SETITEM], NO_DICT],
  ['SETITEMS of a name', [op.GLOBAL('a', 'b'), MARK, NONE, NONE, op.SETITEMS], NO_DICT],
  ['odd SETITEMS', [op.EMPTY_DICT, MARK, NONE, op.SETITEMS], NO_VALUE],
  ['an odd DICT', [MARK, NONE, NONE, NONE, op.DICT], NO_VALUE],
  ['a dict as a key', [op.EMPTY_DICT, DUP, NONE, op.SETITEM], NO_KEY],
  ['a list as a key', [op.EMPTY_DICT, op.EMPTY_LIST, NONE, op.SETITEM], NO_KEY],
  ['bytes as a key', [op.EMPTY_DICT, op.SHORT_BINBYTES('a'), NONE, op.SETITEM], NO_KEY],
  ['a name as a key', [op.EMPTY_DICT, op.GLOBAL('a', 'b'), NONE, op.SETITEM], NO_KEY],
  ['a number as a module', [op.BININT1(1), text, op.STACK_GLOBAL], NO_NAME],
  ['bytes as a name', [text, op.SHORT_BINBYTES('a'), op.STACK_GLOBAL], NO_NAME],
  ['attributes of a plain dict', [op.EMPTY_DICT, op.EMPTY_DICT, op.BUILD], ATTRIBUTES],
  ['attributes of a name', [op.GLOBAL('a', 'b'), op.EMPTY_DICT, op.BUILD], ATTRIBUTES],
  ['a call of a text', [text, op.EMPTY_TUPLE, op.REDUCE], 'it calls what is no function'],
  ['a call with a list', [op.GLOBAL('a', 'b'), op.EMPTY_LIST, op.REDUCE], NO_ARGUMENTS],
  ['a call with None', [op.GLOBAL('a', 'b'), NONE, op.REDUCE], NO_ARGUMENTS],
  ['protocol 6', [op.PROTO(6), NONE], 'its pickle is of protocol 6, past 5'],
  ['protocol 255', [op.PROTO(255), NONE], 'its pickle is of protocol 255, past 5'],
  ['text that is not UTF-8', [op.BINUNICODE(Uint8Array.of(0xc3, 0x28))], NOT_UTF8],
  ['a lone surrogate', [op.SHORT_BINUNICODE(Uint8Array.of(0xed, 0xa0, 0x80))], NOT_UTF8],
  ['a name that is not UTF-8', [Buffer.from('c\xff\nb\n', 'latin1')], NOT_UTF8],
  ['a negative text', [Buffer.from([0x54, 0xff, 0xff, 0xff, 0xff])], NEGATIVE],
  ['a negative integer length', [Buffer.from([0x8b, 0, 0, 0, 0x80])], NEGATIVE],
  ['a text of 4 GiB', [Buffer.from([0x58, 0xff, 0xff, 0xff, 0xff])], TRUNCATED],
  ['bytes of 4 GiB', [Buffer.from([0x42, 0xff, 0xff, 0xff, 0xff])], TRUNCATED],
  ['a text past all integers', [Buffer.alloc(9, 0xff).fill(0x8d, 0, 1)], TRUNCATED],
  ['bytes past all integers', [Buffer.alloc(9, 0xff).fill(0x8e, 0, 1)], TRUNCATED],
  ['an integer of 17 bytes', [op.LONG1(...new Uint8Array(17))], 'its pickle has an integer of 17 bytes'],
  ['a long one', [op.LONG4(...new Uint8Array(1000))], 'its pickle has an integer of 1000 bytes'],
  ['an integer of no digits', [op.INT('')], MALFORMED],
  ['an integer with a fraction', [op.INT('1.5')], MALFORMED],
  ['a hexadecimal integer', [op.LONG('0x10L')], MALFORMED],
  ['an integer with a space', [op.INT(' 1')], MALFORMED],
  ['an integer of 41 digits', [op.LONG('9'.repeat(41))], MALFORMED],
  ['a name of 1,025 bytes', [op.GLOBAL('a'.repeat(1025), 'b')], 'its pickle has a name of 1025 bytes'],
  ['an integer of 2 MB of digits', [op.INT('1'.repeat(2e6))], 'its pickle has a name of 2000000 bytes'],
  ['a name without an end', [Buffer.from('ctorch')], TRUNCATED],
])('%s', (_, code, reason) => {
  expect(refusalOf(pickleOf(...code))).toBe(reason)
})

test('exactly the opcodes of the table are known', () => {
  const codes = Object.values(op).map((code) =>
    typeof code === 'function' ? code('' as never, '' as never) : code,
  )
  const known = new Set(codes.map(([first]) => first))
  const unknown = Array.from({ length: 256 }, (_, code) => code).filter((code) => !known.has(code))
  expect(known.size).toBe(49)
  for (const code of unknown) {
    const reason = `its pickle has the opcode ${code}, which no state_dict needs`
    expect(refusalOf(Uint8Array.of(0x4e, code, 0, 0, 0, 0, 0x2e))).toBe(reason)
  }
  // Those that make objects of any class: INST, OBJ, NEWOBJ, NEWOBJ_EX, EXT1, EXT2, EXT4, PERSID and NEXT_BUFFER
  expect(unknown).toEqual(expect.arrayContaining([0x69, 0x6f, 0x81, 0x92, 0x82, 0x83, 0x84, 0x50, 0x97]))
  for (const code of known) expect(refusalOf(Uint8Array.of(code as number))).not.toContain('the opcode')
})

/** Bytes of the pickle in a stored archive, which lies behind its first local header. */
function firstEntry(name: string): Buffer {
  const file = readFileSync(join(WEIGHT_FILES, 'good', name))
  const start = 30 + file.readUInt16LE(26) + file.readUInt16LE(28)
  return file.subarray(start, file.indexOf('PK\x07\x08', start, 'latin1'))
}

test.each<[string, Buffer]>([
  ['a state_dict', firstEntry('checkpoint_data_parallel.pt')],
  ['one of many kinds', pickleOf(push({ a: [1, 2.5, 'b', null, true, 2 ** 40] }), call('a.b', 1), op.TUPLE2)],
  ['one in digits', pickleOf(op.INT('-5'), op.LONG('119547037146038801333356L'), op.TUPLE2)],
  ['one with a frame', pickleOf(op.PROTO(4), op.FRAME(9), op.SHORT_BINUNICODE('abcdefg'), op.MEMOIZE)],
  ['the machine of a legacy file', LEGACY.system],
])('%s is refused wherever it is cut off', (_, whole) => {
  const { length } = run(whole)
  expect(length).toBeGreaterThan(10)
  for (let end = 0; end < length; end++) {
    expect(() => run(whole.subarray(0, end))).toThrow(Refusal)
    expect(refusalOf(whole.subarray(0, end))).toBe(TRUNCATED)
  }
})

test('whatever one byte of a state_dict becomes, no other error than the refusal is thrown', () => {
  const whole = firstEntry('zip_state_dict.pt').subarray(0, 300)
  for (let at = 0; at < whole.length; at++) {
    for (const value of [0, 0x28, 0x2e, 0x65, 0x75, 0x80, 0xff]) {
      const changed = Buffer.from(whole)
      changed[at] = value
      refusalOf(changed)
    }
  }
})
