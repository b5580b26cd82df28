// Builds pickles opcode by opcode, well formed or not. The names are those of Python's pickletools.

const one = (opcode: number) => Buffer.of(opcode)

/** An opcode and the little-endian number behind it. */
function wide(opcode: number, bytes: 2 | 4 | 8, value: number | bigint): Buffer {
  const code = Buffer.alloc(1 + bytes, opcode)
  if (bytes === 2) code.writeUInt16LE(Number(value), 1)
  else if (bytes === 4) code.writeUInt32LE(Number(value) >>> 0, 1)
  else code.writeBigUInt64LE(BigInt(value), 1)
  return code
}

/** An opcode, the length of what follows, and what follows. */
function sized(opcode: number, bytes: 1 | 4 | 8, content: string | Uint8Array): Buffer {
  const data = Buffer.from(content as string)
  const head = bytes === 1 ? Buffer.of(opcode, data.length) : wide(opcode, bytes, data.length)
  return Buffer.concat([head, data])
}

function float(value: number): Buffer {
  const code = Buffer.alloc(9, 0x47)
  code.writeDoubleBE(value, 1)
  return code
}

export const op = {
  PROTO: (protocol: number) => Buffer.of(0x80, protocol),
  FRAME: (length: number) => wide(0x95, 8, length),
  MARK: one(0x28),
  POP: one(0x30),
  POP_MARK: one(0x31),
  DUP: one(0x32),
  STOP: one(0x2e),
  NONE: one(0x4e),
  NEWTRUE: one(0x88),
  NEWFALSE: one(0x89),
  BININT: (value: number) => wide(0x4a, 4, value),
  BININT1: (value: number) => Buffer.of(0x4b, value),
  BININT2: (value: number) => wide(0x4d, 2, value),
  LONG1: (...bytes: number[]) => sized(0x8a, 1, Uint8Array.from(bytes)),
  LONG4: (...bytes: number[]) => sized(0x8b, 4, Uint8Array.from(bytes)),
  INT: (digits: string) => Buffer.from(`I${digits}\n`),
  LONG: (digits: string) => Buffer.from(`L${digits}\n`),
  BINFLOAT: float,
  SHORT_BINUNICODE: (text: string | Uint8Array) => sized(0x8c, 1, text),
  BINUNICODE: (text: string | Uint8Array) => sized(0x58, 4, text),
  BINUNICODE8: (text: string) => sized(0x8d, 8, text),
  SHORT_BINSTRING: (text: string) => sized(0x55, 1, text),
  BINSTRING: (text: string) => sized(0x54, 4, text),
  SHORT_BINBYTES: (data: string | Uint8Array) => sized(0x43, 1, data),
  BINBYTES: (data: string | Uint8Array) => sized(0x42, 4, data),
  BINBYTES8: (data: string | Uint8Array) => sized(0x8e, 8, data),
  EMPTY_TUPLE: one(0x29),
  TUPLE1: one(0x85),
  TUPLE2: one(0x86),
  TUPLE3: one(0x87),
  TUPLE: one(0x74),
  EMPTY_LIST: one(0x5d),
  LIST: one(0x6c),
  APPEND: one(0x61),
  APPENDS: one(0x65),
  EMPTY_DICT: one(0x7d),
  DICT: one(0x64),
  SETITEM: one(0x73),
  SETITEMS: one(0x75),
  BINPUT: (index: number) => Buffer.of(0x71, index),
  LONG_BINPUT: (index: number) => wide(0x72, 4, index),
  MEMOIZE: one(0x94),
  BINGET: (index: number) => Buffer.of(0x68, index),
  LONG_BINGET: (index: number) => wide(0x6a, 4, index),
  GLOBAL: (module: string, name: string) => Buffer.from(`c${module}\n${name}\n`),
  STACK_GLOBAL: one(0x93),
  REDUCE: one(0x52),
  BINPERSID: one(0x51),
  BUILD: one(0x62),
} as const

/** A program and its end. */
export function pickleOf(...code: readonly Uint8Array[]): Buffer {
  return Buffer.concat([...code, op.STOP])
}

/** What pushes a value; a Buffer is code already. */
export type Pushed =
  | null
  | boolean
  | number
  | string
  | Buffer
  | readonly Pushed[]
  | { readonly [key: string]: Pushed }

/** Code that pushes a value: lists of arrays, dicts of objects. */
export function push(value: Pushed): Buffer {
  if (Buffer.isBuffer(value)) return value
  if (value === null) return op.NONE
  if (typeof value === 'boolean') return value ? op.NEWTRUE : op.NEWFALSE
  if (typeof value === 'string') return op.BINUNICODE(value)
  if (typeof value === 'number') return pushNumber(value)
  if (Array.isArray(value))
    return Buffer.concat([op.EMPTY_LIST, op.MARK, ...(value as Pushed[]).map(push), op.APPENDS])
  return dict(Object.entries(value as { [key: string]: Pushed }))
}

/** A number of 8 bytes is LONG1, as Python writes it. */
function pushNumber(value: number): Buffer {
  if (!Number.isInteger(value)) return op.BINFLOAT(value)
  if (value === (value | 0)) return op.BININT(value)
  const bytes = Buffer.alloc(8)
  bytes.writeBigInt64LE(BigInt(value))
  return op.LONG1(...bytes)
}

export function dict(pairs: readonly (readonly [Pushed, Pushed])[]): Buffer {
  return Buffer.concat([op.EMPTY_DICT, op.MARK, ...pairs.flat().map((part) => push(part)), op.SETITEMS])
}

export function tuple(...items: readonly Pushed[]): Buffer {
  return Buffer.concat([op.MARK, ...items.map(push), op.TUPLE])
}

/** What calls a Python function by its full name. */
export function call(name: string, ...args: readonly Pushed[]): Buffer {
  const dot = name.lastIndexOf('.')
  const callable = op.GLOBAL(name.slice(0, dot), name.slice(dot + 1))
  return Buffer.concat([callable, tuple(...args), op.REDUCE])
}

/** The same code many times, in one piece of memory. */
export function times(count: number, code: Uint8Array): Buffer {
  return Buffer.alloc(count * code.length, code)
}
