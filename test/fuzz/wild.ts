// What no pickler of a state_dict writes: opcodes out of place, lengths past the end, names of code.

import type { Grammar } from './grammar.js'
import { EDGES } from './numbers.js'
import { OP } from './pickle-writer.js'

const FORBIDDEN = [
  ['os', 'system'],
  ['posix', 'system'],
  ['builtins', 'eval'],
  ['builtins', 'getattr'],
  ['__builtin__', 'exec'],
  ['subprocess', 'Popen'],
  ['torch.nn.modules.linear', 'Linear'],
  ['torch', 'EvilStorage'],
  ['torch', 'UntypedStorage'],
  ['torch.cuda', 'FloatStorage'],
  ['torch.serialization', 'load'],
  ['numpy.core.multiarray', 'scalar'],
  ['collections', 'defaultdict'],
  ['', ''],
  ['__proto__', 'constructor'],
  ['torch\u001b[2J', 'x'],
] as const

/** INST, OBJ, NEWOBJ, PERSID, EXT1, STRING, UNICODE, BYTEARRAY8, EMPTY_SET, READONLY_BUFFER, FLOAT and others. */
const UNUSED = [
  0x69, 0x6f, 0x81, 0x50, 0x82, 0x83, 0x84, 0x53, 0x56, 0x96, 0x8f, 0x97, 0x98, 0x46, 0x70, 0x67,
]

const WILD: readonly ((g: Grammar) => void)[] = [
  ({ out, random }) => out.u8(random.below(256)),
  ({ out, random }) => out.u8(random.pick(Object.values(OP))),
  ({ out, random }) => out.u8(random.pick(UNUSED)),
  ({ out, random }) =>
    out.repeat(Buffer.of(random.pick([OP.MARK, OP.POP, OP.DUP, OP.POP_MARK])), random.size(20)),
  ({ out, random }) => out.get(random.pick([0, out.remembered, 255, 2 ** 16, 2 ** 32 - 1])),
  ({ out, random }) => out.none().u8(OP.LONG_BINPUT).u32(random.u32()),
  ({ out, random }) => out.u8(random.pick([OP.BINUNICODE8, OP.BINBYTES8, OP.FRAME])).u64(random.pick(EDGES)),
  ({ out, random }) =>
    out.u8(random.pick([OP.BINSTRING, OP.LONG4, OP.BINUNICODE, OP.BINBYTES])).u32(edge32(random.pick(EDGES))),
  ({ out, random }) => out.u8(OP.LONG1).u8(random.below(40)).raw(random.bytes(16)),
  ({ out, random }) =>
    out.u8(OP.INT).raw(random.pick(['\n', '1e5\n', '0x10\n', '9'.repeat(50), '- 1\n', '\u0661\n'])),
  ({ out, random }) => out.u8(OP.PROTO).u8(random.below(256)),
  ({ out, random }) => out.u8(OP.SHORT_BINUNICODE).u8(4).raw(random.bytes(4)),
  ({ out }) => out.int(1).int(2).u8(OP.STACK_GLOBAL),
  ({ out }) => out.u8(OP.EMPTY_DICT).u8(OP.EMPTY_LIST).none().u8(OP.SETITEM),
  ({ out }) => out.u8(OP.EMPTY_DICT).u8(OP.MARK).none().u8(OP.SETITEMS),
  ({ out, random }) => out.text('id').u8(OP.BINPERSID).repeat(Buffer.of(OP.POP), random.below(2)),
  (g) => callForbidden(g),
]

export function wild(g: Grammar): void {
  g.random.pick(WILD)(g)
}

function callForbidden({ out, random }: Grammar): void {
  const [module, name] = random.pick(FORBIDDEN)
  out.global(module, name)
  if (random.chance(0.5)) out.tuple(1, () => out.text('touch PWNED_BY_WEIGHTS')).u8(OP.REDUCE)
}

function edge32(value: bigint): number {
  return Number(BigInt.asUintN(32, value))
}
