// The stack machine that a pickle is a program for. Source of the semantics: Python's pickletools.

import { PickleBytes } from './pickle-bytes.js'
import { PickleDict, PickleList, type PickleNames, PickleTuple, type PickleValue } from './pickle-values.js'
import type { Refuse } from './refusal.js'

/**
 * Dicts, lists, tuples and what the names make, together; each costs up to a kilobyte. A parameter with the state of Adam
 * takes about 36, so a training of 3,600 parameters fits.
 */
const OBJECTS_LIMIT = 2 ** 17
/** Of all dicts together; each costs about a hundred bytes. */
const ENTRIES_LIMIT = 2 ** 18
/** Values on the stack, and values remembered. */
const VALUES_LIMIT = 2 ** 20

/** Each method does one thing and throws the refusal where the pickle has no such thing. */
export class PickleMachine {
  readonly bytes: PickleBytes
  readonly refuse: Refuse
  readonly #names: PickleNames
  readonly #stack: PickleValue[] = []
  /** Lengths of the stack at its marks; what lies below the last is out of reach until it is taken. */
  readonly #marks: number[] = []
  readonly #memo: (PickleValue | undefined)[] = []
  #remembered = 0
  #objects = 0
  #entries = 0

  constructor(bytes: Uint8Array, names: PickleNames, refuse: Refuse) {
    this.bytes = new PickleBytes(bytes, refuse)
    this.#names = names
    this.refuse = refuse
  }

  push(value: PickleValue): void {
    if (this.#stack.length === VALUES_LIMIT)
      throw this.refuse(`its pickle stacks over ${VALUES_LIMIT} values`)
    this.#stack.push(value)
  }

  pop(): PickleValue {
    if (this.#stack.length === (this.#marks.at(-1) ?? 0)) throw this.#underflow()
    return this.#stack.pop() as PickleValue
  }

  top(): PickleValue {
    const value = this.pop()
    this.#stack.push(value)
    return value
  }

  mark(): void {
    if (this.#marks.length === VALUES_LIMIT) throw this.refuse(`its pickle has over ${VALUES_LIMIT} marks`)
    this.#marks.push(this.#stack.length)
  }

  /** What was pushed since the last mark, which goes too. */
  popToMark(): PickleValue[] {
    const start = this.#marks.pop()
    if (start === undefined) throw this.#underflow()
    return this.#stack.splice(start)
  }

  remember(index: number): void {
    if (index >= VALUES_LIMIT) throw this.refuse(`its pickle remembers over ${VALUES_LIMIT} values`)
    if (this.#memo[index] === undefined) this.#remembered++
    this.#memo[index] = this.top()
  }

  rememberNext(): void {
    this.remember(this.#remembered)
  }

  recall(index: number): void {
    const value = this.#memo[index]
    if (value === undefined) throw this.refuse('its pickle is malformed: it recalls what it never remembered')
    this.push(value)
  }

  /** Pushes the last so many values as one. */
  tuple(length: number): void {
    const items = Array.from({ length }, () => this.pop())
    this.pushNew(new PickleTuple(items.reverse()))
  }

  /** Pushes what was pushed since the last mark as a list. */
  list(): void {
    const items = this.popToMark()
    this.pushNew(new PickleList())
    this.append(items)
  }

  /** Pushes what was pushed since the last mark as a dict. */
  dict(): void {
    const pairs = this.popToMark()
    this.pushNew(new PickleDict(false))
    this.set(pairs)
  }

  /** Pushes an object that did not exist before. */
  pushNew(object: PickleValue): void {
    if (this.#objects++ === OBJECTS_LIMIT) throw this.refuse(`its pickle has over ${OBJECTS_LIMIT} objects`)
    this.push(object)
  }

  append(items: readonly PickleValue[]): void {
    const list = this.top()
    if (!(list instanceof PickleList))
      throw this.refuse('its pickle is malformed: it appends to what is no list')
    for (const item of items) list.items.push(item)
  }

  /** @param pairs A key, its value, the next key and so on. */
  set(pairs: readonly PickleValue[]): void {
    const dict = this.top()
    if (!(dict instanceof PickleDict))
      throw this.refuse('its pickle is malformed: it sets a key of what is no dict')
    if (pairs.length % 2 === 1) throw this.refuse('its pickle is malformed: a key has no value')
    this.#entries += pairs.length / 2
    if (this.#entries > ENTRIES_LIMIT)
      throw this.refuse(`its pickle has over ${ENTRIES_LIMIT} entries of dicts`)
    for (let i = 0; i < pairs.length; i += 2) {
      const set = dict.set(pairs[i] as PickleValue, pairs[i + 1] as PickleValue)
      if (!set) throw this.refuse('its pickle is malformed: a key is neither a short text nor a number')
    }
  }

  /** A class or function by its module and name. */
  global(module: PickleValue, name: PickleValue): void {
    if (typeof module !== 'string' || typeof name !== 'string')
      throw this.refuse('its pickle is malformed: a name is no text')
    this.push(this.#names.global(`${module}.${name}`))
  }

  call(): void {
    const args = this.pop()
    if (!(args instanceof PickleTuple)) throw this.refuse('its pickle is malformed: arguments are no tuple')
    this.pushNew(this.#names.call(this.pop(), args.items))
  }

  persistent(): void {
    this.pushNew(this.#names.persistent(this.pop()))
  }

  /** Gives an object its attributes. An OrderedDict has some that say nothing of its tensors; nothing else takes any. */
  build(): void {
    this.pop()
    const object = this.top()
    if (object instanceof PickleDict && object.ordered) return
    throw this.refuse('its pickle gives attributes to an object, which no state_dict needs')
  }

  #underflow(): Error {
    return this.refuse('its pickle is malformed: it takes more from its stack than it put there')
  }
}
