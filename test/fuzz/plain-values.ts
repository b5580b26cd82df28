// Random values of a pickle that are no tensors: settings, counters, losses of a training, shared and nested.

import type { Grammar } from './grammar.js'
import { EDGES } from './numbers.js'
import { OP } from './pickle-writer.js'
import { name } from './texts.js'
import { wild } from './wild.js'

export function value(g: Grammar, depth = 0): void {
  if (g.breaks) wild(g)
  const kind =
    depth > 6 || !g.takesMore
      ? 'scalar'
      : g.random.weighted({ scalar: 6, list: 2, dict: 2, tuple: 2, ordered: 1, called: 1, shared: 2 })
  if (kind === 'shared') g.share()
  if (kind === 'scalar') scalar(g)
  if (kind === 'list') list(g, depth)
  if (kind === 'dict') dict(g, depth)
  if (kind === 'tuple') g.out.tuple(g.random.below(5), () => value(g, depth + 1))
  if (kind === 'called') called(g, depth)
  if (kind === 'ordered') {
    g.out.orderedDict()
    g.setItems(pairs(g, depth))
    if (g.random.chance(0.3)) {
      dict(g, depth)
      g.out.u8(OP.BUILD)
    }
  }
  if (kind !== 'shared' && kind !== 'scalar') g.offer()
}

export function scalar(g: Grammar): void {
  const kind = g.random.weighted({
    int: 4,
    text: 4,
    float: 2,
    truth: 2,
    none: 1,
    edge: 1,
    bytes: 1,
    digits: 1,
  })
  SCALARS[kind](g)
}

const SCALARS = {
  int: ({ out, random }: Grammar) => out.int(random.below(1000)),
  text: ({ out, random }: Grammar) => out.text(name(random)),
  float: ({ out, random }: Grammar) => out.float(random.pick([0.1, -0, 1e308, NaN, Infinity, 2 ** 53, 3])),
  truth: ({ out, random }: Grammar) => out.truth(random.chance(0.5)),
  none: ({ out }: Grammar) => out.none(),
  edge: ({ out, random }: Grammar) => out.int(random.pick(EDGES)),
  bytes: ({ out, random }: Grammar) => {
    const bytes = random.bytes(random.below(40))
    return out.u8(OP.SHORT_BINBYTES).u8(bytes.length).raw(bytes)
  },
  digits: ({ out, random }: Grammar) =>
    out.u8(OP.INT).raw(random.pick(['01\n', '00\n', '-7\n', `${random.pick(EDGES)}\n`])),
}

function list(g: Grammar, depth: number): void {
  const length = g.random.below(6)
  const items = () => {
    for (let index = 0; index < length; index++) value(g, depth + 1)
  }
  if (g.random.chance(0.2)) {
    g.out.u8(OP.MARK)
    items()
    g.out.u8(OP.LIST)
    return
  }
  g.out.u8(OP.EMPTY_LIST)
  if (g.random.chance(0.1)) holdItself(g)
  g.out.u8(OP.MARK)
  items()
  g.out.u8(OP.APPENDS)
}

function holdItself(g: Grammar): void {
  const self = g.out.put()
  g.out.get(self).u8(OP.APPEND)
  g.shared.push(self)
}

function dict(g: Grammar, depth: number): void {
  if (g.random.chance(0.2)) {
    g.out.u8(OP.MARK)
    for (const pair of pairs(g, depth)) pair()
    g.out.u8(OP.DICT)
    return
  }
  g.out.u8(OP.EMPTY_DICT)
  g.setItems(pairs(g, depth))
}

/** What the closed list of callables makes of its argument. */
function called(g: Grammar, depth: number): void {
  const [module, name, argument] = g.random.pick(CALLS)
  g.global(module, name)
  g.out.tuple(g.breaks ? g.random.below(3) : 1, () => {
    if (g.breaks) value(g, depth + 1)
    else argument(g, depth)
  })
  g.out.u8(OP.REDUCE)
}

const CALLS: readonly (readonly [string, string, (g: Grammar, depth: number) => void])[] = [
  ['torch', 'Size', ({ out, random }) => out.ints([random.below(9), random.below(9)])],
  ['collections', 'Counter', dict],
  ['collections', 'OrderedDict', listOfPairs],
]

function listOfPairs(g: Grammar, depth: number): void {
  g.out.u8(OP.EMPTY_LIST).u8(OP.MARK)
  for (let left = g.random.below(4); left > 0; left--) {
    g.out.tuple(2, (index) => (index === 0 ? key(g) : value(g, depth + 1)))
  }
  g.out.u8(OP.APPENDS)
}

function pairs(g: Grammar, depth: number): (() => void)[] {
  return Array.from({ length: g.random.below(5) }, () => () => {
    key(g)
    value(g, depth + 1)
  })
}

function key(g: Grammar): void {
  if (g.breaks) value(g, 6)
  else if (g.random.chance(0.7)) g.out.text(name(g.random))
  else g.out.int(g.random.below(20))
}
