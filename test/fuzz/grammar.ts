// What the rules of a random pickle share: where it is written, how often a rule is broken, what can be named again.

import { OP, PickleWriter } from './pickle-writer.js'
import type { Random } from './random.js'

/** A row of values in a file, under the name of its class in PyTorch. */
export interface Storage {
  readonly key: string
  readonly type: string
  /** Bytes of a value. */
  readonly width: number
  readonly elements: number
}

export class Grammar {
  readonly random: Random
  readonly out: PickleWriter
  readonly storages: readonly Storage[]
  /** Whether storages are described as before PyTorch 1.6. */
  readonly legacy: boolean
  /** The probability that a rule is broken where it could be. */
  readonly faults: number
  /** The storages that the pickle described so far. */
  readonly named = new Set<Storage>()
  /** Where values are remembered that may stand in other places too. */
  readonly shared: number[] = []
  readonly #globals = new Map<string, number>()
  #values = 300

  constructor(random: Random, storages: readonly Storage[], legacy: boolean, faults: number) {
    this.random = random
    this.out = new PickleWriter(random, random.pick([2, 2, 2, 3, 4, 5]))
    this.storages = storages
    this.legacy = legacy
    this.faults = faults
  }

  get breaks(): boolean {
    return this.faults > 0 && this.random.chance(this.faults)
  }

  /** Whether one more value may be nested: a pickle ends some time. */
  get takesMore(): boolean {
    return this.#values-- > 0
  }

  /** A class or function, remembered at its first use as Python's pickler does. */
  global(module: string, name: string): void {
    const known = this.#globals.get(`${module}.${name}`)
    if (known !== undefined) this.out.get(known)
    else this.#globals.set(`${module}.${name}`, this.out.global(module, name).put())
  }

  /** Remembers the value on top, so that {@link share} can push it again. */
  offer(): void {
    if (this.random.chance(0.5)) this.shared.push(this.out.put())
  }

  share(): void {
    if (this.shared.length === 0) this.out.none()
    else this.out.get(this.random.pick(this.shared))
  }

  /** Sets keys of the dict on top: all at once, or one after the other. */
  setItems(pairs: readonly (() => void)[]): void {
    const marked = this.random.chance(0.8)
    if (marked) this.out.u8(OP.MARK)
    for (const pair of pairs) {
      pair()
      if (!marked) this.out.u8(OP.SETITEM)
    }
    if (marked) this.out.u8(OP.SETITEMS)
  }
}
