// Half types become float32 and whole numbers int64, bit for bit.

import { expect, test } from 'vitest'
import { TENSOR_DTYPES, type TensorDType } from '../../lib/weights/dtypes.js'
import { widened } from '../../lib/weights/widen.js'
import { fromBrain, fromHalf } from './files.js'

const ALL_16 = Uint16Array.from({ length: 2 ** 16 }, (_, bits) => bits)

function bytesOf(values: ArrayBufferView): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
}

/** The same bytes at an odd place of a larger buffer. */
function unaligned(bytes: Uint8Array): Uint8Array {
  const larger = new Uint8Array(bytes.byteLength + 5).fill(0xaa)
  larger.set(bytes, 3)
  return larger.subarray(3, 3 + bytes.byteLength)
}

/** The values of a row of a type, widened, as that type's own array. */
function widenedRow(dtype: TensorDType, values: ArrayBufferView, length: number) {
  const tensor = { name: 'a', dtype, shape: [length], data: unaligned(bytesOf(values)) }
  const wide = widened(tensor)
  expect(wide).toMatchObject({ name: 'a', shape: [length] })
  const { buffer, byteOffset, byteLength } = wide.data
  const copy = buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer
  return {
    dtype: wide.dtype,
    values: wide.dtype === 'int64' ? new BigInt64Array(copy) : new Float32Array(copy),
  }
}

/** Tells -0 from 0, and one NaN from no other. */
function firstDifference(values: ArrayLike<number | bigint>, expected: (index: number) => number): number {
  for (let index = 0; index < values.length; index++)
    if (!Object.is(values[index], expected(index))) return index
  return -1
}

test('all 65,536 patterns of float16', () => {
  const { dtype, values } = widenedRow('float16', ALL_16, 2 ** 16)
  expect(dtype).toBe('float32')
  expect(values).toHaveLength(2 ** 16)
  expect(firstDifference(values, fromHalf)).toBe(-1)
})

test.each<[string, number, number]>([
  ['zero', 0x0000, 0],
  ['minus zero', 0x8000, -0],
  ['one', 0x3c00, 1],
  ['minus two', 0xc000, -2],
  ['a third', 0x3555, 0.333251953125],
  ['the largest', 0x7bff, 65_504],
  ['the smallest normal', 0x0400, 0.00006103515625],
  ['the largest subnormal', 0x03ff, 1023 * 2 ** -24],
  ['the smallest', 0x0001, 2 ** -24],
  ['infinity', 0x7c00, Infinity],
  ['minus infinity', 0xfc00, -Infinity],
  ['not a number', 0x7e00, NaN],
])('float16 has %s', (_, bits, value) => {
  expect(fromHalf(bits)).toBe(value)
  expect(widenedRow('float16', Uint16Array.of(bits), 1).values[0]).toBe(value)
})

test('all 65,536 patterns of bfloat16', () => {
  const { dtype, values } = widenedRow('bfloat16', ALL_16, 2 ** 16)
  expect(dtype).toBe('float32')
  expect(firstDifference(values, fromBrain)).toBe(-1)
  // Bit for bit too: what was a NaN keeps its payload.
  expect(new Uint32Array(values.buffer).every((bits, index) => bits === index * 2 ** 16)).toBe(true)
})

test.each<[TensorDType, ArrayBufferView, bigint[]]>([
  ['int32', Int32Array.of(-(2 ** 31), -1, 0, 2 ** 31 - 1), [-(2n ** 31n), -1n, 0n, 2n ** 31n - 1n]],
  ['int16', Int16Array.of(-(2 ** 15), -1, 0, 2 ** 15 - 1), [-(2n ** 15n), -1n, 0n, 2n ** 15n - 1n]],
  ['int8', Int8Array.of(-128, -1, 0, 127), [-128n, -1n, 0n, 127n]],
  ['uint8', Uint8Array.of(0, 1, 128, 255), [0n, 1n, 128n, 255n]],
  ['bool', Uint8Array.of(0, 1, 1, 0), [0n, 1n, 1n, 0n]],
])('%s becomes int64', (dtype, stored, values) => {
  expect(widenedRow(dtype, stored, 4)).toEqual({ dtype: 'int64', values: BigInt64Array.from(values) })
})

test('float32, float64 and int64 pass through without a copy, wherever they begin', () => {
  for (const dtype of ['float32', 'float64', 'int64'] as const) {
    const tensor = {
      name: 'a',
      dtype,
      shape: [1],
      data: unaligned(new Uint8Array(dtype === 'float32' ? 4 : 8)),
    }
    expect(widened(tensor)).toBe(tensor)
  }
})

test('every type has a wide one, for a scalar and for no value at all', () => {
  for (const dtype of TENSOR_DTYPES) {
    const wide = widened({ name: 'a', dtype, shape: [0, 3], data: new Uint8Array(0) })
    expect(['float64', 'float32', 'int64']).toContain(wide.dtype)
    expect(wide.data).toHaveLength(0)
  }
  const scalar = widened({ name: 'a', dtype: 'float16', shape: [], data: Uint8Array.of(0, 0x3c) })
  expect([scalar.shape, [...scalar.data]]).toEqual([[], [0, 0, 0x80, 0x3f]])
})

test('what is widened is not changed', () => {
  const data = Uint8Array.of(1, 2, 3, 4)
  widened({ name: 'a', dtype: 'float16', shape: [2], data })
  expect([...data]).toEqual([1, 2, 3, 4])
})
