// Bytes that grow at their end.

export class ByteWriter {
  #bytes = Buffer.alloc(2 ** 10)
  #length = 0

  get length(): number {
    return this.#length
  }

  u8(value: number): this {
    const at = this.#room(1)
    this.#bytes[at] = value
    return this
  }

  u16(value: number): this {
    const at = this.#room(2)
    this.#bytes.writeUInt16LE(value, at)
    return this
  }

  i32(value: number): this {
    const at = this.#room(4)
    this.#bytes.writeInt32LE(value, at)
    return this
  }

  u32(value: number): this {
    const at = this.#room(4)
    this.#bytes.writeUInt32LE(value, at)
    return this
  }

  u64(value: bigint): this {
    const at = this.#room(8)
    this.#bytes.writeBigUInt64LE(BigInt.asUintN(64, value), at)
    return this
  }

  /** Big-endian, as pickles have it. */
  f64(value: number): this {
    const at = this.#room(8)
    this.#bytes.writeDoubleBE(value, at)
    return this
  }

  raw(bytes: string | Uint8Array): this {
    const added = Buffer.from(bytes as string)
    const at = this.#room(added.length)
    added.copy(this.#bytes, at)
    return this
  }

  /** The same bytes so many times. */
  repeat(bytes: Uint8Array, count: number): this {
    const at = this.#room(bytes.length * count)
    if (bytes.length > 0) this.#bytes.fill(bytes, at, at + bytes.length * count)
    return this
  }

  done(): Buffer {
    return this.#bytes.subarray(0, this.#length)
  }

  /** Makes room, for which the bytes may move. @returns Where it begins. */
  #room(count: number): number {
    const start = this.#length
    this.#length += count
    if (this.#length > this.#bytes.length) {
      const larger = Buffer.alloc(Math.max(this.#length, 2 * this.#bytes.length))
      this.#bytes.copy(larger)
      this.#bytes = larger
    }
    return start
  }
}
