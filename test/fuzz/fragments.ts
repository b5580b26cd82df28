// What leaves the stack of a pickle as it was, over and over: the time of each opcode counts.

import type { Grammar } from './grammar.js'
import { BYTES } from './limits.js'
import { OP } from './pickle-writer.js'

/** @returns What it pushed. */
export function repeated({ out, random }: Grammar): string {
  const [name, fragment] = random.pick(Object.entries(FRAGMENTS))
  const count = random.size(BYTES / fragment.length)
  out.u8(OP.EMPTY_DICT).repeat(fragment, count)
  return `${count} times ${name}`
}

const FRAGMENTS: Readonly<Record<string, Buffer>> = {
  INT: Buffer.from('I1\n0'),
  'INT of 40 digits': Buffer.from(`I${'9'.repeat(40)}\n0`),
  LONG1: Buffer.from([OP.LONG1, 16, ...Array(16).fill(0x7f), OP.POP]),
  BINFLOAT: Buffer.from([OP.BINFLOAT, ...Array(8).fill(0xff), OP.POP]),
  text: Buffer.from([OP.SHORT_BINUNICODE, 1, 0x61, OP.POP]),
  'text of 8': Buffer.from([OP.SHORT_BINUNICODE, 8, ...Buffer.from('\u00e9a\u2028\u00e9'), OP.POP]),
  bytes: Buffer.from([OP.SHORT_BINBYTES, 0, OP.POP]),
  GLOBAL: Buffer.from('ccollections\nOrderedDict\n0'),
  'GLOBAL of a storage': Buffer.from('ctorch\nFloatStorage\n0'),
  'GLOBAL of an unknown name': Buffer.from('ctorch.storage\nUntypedStorage\n0'),
  MEMOIZE: Buffer.of(OP.MEMOIZE),
  BINPUT: Buffer.of(OP.BINPUT, 0),
  'DUP, POP': Buffer.of(OP.DUP, OP.POP),
  DUP: Buffer.of(OP.DUP),
  'MARK, POP_MARK': Buffer.of(OP.MARK, OP.POP_MARK),
  'MARK, NONE': Buffer.of(OP.MARK, OP.NONE),
  FRAME: Buffer.from([OP.FRAME, ...Array(8).fill(0)]),
  PROTO: Buffer.of(OP.PROTO, 2),
  TUPLE1: Buffer.of(OP.NONE, OP.TUPLE1, OP.POP),
  OrderedDict: Buffer.from('ccollections\nOrderedDict\n)R0'),
  SETITEM: Buffer.of(OP.NONE, OP.NONE, OP.SETITEM),
}
