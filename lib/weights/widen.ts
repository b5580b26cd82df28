// Brings a tensor of any type into one that networks hold, without losing a value.

import type { TensorDType } from './dtypes.js'
import type { NamedTensor } from './tensor.js'

export type WideDType = 'float64' | 'float32' | 'int64'

/** Halves become float32, shorter integers and truth values int64; the others stay as they are, without a copy. */
export function widened(tensor: NamedTensor): NamedTensor & { readonly dtype: WideDType } {
  const { name, shape, dtype } = tensor
  const widen = WIDEN[dtype]
  if (widen === undefined) return tensor as NamedTensor & { dtype: WideDType }
  const values = widen(aligned(tensor.data))
  const wide = values instanceof Float32Array ? 'float32' : 'int64'
  return { name, shape, dtype: wide, data: new Uint8Array(values.buffer) }
}

type Widen = (bytes: ArrayBuffer) => Float32Array | BigInt64Array

const WIDEN: { readonly [D in TensorDType]?: Widen } = {
  float16: (bytes) => Float32Array.from(new Uint16Array(bytes), (bits) => halves()[bits] as number),
  bfloat16: (bytes) =>
    new Float32Array(Uint32Array.from(new Uint16Array(bytes), (bits) => bits << 16).buffer),
  int32: (bytes) => BigInt64Array.from(new Int32Array(bytes) as Iterable<number>, BigInt),
  int16: (bytes) => BigInt64Array.from(new Int16Array(bytes) as Iterable<number>, BigInt),
  int8: (bytes) => BigInt64Array.from(new Int8Array(bytes) as Iterable<number>, BigInt),
  uint8: (bytes) => BigInt64Array.from(new Uint8Array(bytes) as Iterable<number>, BigInt),
  bool: (bytes) => BigInt64Array.from(new Uint8Array(bytes) as Iterable<number>, BigInt),
}

/** A view of foreign bytes may begin anywhere; wider elements may not. */
function aligned({ buffer, byteOffset, byteLength }: Uint8Array): ArrayBuffer {
  return (buffer as ArrayBuffer).slice(byteOffset, byteOffset + byteLength)
}

let table: Float32Array | undefined

/** The value of every float16 by its bits: 256 kB, made at the first use. */
function halves(): Float32Array {
  table ??= Float32Array.from({ length: 2 ** 16 }, (_, bits) => half(bits))
  return table
}

/** IEEE 754 binary16: a sign, 5 bits of exponent, 10 of the fraction. */
function half(bits: number): number {
  const sign = bits >> 15 === 0 ? 1 : -1
  const exponent = (bits >> 10) & 31
  const fraction = (bits & 1023) / 1024
  if (exponent === 0) return sign * fraction * 2 ** -14
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN
  return sign * (1 + fraction) * 2 ** (exponent - 15)
}
