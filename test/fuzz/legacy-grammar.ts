// Random files of PyTorch's format before 1.6, most of them right but for what lies in their pickle.

import { ByteWriter } from './byte-writer.js'
import type { Storage } from './grammar.js'
import type { DrawnFile } from './inputs.js'
import { EDGES } from './numbers.js'
import { OP, PickleWriter } from './pickle-writer.js'
import type { Random } from './random.js'
import { dataOf, drawContent } from './zip-grammar.js'

const MAGIC = 0x1950a86a20f9469cfc6cn

export function drawLegacy(random: Random): DrawnFile {
  const { object } = drawContent(random, true)
  const out = new ByteWriter()
  const damaged = random.chance(0.1) ? random.pick(['magic', 'protocol', 'system', 'cut']) : ''
  out.raw(magic(random, damaged === 'magic'))
  out.raw(new PickleWriter(random).int(damaged === 'protocol' ? random.below(2000) : 1001).stop())
  out.raw(system(random, damaged === 'system'))
  out.raw(object.bytes)
  const { kind, order } = drawOrder(random, object.named)
  out.raw(keys(random, order))
  for (const storage of order) {
    const count = random.chance(0.02) ? random.pick(EDGES) : BigInt(storage.elements)
    out.u64(count).raw(dataOf(random, storage))
  }
  const bytes = out.done()
  const end = damaged === 'cut' ? random.below(bytes.length) : bytes.length
  const notes = [damaged, kind === 'all' ? '' : `${kind} keys`].filter((note) => note !== '')
  return { bytes: bytes.subarray(0, end), what: [object.what, ...notes].join(', ') }
}

function magic(random: Random, wrong: boolean): Uint8Array {
  const number = wrong ? MAGIC + BigInt(random.between(1, 9)) : MAGIC
  if (random.chance(0.1)) return Buffer.from(`L${number}L\n.`)
  const little = Buffer.from(number.toString(16).padStart(20, '0'), 'hex').reverse()
  return Buffer.concat([Buffer.of(OP.PROTO, 2, OP.LONG1, 10), little, Buffer.of(OP.STOP)])
}

function system(random: Random, wrong: boolean): Uint8Array {
  const out = new PickleWriter(random).u8(OP.EMPTY_DICT).u8(OP.MARK)
  out.text('protocol_version').int(1001)
  if (!wrong || random.chance(0.5)) out.text('little_endian').truth(!wrong)
  out.text('type_sizes').u8(OP.EMPTY_DICT).u8(OP.MARK)
  out.text('short').int(2).text('int').int(4).text('long').int(4)
  return out.u8(OP.SETITEMS).u8(OP.SETITEMS).stop()
}

function drawOrder(random: Random, storages: readonly Storage[]): { kind: string; order: Storage[] } {
  const kind = random.weighted({ all: 30, reversed: 3, fewer: 1, twice: 1, more: 1 })
  const order = [...storages]
  const [one] = order
  if (one === undefined) return { kind: 'all', order }
  if (kind === 'reversed') order.reverse()
  if (kind === 'fewer') order.splice(random.below(order.length), 1)
  if (kind === 'twice') order.push(one)
  if (kind === 'more') order.push({ ...one, key: 'more' })
  return { kind, order }
}

function keys(random: Random, storages: readonly Storage[]): Uint8Array {
  const out = new PickleWriter(random).u8(OP.EMPTY_LIST).u8(OP.MARK)
  for (const { key } of storages) {
    if (random.chance(0.003)) out.int(7)
    else out.text(key)
  }
  return out.u8(OP.APPENDS).stop()
}
