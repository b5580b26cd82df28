// Objects that are large or deep in one respect, up to what a pickle may have of it and a bit more.

import { longNames, names, storages, tensors } from './bulk-tensors.js'
import { repeated } from './fragments.js'
import type { Grammar } from './grammar.js'
import { BYTES, twinLength } from './limits.js'
import { OP } from './pickle-writer.js'

const MEBI = 2 ** 20

/** @returns What it pushed. */
export function bulk(g: Grammar): string {
  const kind = g.random.weighted({
    containers: 2,
    deep: 2,
    laughs: 1,
    names: 1,
    longNames: 1,
    twins: 1,
    tensors: 2,
    storages: 2,
    repeated: 3,
    longText: 1,
  })
  return `${kind}: ${FAMILIES[kind](g)}`
}

const FAMILIES = { containers, deep, laughs, names, longNames, twins, tensors, storages, repeated, longText }

function containers({ out, random }: Grammar): string {
  const count = random.size(MEBI)
  const opcode = random.pick([OP.EMPTY_LIST, OP.EMPTY_DICT, OP.EMPTY_TUPLE, OP.MARK])
  out.u8(OP.EMPTY_LIST).u8(OP.MARK)
  out.repeat(opcode === OP.MARK ? Buffer.of(OP.MARK, OP.LIST) : Buffer.of(opcode), count)
  out.u8(OP.APPENDS)
  return `${count} containers in a list`
}

function deep({ out, random }: Grammar): string {
  const depth = random.size(MEBI)
  switch (random.weighted({ lists: 1, tuples: 1, dicts: 1, marks: 1 })) {
    case 'lists':
      out.repeat(Buffer.of(OP.EMPTY_LIST), depth + 1).repeat(Buffer.of(OP.APPEND), depth)
      break
    case 'tuples':
      out.u8(OP.EMPTY_TUPLE).repeat(Buffer.of(OP.TUPLE1), depth)
      break
    case 'dicts':
      out.repeat(Buffer.of(OP.EMPTY_DICT, OP.NONE), depth).none().repeat(Buffer.of(OP.SETITEM), depth)
      break
    case 'marks':
      out.repeat(Buffer.of(OP.MARK), depth).repeat(Buffer.of(OP.TUPLE), depth)
  }
  return `${depth} levels`
}

/** Each level holds the one before it several times. */
function laughs({ out, random }: Grammar): string {
  const levels = random.size(10_000)
  const width = random.between(2, 10)
  const first = random.pick([OP.EMPTY_LIST, OP.EMPTY_DICT])
  out.u8(first)
  for (let level = 0; level < levels; level++) {
    const inner = out.put()
    if (first === OP.EMPTY_LIST) out.u8(OP.EMPTY_LIST).u8(OP.MARK)
    else out.u8(OP.EMPTY_DICT).u8(OP.MARK)
    for (let index = 0; index < width; index++) {
      if (first === OP.EMPTY_DICT) out.int(index)
      out.get(inner)
    }
    out.u8(first === OP.EMPTY_LIST ? OP.APPENDS : OP.SETITEMS)
  }
  return `${levels} levels of ${width}`
}

/** Long keys of one length that differ at their end alone: {@link twinLength} says why. */
function twins({ out, random }: Grammar): string {
  const length = twinLength(random)
  const count = random.size(BYTES / (length + 16))
  const same = 'k'.repeat(length)
  out.u8(OP.EMPTY_DICT)
  for (let key = 0; key < count; key++) {
    out.text(`${same}${10_000_000 + key}`)
    out.none().u8(OP.SETITEM)
  }
  return `${count} keys of ${length} characters`
}

function longText({ out, random }: Grammar): string {
  const length = random.size(BYTES)
  const letter = random.pick([0x61, 0x00, 0x0a, 0x1b, 0xff, 0x39])
  const opcode = random.pick([OP.BINUNICODE, OP.BINSTRING, OP.BINBYTES, OP.LONG4, OP.INT, OP.GLOBAL])
  const isLine = opcode === OP.INT || opcode === OP.GLOBAL
  out.u8(opcode)
  if (!isLine) out.u32(length)
  out.repeat(Buffer.of(letter), length)
  if (isLine) out.raw('\n')
  return `opcode ${opcode} of ${length} bytes ${letter}`
}
