// A tensor as it lies in a file.

import type { TensorDType } from './dtypes.js'

/** What a file says of a tensor without its values. A scalar has the shape []. */
export interface TensorInfo {
  readonly name: string
  readonly dtype: TensorDType
  readonly shape: number[]
}

export interface NamedTensor extends TensorInfo {
  /** Row-major, little-endian. */
  readonly data: Uint8Array
}
