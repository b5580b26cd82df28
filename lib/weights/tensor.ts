// A tensor as it lies in a file.

import type { TensorDType } from './dtypes.js'

/** What a file says of a tensor without its values. A scalar has the shape []. */
export interface TensorInfo {
  readonly name: string
  readonly dtype: TensorDType
  readonly shape: number[]
}

/** A tensor of a weight file, with its values. */
export interface NamedTensor extends TensorInfo {
  /** Row-major, little-endian. */
  readonly data: Uint8Array
}

/** Where the values of a tensor lie. Every claim was checked against the file's size. */
export interface StoredTensor extends TensorInfo {
  /** Bytes from the file's beginning to the first element. */
  readonly offset: number
  /** Elements from one index to the next along each axis, at least 0; null where the values lie row-major without a gap. */
  readonly strides: readonly number[] | null
}

/** How a weight file is laid out. */
export type WeightFormat = 'safetensors' | 'torch-zip' | 'torch-legacy'

/** What a weight file holds, before any value is read. */
export interface Layout {
  readonly format: WeightFormat
  readonly tensors: readonly StoredTensor[]
  /** Free-form strings of a safetensors file; the other formats have none. */
  readonly metadata: Readonly<Record<string, string>>
}
