// Reads the parts of a pickle one after another; nothing is read past its end.

import type { Refuse } from './refusal.js'

/** Of an integer in bytes; PyTorch's widest is its magic number of 10. */
const LONG_LIMIT = 16
/** Of a line of text in bytes: a Python name or an integer in digits. */
const LINE_LIMIT = 1024

const NEWLINE = 0x0a

export class PickleBytes {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  readonly #refuse: Refuse
  readonly #utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  #at = 0

  constructor(bytes: Uint8Array, refuse: Refuse) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#refuse = refuse
  }

  /** Bytes read so far. */
  get position(): number {
    return this.#at
  }

  u8(): number {
    return this.#view.getUint8(this.#advance(1))
  }

  u16(): number {
    return this.#view.getUint16(this.#advance(2), true)
  }

  i32(): number {
    return this.#view.getInt32(this.#advance(4), true)
  }

  u32(): number {
    return this.#view.getUint32(this.#advance(4), true)
  }

  /** A number that may have lost its lowest digits: as a length it is past the end then. */
  u64(): number {
    return Number(this.#view.getBigUint64(this.#advance(8), true))
  }

  /** Big-endian, alone among the numbers. */
  f64(): number {
    return this.#view.getFloat64(this.#advance(8), false)
  }

  /** A signed integer of so many bytes. */
  long(length: number): number | bigint {
    if (length > LONG_LIMIT) throw this.#refuse(`its pickle has an integer of ${length} bytes`)
    let value = 0n
    for (const [index, byte] of this.take(length).entries()) value |= BigInt(byte) << BigInt(8 * index)
    return narrowed(BigInt.asIntN(8 * length, value))
  }

  /** An integer in decimal digits, with or without Python 2's L. Before protocol 2 there was no other way to say a truth value. */
  digits(): number | bigint | boolean {
    const line = this.line()
    if (line === '00' || line === '01') return line === '01'
    if (!/^-?\d{1,40}L?$/.test(line)) throw this.#refuse('its pickle has a malformed integer')
    return narrowed(BigInt(line.replace('L', '')))
  }

  /** Up to the end of the line, which is read too. */
  line(): string {
    const end = this.#bytes.indexOf(NEWLINE, this.#at)
    if (end === -1) throw this.#truncated()
    if (end - this.#at > LINE_LIMIT) throw this.#refuse(`its pickle has a name of ${end - this.#at} bytes`)
    const text = this.text(end - this.#at)
    this.#at++
    return text
  }

  text(length: number): string {
    try {
      return this.#utf8.decode(this.take(length))
    } catch (thrown) {
      if (thrown instanceof TypeError) throw this.#refuse('its pickle has a text that is not UTF-8')
      throw thrown
    }
  }

  /** A view, not a copy. */
  take(length: number): Uint8Array {
    const start = this.#advance(length)
    return this.#bytes.subarray(start, start + length)
  }

  #advance(count: number): number {
    const start = this.#at
    if (count < 0) throw this.#refuse('its pickle has a negative length')
    if (start + count > this.#bytes.length) throw this.#truncated()
    this.#at = start + count
    return start
  }

  #truncated(): Error {
    return this.#refuse('its pickle ends in the middle: the file is truncated')
  }
}

function narrowed(value: bigint): number | bigint {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}
