// What names in a pickle mean in the tests of the machine alone: they stand for themselves.

import {
  PickleDict,
  PickleForeign,
  PickleList,
  type PickleNames,
  PickleTuple,
  type PickleValue,
} from '../../lib/weights/pickle-values.js'
import { unpickle } from '../../lib/weights/unpickle.js'
import { pickleOf } from './pickles.js'

/** The only error that a pickle may cause. */
export class Refusal extends Error {}

export class Named extends PickleForeign {
  readonly shown: string
  readonly parts: readonly PickleValue[]

  constructor(shown: string, parts: readonly PickleValue[] = []) {
    super()
    this.shown = shown
    this.parts = parts
  }
}

const names: PickleNames = {
  global: (name) => new Named(name),
  persistent: (id) => new Named('persistent', [id]),
  call(callable, args) {
    if (!(callable instanceof Named)) throw new Refusal('it calls what is no function')
    if (callable.shown === 'collections.OrderedDict') return new PickleDict(true)
    return new Named('called', [callable, ...args])
  },
}

export function run(bytes: Uint8Array): { value: PickleValue; length: number } {
  const plain = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength) // no Buffer, as the readers have it
  return unpickle(plain, names, ((reason: string) => new Refusal(reason)) as never)
}

/** What a program leaves on its stack. */
export function resultOf(...code: Uint8Array[]): PickleValue {
  return run(pickleOf(...code)).value
}

/** Why a program is refused; whatever else it throws is thrown on. */
export function refusalOf(bytes: Uint8Array): string {
  try {
    run(bytes)
  } catch (thrown) {
    if (thrown instanceof Refusal) return thrown.message
    throw thrown
  }
  return 'it is not refused'
}

export function tupleOf(...items: PickleValue[]): PickleTuple {
  return new PickleTuple(items)
}

export function listOf(...items: PickleValue[]): PickleList {
  const list = new PickleList()
  list.items.push(...items)
  return list
}

export function dictOf(...pairs: [PickleValue, PickleValue][]): PickleDict {
  const dict = new PickleDict(false)
  for (const [key, value] of pairs) dict.set(key, value)
  return dict
}
