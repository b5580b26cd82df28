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
  float16: (bytes) => float32(new Uint16Array(bytes), halves()),
  bfloat16: (bytes) => shifted(new Uint16Array(bytes)),
  int32: (bytes) => int64(new Int32Array(bytes)),
  int16: (bytes) => int64(new Int16Array(bytes)),
  int8: (bytes) => int64(new Int8Array(bytes)),
  uint8: (bytes) => int64(new Uint8Array(bytes)),
  bool: (bytes) => int64(new Uint8Array(bytes)),
}

// Plain loops into memory that is there: TypedArray.from makes a list of all values first.

function float32(source: Uint16Array, values: Float32Array): Float32Array {
  const result = new Float32Array(source.length)
  for (let i = 0; i < source.length; i++) result[i] = values[source[i] as number] as number
  return result
}

/** bfloat16 is the upper half of float32. */
function shifted(source: Uint16Array): Float32Array {
  const result = new Uint32Array(source.length)
  for (let i = 0; i < source.length; i++) result[i] = (source[i] as number) << 16
  return new Float32Array(result.buffer)
}

function int64(source: Int32Array | Int16Array | Int8Array | Uint8Array): BigInt64Array {
  const result = new BigInt64Array(source.length)
  for (let i = 0; i < source.length; i++) result[i] = BigInt(source[i] as number)
  return result
}

/** A view of foreign bytes may begin anywhere; wider elements may not. */
function aligned({ buffer, byteOffset, byteLength }: Uint8Array): ArrayBuffer {
  const isWhole = byteOffset === 0 && byteLength === buffer.byteLength
  return isWhole
    ? (buffer as ArrayBuffer)
    : (buffer as ArrayBuffer).slice(byteOffset, byteOffset + byteLength)
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
