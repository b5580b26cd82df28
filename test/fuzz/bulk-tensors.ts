// Very many tensors, or names of them.

import type { Grammar } from './grammar.js'
import { COUNT } from './limits.js'
import { OP } from './pickle-writer.js'
import { described, rebuilt } from './tensors.js'
import { drawView } from './views.js'

const MEBI = 2 ** 20

/** One tensor under very many names. */
export function names(g: Grammar): string {
  const { out, random } = g
  const count = random.size(2 * MEBI)
  const one = tensorToShare(g)
  out.u8(OP.EMPTY_DICT)
  nameAll(g, count, one)
  return `${count} names of one tensor`
}

/** Names that come under other names, which are long. */
export function longNames(g: Grammar): string {
  const { out, random } = g
  const [levels, length, count] = [random.between(1, 9), random.size(MEBI), random.size(COUNT)]
  const one = tensorToShare(g)
  for (let level = 0; level < levels; level++) {
    out.u8(OP.EMPTY_DICT).text('a').get(one).u8(OP.SETITEM) // else the only part's name is left out
    out.text('k'.repeat(length))
  }
  out.u8(OP.EMPTY_DICT)
  nameAll(g, count, one)
  out.repeat(Buffer.of(OP.SETITEM), levels)
  return `${count} names under ${levels} of ${length} characters`
}

/** Sets keys of the dict on top, in parts that fit on the stack. */
function nameAll({ out }: Grammar, count: number, value: number): void {
  for (let key = 0; key < count; key++) {
    if (key % 2 ** 18 === 0) out.u8(OP.MARK)
    out.u8(OP.BININT).u32(key).get(value)
    if (key % 2 ** 18 === 2 ** 18 - 1 || key === count - 1) out.u8(OP.SETITEMS)
  }
}

/** @returns Where a tensor is remembered, which is taken from the stack again. */
function tensorToShare(g: Grammar): number {
  const storage = g.random.pick(g.storages)
  rebuilt(g, storage, drawView(g.random, storage.elements))
  const index = g.out.put()
  g.out.u8(OP.POP)
  return index
}

/** Very many tensors that look at one storage, each at the same part of it. */
export function tensors(g: Grammar): string {
  const { out, random } = g
  const storage = random.pick(g.storages)
  const count = random.size(COUNT)
  const far = random.chance(0.5) && storage.elements > 1
  const { offset, sizes, strides } = far
    ? { offset: 0, sizes: [2], strides: [storage.elements - 1] }
    : drawView(random, storage.elements)
  const parts = [
    () => g.global('torch._utils', '_rebuild_tensor_v2'),
    () => described(g, storage),
    () => out.int(offset),
    () => out.ints(sizes),
    () => out.ints(strides),
    () => out.orderedDict(),
  ].map((push) => {
    push()
    const index = out.put()
    out.u8(OP.POP)
    return index
  })
  const [callable, ...args] = parts as [number, ...number[]]
  out.u8(OP.EMPTY_DICT)
  for (let key = 0; key < count; key++) {
    out.int(key).get(callable).u8(OP.MARK)
    for (const [position, arg] of args.entries()) {
      if (position === 4) out.u8(OP.NEWFALSE)
      out.get(arg)
    }
    out.u8(OP.TUPLE).u8(OP.REDUCE).u8(OP.SETITEM)
  }
  return `${count} tensors of [${sizes}] in steps of [${strides}]`
}

/** A tensor of every storage. */
export function storages(g: Grammar): string {
  const { out } = g
  out.u8(OP.EMPTY_DICT)
  for (const storage of g.storages) {
    out.text(`of ${storage.key}`)
    rebuilt(g, storage, drawView(g.random, storage.elements))
    out.u8(OP.SETITEM)
  }
  return `tensors of ${g.storages.length} storages`
}
