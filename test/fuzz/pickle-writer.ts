// Writes pickles opcode by opcode, in the ways that Python's picklers do, and in others.

import { ByteWriter } from './byte-writer.js'
import type { Random } from './random.js'

export const OP = {
  MARK: 0x28,
  EMPTY_TUPLE: 0x29,
  STOP: 0x2e,
  POP: 0x30,
  POP_MARK: 0x31,
  DUP: 0x32,
  BINBYTES: 0x42,
  SHORT_BINBYTES: 0x43,
  BINFLOAT: 0x47,
  INT: 0x49,
  BININT: 0x4a,
  BININT1: 0x4b,
  LONG: 0x4c,
  BININT2: 0x4d,
  NONE: 0x4e,
  BINPERSID: 0x51,
  REDUCE: 0x52,
  BINSTRING: 0x54,
  SHORT_BINSTRING: 0x55,
  BINUNICODE: 0x58,
  EMPTY_LIST: 0x5d,
  APPEND: 0x61,
  BUILD: 0x62,
  GLOBAL: 0x63,
  DICT: 0x64,
  APPENDS: 0x65,
  BINGET: 0x68,
  LONG_BINGET: 0x6a,
  LIST: 0x6c,
  BINPUT: 0x71,
  LONG_BINPUT: 0x72,
  SETITEM: 0x73,
  TUPLE: 0x74,
  SETITEMS: 0x75,
  EMPTY_DICT: 0x7d,
  PROTO: 0x80,
  TUPLE1: 0x85,
  TUPLE2: 0x86,
  TUPLE3: 0x87,
  NEWTRUE: 0x88,
  NEWFALSE: 0x89,
  LONG1: 0x8a,
  LONG4: 0x8b,
  SHORT_BINUNICODE: 0x8c,
  BINUNICODE8: 0x8d,
  BINBYTES8: 0x8e,
  STACK_GLOBAL: 0x93,
  MEMOIZE: 0x94,
  FRAME: 0x95,
} as const

export class PickleWriter extends ByteWriter {
  readonly random: Random
  /** Values remembered so far. */
  remembered = 0

  constructor(random: Random, protocol = 2) {
    super()
    this.random = random
    this.u8(OP.PROTO).u8(protocol)
  }

  none(): this {
    return this.u8(OP.NONE)
  }

  truth(value: boolean): this {
    return this.u8(value ? OP.NEWTRUE : OP.NEWFALSE)
  }

  /** In one of the opcodes that can hold it, the shortest mostly. */
  int(value: number | bigint): this {
    const wide = BigInt(value)
    const forms: (() => this)[] = []
    if (wide >= 0n && wide < 2n ** 8n) forms.push(() => this.u8(OP.BININT1).u8(Number(wide)))
    if (wide >= 0n && wide < 2n ** 16n) forms.push(() => this.u8(OP.BININT2).u16(Number(wide)))
    if (wide === BigInt.asIntN(32, wide)) forms.push(() => this.u8(OP.BININT).i32(Number(wide)))
    forms.push(() =>
      this.u8(OP.LONG1)
        .u8(9)
        .u64(wide)
        .u8(wide < 0n ? 255 : 0),
    )
    forms.push(() => this.u8(OP.LONG).raw(`${wide}L\n`))
    const form = this.random.chance(0.9) ? forms[0] : this.random.pick(forms)
    return (form as () => this)()
  }

  float(value: number): this {
    return this.u8(OP.BINFLOAT).f64(value)
  }

  text(value: string): this {
    const bytes = Buffer.from(value)
    if (bytes.length < 256 && this.random.chance(0.3))
      return this.u8(this.random.pick([OP.SHORT_BINUNICODE, OP.SHORT_BINSTRING]))
        .u8(bytes.length)
        .raw(bytes)
    return this.u8(OP.BINUNICODE).u32(bytes.length).raw(bytes)
  }

  global(module: string, name: string): this {
    if (this.random.chance(0.8)) return this.u8(OP.GLOBAL).raw(`${module}\n${name}\n`)
    return this.text(module).text(name).u8(OP.STACK_GLOBAL)
  }

  /** Remembers what lies on top. @returns Where. */
  put(): number {
    const index = this.remembered++
    if (this.random.chance(0.1)) this.u8(OP.MEMOIZE)
    else if (index < 256) this.u8(OP.BINPUT).u8(index)
    else this.u8(OP.LONG_BINPUT).u32(index)
    return index
  }

  get(index: number): this {
    return index < 256 ? this.u8(OP.BINGET).u8(index) : this.u8(OP.LONG_BINGET).u32(index)
  }

  /** Pushes the values that the callback pushes as one tuple. */
  tuple(length: number, push: (index: number) => void): this {
    const short = [OP.EMPTY_TUPLE, OP.TUPLE1, OP.TUPLE2, OP.TUPLE3][length]
    const marked = short === undefined || this.random.chance(0.1)
    if (marked) this.u8(OP.MARK)
    for (let index = 0; index < length; index++) push(index)
    return this.u8(marked ? OP.TUPLE : short)
  }

  ints(values: readonly (number | bigint)[]): this {
    return this.tuple(values.length, (index) => this.int(values[index] as number | bigint))
  }

  orderedDict(): this {
    return this.global('collections', 'OrderedDict').u8(OP.EMPTY_TUPLE).u8(OP.REDUCE)
  }

  stop(): Buffer {
    return this.u8(OP.STOP).done()
  }
}
