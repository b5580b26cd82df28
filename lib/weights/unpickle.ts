// Runs a pickle: a closed list of opcodes, none of which can reach outside the pickle.

import { PickleMachine } from './pickle-machine.js'
import { PickleDict, PickleList, type PickleNames, PickleTuple, type PickleValue } from './pickle-values.js'
import type { Refuse } from './refusal.js'

/** Opcodes of one pickle: about 30 a tensor, so these are enough for all that the limit of objects lets through. */
const STEPS_LIMIT = 2 ** 21
/** Later protocols may mean something else by the same opcodes. */
const PROTOCOL_LIMIT = 5

const STOP = 0x2e

/** The file may be damaged, or hold more than this reader takes. */
const RESAVE = 'Fetch it again, or save its state_dict alone in Python'

type Operation = (machine: PickleMachine) => void

/** By opcode, under the names of Python's pickletools. What makes an object of a class is left out, and what protocol 0 alone needs, which cannot write a tensor. */
const OPERATIONS: readonly (Operation | undefined)[] = table({
  PROTO: [0x80, (m) => protocol(m)],
  FRAME: [0x95, (m) => m.bytes.u64()], // how many bytes follow: the bytes themselves show it
  MARK: [0x28, (m) => m.mark()],
  POP: [0x30, (m) => m.pop()],
  POP_MARK: [0x31, (m) => m.popToMark()],
  DUP: [0x32, (m) => m.push(m.top())],
  // Constants
  NONE: [0x4e, (m) => m.push(null)],
  NEWTRUE: [0x88, (m) => m.push(true)],
  NEWFALSE: [0x89, (m) => m.push(false)],
  BININT: [0x4a, (m) => m.push(m.bytes.i32())],
  BININT1: [0x4b, (m) => m.push(m.bytes.u8())],
  BININT2: [0x4d, (m) => m.push(m.bytes.u16())],
  LONG1: [0x8a, (m) => m.push(m.bytes.long(m.bytes.u8()))],
  LONG4: [0x8b, (m) => m.push(m.bytes.long(m.bytes.i32()))],
  INT: [0x49, (m) => m.push(m.bytes.digits())],
  LONG: [0x4c, (m) => m.push(m.bytes.digits())],
  BINFLOAT: [0x47, (m) => m.push(m.bytes.f64())],
  // Text, Python 2's strings among it, and bytes
  SHORT_BINUNICODE: [0x8c, (m) => m.push(m.bytes.text(m.bytes.u8()))],
  BINUNICODE: [0x58, (m) => m.push(m.bytes.text(m.bytes.u32()))],
  BINUNICODE8: [0x8d, (m) => m.push(m.bytes.text(m.bytes.u64()))],
  SHORT_BINSTRING: [0x55, (m) => m.push(m.bytes.text(m.bytes.u8()))],
  BINSTRING: [0x54, (m) => m.push(m.bytes.text(m.bytes.i32()))],
  SHORT_BINBYTES: [0x43, (m) => m.pushNew(m.bytes.take(m.bytes.u8()))],
  BINBYTES: [0x42, (m) => m.pushNew(m.bytes.take(m.bytes.u32()))],
  BINBYTES8: [0x8e, (m) => m.pushNew(m.bytes.take(m.bytes.u64()))],
  // Tuples, lists and dicts
  EMPTY_TUPLE: [0x29, (m) => m.tuple(0)],
  TUPLE1: [0x85, (m) => m.tuple(1)],
  TUPLE2: [0x86, (m) => m.tuple(2)],
  TUPLE3: [0x87, (m) => m.tuple(3)],
  TUPLE: [0x74, (m) => m.pushNew(new PickleTuple(m.popToMark()))],
  EMPTY_LIST: [0x5d, (m) => m.pushNew(new PickleList())],
  LIST: [0x6c, (m) => m.list()],
  APPEND: [0x61, (m) => m.append([m.pop()])],
  APPENDS: [0x65, (m) => m.append(m.popToMark())],
  EMPTY_DICT: [0x7d, (m) => m.pushNew(new PickleDict(false))],
  DICT: [0x64, (m) => m.dict()],
  SETITEM: [0x73, (m) => setOne(m)],
  SETITEMS: [0x75, (m) => m.set(m.popToMark())],
  // The memo
  BINPUT: [0x71, (m) => m.remember(m.bytes.u8())],
  LONG_BINPUT: [0x72, (m) => m.remember(m.bytes.u32())],
  MEMOIZE: [0x94, (m) => m.rememberNext()],
  BINGET: [0x68, (m) => m.recall(m.bytes.u8())],
  LONG_BINGET: [0x6a, (m) => m.recall(m.bytes.u32())],
  // Names, which the caller gives their meaning
  GLOBAL: [0x63, (m) => m.global(m.bytes.line(), m.bytes.line())],
  STACK_GLOBAL: [0x93, (m) => stackGlobal(m)],
  REDUCE: [0x52, (m) => m.call()],
  BINPERSID: [0x51, (m) => m.persistent()],
  BUILD: [0x62, (m) => m.build()],
})

/**
 * @param bytes May go on behind the pickle.
 * @returns What it holds, and the bytes that it takes.
 * @throws The refusal: it is malformed or truncated, goes past a bound, or names what the caller does not know. At
 *   most 2 million opcodes are run, some tenths of a second.
 */
export function unpickle(
  bytes: Uint8Array,
  names: PickleNames,
  refuse: Refuse,
): { value: PickleValue; length: number } {
  const machine = new PickleMachine(bytes, names, (reason, remedy = RESAVE) => refuse(reason, remedy))
  for (let step = 0; step < STEPS_LIMIT; step++) {
    const opcode = machine.bytes.u8()
    if (opcode === STOP) return { value: machine.pop(), length: machine.bytes.position }
    const operation = OPERATIONS[opcode]
    if (operation === undefined)
      throw refuse(`its pickle has the opcode ${opcode}, which no state_dict needs`)
    operation(machine)
  }
  throw machine.refuse(`its pickle has over ${STEPS_LIMIT} opcodes`)
}

function table(
  operations: Readonly<Record<string, readonly [opcode: number, run: Operation]>>,
): (Operation | undefined)[] {
  const byOpcode = new Map(Object.values(operations))
  return Array.from({ length: 256 }, (_, opcode) => byOpcode.get(opcode))
}

function protocol(machine: PickleMachine): void {
  const number = machine.bytes.u8()
  if (number > PROTOCOL_LIMIT)
    throw machine.refuse(`its pickle is of protocol ${number}, past ${PROTOCOL_LIMIT}`)
}

function setOne(machine: PickleMachine): void {
  const value = machine.pop()
  machine.set([machine.pop(), value])
}

function stackGlobal(machine: PickleMachine): void {
  const name = machine.pop()
  machine.global(machine.pop(), name)
}
