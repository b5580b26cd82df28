// The values of a tensor as doubles, decoded apart from the project's own conversions.

import type { NamedTensor, TensorDType } from '../../lib/weights/index.js'

type Decode = readonly [bytes: number, value: (view: DataView, at: number) => number]

const DECODE: Readonly<Record<TensorDType, Decode>> = {
  float64: [8, (view, at) => view.getFloat64(at, true)],
  float32: [4, (view, at) => view.getFloat32(at, true)],
  float16: [2, (view, at) => half(view.getUint16(at, true))],
  bfloat16: [2, (view, at) => upper(view.getUint16(at, true))],
  int64: [8, (view, at) => Number(view.getBigInt64(at, true))],
  int32: [4, (view, at) => view.getInt32(at, true)],
  int16: [2, (view, at) => view.getInt16(at, true)],
  int8: [1, (view, at) => view.getInt8(at)],
  uint8: [1, (view, at) => view.getUint8(at)],
  bool: [1, (view, at) => view.getUint8(at)],
}

/** The nearest double of an int64, else the value itself. */
export function doublesOf({ dtype, data }: NamedTensor): number[] {
  const [bytes, value] = DECODE[dtype]
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  return Array.from({ length: data.byteLength / bytes }, (_, index) => value(view, index * bytes))
}

/**
 * Whether a value is the one that a JSON document gives. NaN and the infinities stand in it as strings or, where
 * JavaScript wrote it, as null; JavaScript drops the sign of zero too.
 */
export function isSame(found: number, expected: unknown): boolean {
  if (expected === null) return !Number.isFinite(found)
  if (expected === 'NaN') return Number.isNaN(found)
  if (expected === 'Infinity' || expected === '-Infinity') return found === Number(expected)
  const wanted = typeof expected === 'boolean' ? Number(expected) : expected
  return found === wanted
}

/** IEEE 754 binary16: a sign, 5 bits of exponent, 10 of the fraction. */
function half(bits: number): number {
  const exponent = (bits >>> 10) & 0x1f
  const fraction = bits & 0x3ff
  const sign = bits & 0x8000 ? -1 : 1
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (0x400 + fraction) * 2 ** (exponent - 25)
}

/** bfloat16 is the upper half of a float32. */
function upper(bits: number): number {
  const view = new DataView(new ArrayBuffer(4))
  view.setUint16(0, bits)
  return view.getFloat32(0)
}
