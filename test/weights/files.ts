// Weight files of the fixtures, files built byte by byte, and what reading them comes to.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'
import { TorchError } from '../../lib/errors.js'
import { type NamedTensor, readWeights, readWeightsInfo } from '../../lib/weights/index.js'
import { temporaryFolder } from '../files/temporary-folder.js'

export const WEIGHT_FILES = fileURLToPath(new URL('../fixtures/weight-files/', import.meta.url))

export function fixtures(kind: 'good' | 'bad', extension: string): string[] {
  return readdirSync(join(WEIGHT_FILES, kind))
    .filter((name) => name.endsWith(extension))
    .map((name) => join(WEIGHT_FILES, kind, name))
}

export function expectedOf<T>(kind: 'good' | 'bad'): Record<string, T> {
  return JSON.parse(readFileSync(join(WEIGHT_FILES, kind, 'expected.json'), 'utf8')) as Record<string, T>
}

/** Writes a file of a length, a header and data that need not fit each other. */
export function fileOf(
  header: string | Uint8Array,
  data: Uint8Array | number = 0,
  length?: number | bigint,
): string {
  const json = Buffer.from(header as string)
  const size = Buffer.alloc(8)
  size.writeBigUInt64LE(BigInt(length ?? json.byteLength))
  const path = join(temporaryFolder(), 'made.safetensors')
  const bytes = typeof data === 'number' ? new Uint8Array(data) : data
  writeFileSync(path, Buffer.concat([size, json, bytes]))
  return path
}

/** A file that holds exactly these bytes. */
export function rawFile(bytes: string | Uint8Array, name = 'made.safetensors'): string {
  const path = join(temporaryFolder(), name)
  writeFileSync(path, bytes)
  return path
}

/** Why neither the whole file nor what it says about itself is read: the same typed error, less the file's name. */
export async function refusal(path: string): Promise<string> {
  const [whole, info] = await Promise.allSettled([readWeights(path), readWeightsInfo(path)])
  const { reason } = whole as PromiseRejectedResult
  expect(reason).toBeInstanceOf(TorchError)
  expect((info as PromiseRejectedResult).reason.message).toBe(reason.message)
  expect(reason.code).toBe('WEIGHTS')
  expect(reason.message).toContain(`Cannot load "${path}": `)
  return reason.message.split('": ').slice(1).join('": ')
}

const ARRAYS = {
  float64: Float64Array,
  float32: Float32Array,
  float16: Uint16Array,
  bfloat16: Uint16Array,
  int64: BigInt64Array,
  int32: Int32Array,
  int16: Int16Array,
  int8: Int8Array,
  uint8: Uint8Array,
  bool: Uint8Array,
}

/** The values as stored; those of half types as their bits. */
export function valuesOf({ dtype, data }: NamedTensor): number[] {
  const { buffer, byteOffset, byteLength } = data
  const aligned = buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer
  return Array.from(new ARRAYS[dtype](aligned) as Iterable<number | bigint>, Number)
}

/** The value of a float16: a whole number of the smallest step of its exponent. */
export function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits & 0x7fff) >>> 10
  const fraction = bits & 0x3ff
  if (exponent === 31) return fraction > 0 ? NaN : sign * Infinity
  return (sign * (exponent > 0 ? 1024 + fraction : fraction)) / 2 ** (25 - Math.max(exponent, 1))
}

/** The value of a bfloat16: the upper half of a float32. */
export function fromBrain(bits: number): number {
  return Buffer.of(bits >>> 8, bits & 0xff, 0, 0).readFloatBE()
}

/** The values as numbers, of any type. */
export function numbersOf(tensor: NamedTensor): number[] {
  const values = valuesOf(tensor)
  if (tensor.dtype === 'float16') return values.map(fromHalf)
  return tensor.dtype === 'bfloat16' ? values.map(fromBrain) : values
}

/** Name, shape and values of every tensor. */
export async function tensorsOf(path: string): Promise<Record<string, [shape: number[], values: number[]]>> {
  const { tensors } = await readWeights(path)
  return Object.fromEntries(tensors.map((tensor) => [tensor.name, [tensor.shape, valuesOf(tensor)]]))
}
