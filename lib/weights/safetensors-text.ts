// Reads the little JSON that a safetensors header may hold: objects, strings and arrays of integers.
// JSON.parse would swallow a name that stands twice and would build whatever a hostile header nests.

import { quoted } from '../files/index.js'
import { type Refuse, shortened } from './refusal.js'

/** Many more than any model has tensors; it bounds the time and the memory that a hostile header can cost. */
const NAMES_LIMIT = 2 ** 16

/** A cursor over the text. Each method reads one thing and throws the refusal where something else stands. */
export class HeaderText {
  readonly #text: string
  readonly #refuse: Refuse
  #at = 0

  constructor(text: string, refuse: Refuse) {
    this.#text = text
    this.#refuse = refuse
  }

  /** Calls back at the value of each member, which the callback reads. */
  object(onMember: (name: string) => void): void {
    const names = new Set<string>()
    this.#list('{', '}', () => {
      const name = this.string()
      if (names.size === NAMES_LIMIT) throw this.#refuse(`its header has more than ${NAMES_LIMIT} names`)
      if (names.has(name)) throw this.#refuse(`its header has the name ${shortened(name)} twice`)
      names.add(name)
      this.#take(':')
      onMember(name)
    })
  }

  /** An array of safe integers of at least 0, no longer than `limit`. */
  integers(limit: number): number[] {
    const values: number[] = []
    this.#list('[', ']', () => {
      if (values.length === limit) throw this.#refuse(`its header has an array of more than ${limit} numbers`)
      values.push(this.#integer())
    })
    return values
  }

  string(): string {
    this.#skipSpace()
    if (this.#text[this.#at] !== '"') throw this.#unexpected('a string')
    const end = this.#closingQuote(this.#at + 1)
    const literal = this.#text.slice(this.#at, end + 1)
    this.#at = end + 1
    try {
      return JSON.parse(literal) as string
    } catch {
      throw this.#refuse(`its header has the malformed string ${shortened(literal)}`)
    }
  }

  /** Nothing but white space may follow. */
  end(): void {
    this.#skipSpace()
    if (this.#at < this.#text.length) throw this.#unexpected('the end')
  }

  #list(open: string, close: string, readOne: () => void): void {
    this.#take(open)
    if (this.#takes(close)) return
    do readOne()
    while (this.#takes(','))
    this.#take(close)
  }

  #integer(): number {
    this.#skipSpace()
    const start = this.#at
    while (/[-\d]/.test(this.#text[this.#at] ?? '')) this.#at++
    const digits = this.#text.slice(start, this.#at)
    if (digits === '') throw this.#unexpected('an integer')
    const value = Number(digits)
    if (/^(0|[1-9]\d{0,15})$/.test(digits) && Number.isSafeInteger(value)) return value
    throw this.#refuse(`its header has ${shortened(digits)} where a size or an offset stands`)
  }

  /** Each run of backslashes is looked at once, so the time is linear whatever the text. */
  #closingQuote(from: number): number {
    for (let at = this.#text.indexOf('"', from); at !== -1; at = this.#text.indexOf('"', at + 1)) {
      let backslashes = 0
      while (this.#text[at - 1 - backslashes] === '\\') backslashes++
      if (backslashes % 2 === 0) return at
    }
    throw this.#refuse('its header ends inside a string')
  }

  #take(token: string): void {
    if (!this.#takes(token)) throw this.#unexpected(`"${token}"`)
  }

  #takes(token: string): boolean {
    this.#skipSpace()
    if (this.#text[this.#at] !== token) return false
    this.#at++
    return true
  }

  #skipSpace(): void {
    while (' \t\n\r'.includes(this.#text[this.#at] ?? '.')) this.#at++
  }

  #unexpected(wanted: string): Error {
    const rest = this.#text.slice(this.#at, this.#at + 20)
    const found = rest === '' ? 'ends' : `has ${quoted(rest)}`
    return this.#refuse(`its header ${found} at character ${this.#at} where ${wanted} should stand`)
  }
}
