// The goldens ship no weights: every tensor is rebuilt from its name, as test/fixtures/goldens/README.md says.
import type { NetworkDescription, StateTensor, TensorDescription } from '../../lib/native/index.js'

const FNV_OFFSET = 0x811c9dc5
const FNV_PRIME = 0x01000193

function fnv1a32(text: string): number {
  let hash = FNV_OFFSET
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, FNV_PRIME)
  return hash >>> 0
}

function mix(value: number): number {
  let x = value
  x ^= x >>> 16
  x = Math.imul(x, 0x85ebca6b)
  x ^= x >>> 13
  x = Math.imul(x, 0xc2b2ae35)
  x ^= x >>> 16
  return x >>> 0
}

/** `count` uniform draws in [0, 1) for the tensor of this name. */
export function uniform(name: string, count: number, seed: number): Float64Array {
  const key = (fnv1a32(name) ^ seed) >>> 0
  const values = new Float64Array(count)
  for (let i = 0; i < count; i++) values[i] = mix((Math.imul(i, 0x9e3779b1) + key) >>> 0) / 2 ** 32
  return values
}

const numel = (shape: readonly number[]) => shape.reduce((product, size) => product * size, 1)

function valuesOf(tensor: TensorDescription, seed: number): Float64Array {
  const u = uniform(tensor.name, numel(tensor.shape), seed)
  if (tensor.name.endsWith('.running_var')) return u.map((x) => 0.5 + x)
  if (tensor.name.endsWith('.bias') || tensor.name.endsWith('.running_mean'))
    return u.map((x) => 0.2 * x - 0.1)
  if (tensor.shape.length < 2) return u.map((x) => 0.8 + 0.4 * x)
  const fanIn = numel(tensor.shape.slice(1))
  const gain = tensor.shape.length === 4 ? 1.3 : 1
  return u.map((x) => (2 * x - 1) * (Math.sqrt(3 / fanIn) * gain))
}

/** All tensors of a network, rounded to float32 as the formula asks. */
export function goldenState(description: NetworkDescription, seed: number): StateTensor[] {
  return description.tensors.map((tensor) => {
    const { name, shape } = tensor
    if (tensor.dtype === 'int64') return { name, shape, dtype: 'int64', data: new Uint8Array(8) }
    const data = new Uint8Array(Float32Array.from(valuesOf(tensor, seed)).buffer)
    return { name, shape, dtype: 'float32', data }
  })
}

/** The image batch, N x 3 x H x W, rounded to float32 and widened. */
export function goldenInput(shape: readonly number[], seed: number): Float64Array {
  return uniform('input', numel(shape), seed).map((x) => Math.fround(2 * x - 1))
}
