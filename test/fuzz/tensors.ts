// Random tensors as torch.save pickles them: a storage, a view of it, sometimes a parameter around both.

import type { Grammar, Storage } from './grammar.js'
import { EDGES } from './numbers.js'
import { OP } from './pickle-writer.js'
import { value } from './plain-values.js'
import type { Random } from './random.js'
import { type DrawnView, drawFalseView, drawView } from './views.js'

const TYPES: readonly (readonly [type: string, width: number])[] = [
  ['FloatStorage', 4],
  ['FloatStorage', 4],
  ['FloatStorage', 4],
  ['DoubleStorage', 8],
  ['HalfStorage', 2],
  ['BFloat16Storage', 2],
  ['LongStorage', 8],
  ['IntStorage', 4],
  ['ShortStorage', 2],
  ['CharStorage', 1],
  ['ByteStorage', 1],
  ['BoolStorage', 1],
]

export function drawStorages(random: Random, count = random.between(1, 6), limit = 300): Storage[] {
  return Array.from({ length: count }, (_, index) => {
    const [type, width] = random.pick(TYPES)
    const elements = random.chance(0.05) ? 0 : random.size(limit)
    return { key: random.chance(0.9) ? `${index}` : `9422${index}`, type, width, elements }
  })
}

export function tensor(g: Grammar): void {
  const storage = g.random.pick(g.storages)
  const view = g.breaks ? drawFalseView(g.random, storage.elements) : drawView(g.random, storage.elements)
  if (g.random.chance(0.15)) parameter(g, () => rebuilt(g, storage, view))
  else rebuilt(g, storage, view)
  g.offer()
}

function parameter(g: Grammar, data: () => void): void {
  const withState = g.random.chance(0.2)
  g.global('torch._utils', withState ? '_rebuild_parameter_with_state' : '_rebuild_parameter')
  const parts = [
    () => (g.breaks ? value(g, 5) : data()),
    () => g.out.truth(true),
    () => g.out.orderedDict(),
    () => value(g, 5),
  ]
  g.out.tuple(withState ? 4 : 3, (index) => parts[index]?.()).u8(OP.REDUCE)
}

export function rebuilt(g: Grammar, storage: Storage, { offset, sizes, strides }: DrawnView): void {
  const { out, random } = g
  g.global('torch._utils', '_rebuild_tensor_v2')
  const parts = [
    () => (g.breaks ? value(g, 5) : described(g, storage)),
    () => out.int(offset),
    () => out.ints(sizes),
    () => out.ints(strides),
    () => out.truth(random.chance(0.5)),
    () => out.orderedDict(),
    () => metadata(g),
  ]
  const length = g.breaks ? random.below(9) : random.chance(0.1) ? 7 : 6
  out.tuple(length, (index) => (parts[index] ?? (() => out.none()))()).u8(OP.REDUCE)
}

/** What stands last of a tensor, in later versions; bits in it would change its values. */
function metadata({ out, breaks, random }: Grammar): void {
  if (random.chance(0.5)) out.none()
  else out.u8(OP.EMPTY_DICT)
  if (breaks) out.text('conj').truth(true).u8(OP.SETITEM)
}

/** The persistent id of a storage. */
export function described(g: Grammar, storage: Storage): void {
  const { out, random } = g
  const { key, type, elements } = storage
  g.named.add(storage)
  const parts = [
    () => out.text(g.breaks ? random.pick(['module', '', 'Storage']) : 'storage'),
    () => (g.breaks ? value(g, 5) : g.global('torch', type)),
    () => (g.breaks ? value(g, 5) : out.text(key)),
    () => out.text(random.pick(['cpu', 'cuda:0'])),
    () => out.int(g.breaks ? random.pick([...EDGES, BigInt(elements + 1)]) : elements),
    () => (g.legacy && random.chance(0.03) ? part(g, elements) : out.none()),
  ]
  const length = g.breaks ? random.below(8) : g.legacy ? 6 : 5
  out.tuple(length, (index) => (parts[index] ?? (() => out.none()))()).u8(OP.BINPERSID)
}

/** A part of a storage that is one of its own, in files from before 2017. */
function part({ out, random }: Grammar, elements: number): void {
  const skipped = random.below(elements + 1)
  const length = random.chance(0.9) ? elements - skipped : Number(random.pick(EDGES))
  out.tuple(3, (index) => {
    if (index === 0) out.text('part')
    else out.int(index === 1 ? skipped : Math.trunc(length))
  })
}
