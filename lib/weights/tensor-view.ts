// A tensor as a view of a row of values: where it begins, and how far each of its axes steps.

/** PyTorch's own limit. */
export const DIMENSIONS_LIMIT = 64

export interface TensorView {
  /** Elements before the first. */
  readonly offset: number
  readonly shape: number[]
  /** Elements from one index to the next along each axis, at least 0. */
  readonly strides: number[]
}

export interface ClaimedView {
  readonly offset: unknown
  readonly shape: readonly unknown[] | null
  readonly strides: readonly unknown[] | null
}

/**
 * Checks what a file claims of a tensor.
 *
 * @param elements Of the row of values.
 * @returns The view, or what is wrong with it, as it follows "a tensor that".
 */
export function viewOf({ offset, shape, strides }: ClaimedView, elements: number): TensorView | string {
  if (!isInteger(offset) || !areIntegers(shape) || !areIntegers(strides) || shape.length !== strides.length)
    return 'lacks its sizes or strides'
  if (shape.length > DIMENSIONS_LIMIT) return `has more than ${DIMENSIONS_LIMIT} dimensions`
  if (shape.some((size) => size < 0)) return `has a negative size: [${shape.join(', ')}]`
  if (strides.some((stride) => stride < 0)) return `has a negative stride: [${strides.join(', ')}]`
  if (!Number.isSafeInteger(elementsOf(shape))) return `has too many elements: [${shape.join(', ')}]`
  const reach = offset + reachOf(shape, strides)
  const isInside = elementsOf(shape) === 0 ? offset <= elements : reach < elements
  if (offset < 0 || !isInside) return `reaches past its storage of ${elements} elements`
  return { offset, shape, strides }
}

/** Elements of a tensor; not a safe integer where there are too many, whatever the order of the sizes. */
export function elementsOf(shape: readonly number[]): number {
  return shape.includes(0) ? 0 : shape.reduce((product, size) => product * size, 1)
}

/** Elements from the first to the last. */
export function reachOf(shape: readonly number[], strides: readonly number[]): number {
  return shape.reduce((reach, size, axis) => reach + (size - 1) * (strides[axis] as number), 0)
}

/** The strides of values that lie row-major without a gap. */
export function rowMajor(shape: readonly number[]): number[] {
  const strides: number[] = []
  let stride = 1
  for (const size of [...shape].reverse()) {
    strides.unshift(stride)
    stride *= size
  }
  return strides
}

/** Whether the values lie row-major without a gap; the stride of an axis of one index plays no part. */
export function isContiguous({ shape, strides }: Pick<TensorView, 'shape' | 'strides'>): boolean {
  if (elementsOf(shape) === 0) return true
  const wanted = rowMajor(shape)
  return shape.every((size, axis) => size === 1 || strides[axis] === wanted[axis])
}

function isInteger(value: unknown): value is number {
  return Number.isSafeInteger(value)
}

function areIntegers(values: readonly unknown[] | null): values is number[] {
  return values?.every(isInteger) ?? false
}
