// What a pickle may hold, as data: nothing of it is ever code.

export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PickleTuple
  | PickleList
  | PickleDict
  | PickleForeign

export class PickleTuple {
  readonly items: readonly PickleValue[]

  constructor(items: readonly PickleValue[]) {
    this.items = items
  }
}

export class PickleList {
  readonly items: PickleValue[] = []
}

/** Of a key in UTF-16 units. JavaScript tells longer texts of one length apart by comparing them whole. */
export const KEY_LIMIT = 1024

/** A dict in the order of its keys' first appearance; Python's OrderedDict is one that takes a state. */
export class PickleDict {
  readonly ordered: boolean
  /** By text: a number's own hash has no seed, so that chosen numbers could all fall together. */
  readonly #entries = new Map<string, PickleValue>()

  constructor(ordered: boolean) {
    this.ordered = ordered
  }

  get size(): number {
    return this.#entries.size
  }

  /** @returns Whether the key is one that a state_dict or its settings may have. */
  set(key: PickleValue, value: PickleValue): boolean {
    const text = keyText(key)
    if (text === null || text.length > KEY_LIMIT) return false
    this.#entries.set(text, value)
    return true
  }

  get(key: string): PickleValue | undefined {
    return this.#entries.get(`'${key}`)
  }

  /** Keys that are no text are written out. */
  *[Symbol.iterator](): Generator<[key: string, value: PickleValue]> {
    for (const [key, value] of this.#entries) yield [key.startsWith("'") ? key.slice(1) : key, value]
  }
}

/** A text behind a quote, a number or the like written out, a tuple of these in brackets; else null. */
function keyText(key: PickleValue): string | null {
  if (typeof key === 'string') return `'${key}`
  if (key === null || typeof key !== 'object') return String(key)
  if (!(key instanceof PickleTuple) || key.items.length > KEY_LIMIT) return null
  const items = key.items.map((item) => (item instanceof PickleTuple ? null : keyText(item)))
  return items.includes(null) ? null : `(${items.join()})`
}

/** What only those know who gave it to the machine: a callable of the closed list, a storage, a tensor. */
export abstract class PickleForeign {
  /** As an error calls it. */
  abstract readonly shown: string
}

/** Whoever runs a pickle decides what its names mean. Each throws the refusal where it knows no such thing. */
export interface PickleNames {
  /** A class or function by its full Python name, such as 'collections.OrderedDict'. */
  global(name: string): PickleValue
  call(callable: PickleValue, args: readonly PickleValue[]): PickleValue
  persistent(id: PickleValue): PickleValue
}

/** A value as a message may name it. */
export function kindOf(value: PickleValue): string {
  if (value === null) return 'None'
  if (value instanceof PickleForeign) return value.shown
  if (value instanceof PickleTuple) return 'a tuple'
  if (value instanceof PickleList) return 'a list'
  if (value instanceof PickleDict) return 'a dict'
  if (value instanceof Uint8Array) return 'bytes'
  return typeof value === 'string' ? 'a string' : typeof value === 'boolean' ? 'a truth value' : 'a number'
}
