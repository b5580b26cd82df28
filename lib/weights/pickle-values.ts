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

/** A dict in the order of its keys' first appearance; Python's OrderedDict is one that takes a state. */
export class PickleDict {
  readonly entries = new Map<PickleValue, PickleValue>()
  readonly ordered: boolean

  constructor(ordered: boolean) {
    this.ordered = ordered
  }
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
