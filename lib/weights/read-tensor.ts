// Reads the values of one tensor from its file, row-major, in the memory of the tensor and of a window.

import type { RangeReader } from '../files/index.js'
import { bytesOfElement, bytesOfTensor } from './dtypes.js'
import { refusalOf, shortened } from './refusal.js'
import type { StoredTensor } from './tensor.js'
import { elementsOf, reachOf, rowMajor } from './tensor-view.js'

/** Of a view that is no row: values held beside the tensor. */
const WINDOW_BYTES = 2 ** 23

/** Values are moved, never computed with, so that their widths are all that matters. */
const WORDS = { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array, 8: BigUint64Array } as const
type Width = keyof typeof WORDS
type Words = InstanceType<(typeof WORDS)[Width]>

/** @throws TorchError FILE where it cannot be read, WEIGHTS where it is a view that would be read again and again. */
export async function readTensor(file: RangeReader, tensor: StoredTensor): Promise<Uint8Array> {
  const { name, dtype, shape, offset, strides } = tensor
  if (strides === null) return file.read(offset, bytesOfTensor(dtype, shape) as number)
  const axes = axesOf(shape, strides)
  const width = bytesOfElement(dtype) as Width
  const window = new Window(file, offset, width, reachOf(shape, strides) + 1)
  if (!window.takesAll && overlap(axes))
    throw refusalOf(file.path)(`its tensor ${shortened(name)} is a large view of overlapping values`)
  const values = inMemory(() => new WORDS[width](elementsOf(shape)), file, tensor)
  await gather(window, axes, values)
  return new Uint8Array(values.buffer)
}

function inMemory<T>(make: () => T, file: RangeReader, { name, shape }: StoredTensor): T {
  try {
    return make()
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause
    throw refusalOf(file.path)(
      `this process has no memory for its tensor ${shortened(name)} of shape [${shape.join(', ')}]`,
      'Load it on a machine with more',
    )
  }
}

/** An axis of a view: its indices, and the elements from one to the next in the file and in the row-major result. */
interface Axis {
  readonly count: number
  readonly from: number
  readonly to: number
}

/** In the order of the file, the widest steps first, so that a window is read once; an expanded axis is the last. */
function axesOf(shape: readonly number[], strides: readonly number[]): Axis[] {
  const to = rowMajor(shape)
  const axes = shape.map((count, axis) => ({ count, from: strides[axis] as number, to: to[axis] as number }))
  const merged: Axis[] = []
  for (const axis of axes.filter(({ count }) => count > 1).sort((one, other) => other.from - one.from)) {
    const outer = merged.at(-1)
    // Where one axis goes on at the end of the other, in the file and in the result, they are one.
    const isOne = outer?.from === axis.from * axis.count && outer.to === axis.to * axis.count
    if (outer !== undefined && isOne) merged.pop()
    merged.push(outer !== undefined && isOne ? { ...axis, count: outer.count * axis.count } : axis)
  }
  return merged
}

/** Whether two indices may meet the same value other than along an expanded axis. */
function overlap(axes: readonly Axis[]): boolean {
  let reach = 0
  for (const { count, from } of [...axes].reverse()) {
    if (from > 0 && from <= reach) return true
    reach += (count - 1) * from
  }
  return false
}

/** The part of a row of values that is in memory. */
class Window {
  readonly takesAll: boolean
  start = 0
  words: Words = new Uint8Array(0)
  readonly #file: RangeReader
  readonly #offset: number
  readonly #width: Width
  readonly #count: number

  constructor(file: RangeReader, offset: number, width: Width, count: number) {
    this.#file = file
    this.#offset = offset
    this.#width = width
    this.#count = count
    this.takesAll = count * width <= WINDOW_BYTES
  }

  holds(element: number): boolean {
    return element >= this.start && element < this.start + this.words.length
  }

  async load(element: number): Promise<void> {
    const start = this.takesAll ? 0 : element
    const count = Math.min(this.#count - start, WINDOW_BYTES / this.#width)
    const bytes = await this.#file.read(this.#offset + start * this.#width, count * this.#width)
    this.words = new WORDS[this.#width](bytes.buffer as ArrayBuffer)
    this.start = start
  }
}

/** Walks the outer axes as an odometer does, and copies the innermost in runs. */
async function gather(window: Window, axes: readonly Axis[], values: Words): Promise<void> {
  const inner = axes.at(-1) as Axis
  const outer = axes.slice(0, -1)
  const index = outer.map(() => 0)
  for (let from = 0, to = 0, axis = 0; axis >= 0; ) {
    for (let done = 0; done < inner.count; ) {
      const at = from + done * inner.from
      if (!window.holds(at)) await window.load(at)
      done += copyRun(window, values, inner, { at, to: to + done * inner.to, left: inner.count - done })
    }
    for (axis = outer.length - 1; axis >= 0; axis--) {
      const { count, ...step } = outer[axis] as Axis
      from += step.from
      to += step.to
      index[axis] = (index[axis] as number) + 1
      if (index[axis] !== count) break
      from -= count * step.from
      to -= count * step.to
      index[axis] = 0
    }
  }
}

/** @returns How many values the window had. */
function copyRun(
  window: Window,
  values: Words,
  { from, to }: Axis,
  run: { at: number; to: number; left: number },
) {
  // The widths of both are the same; TypeScript cannot tell.
  const source = window.words as Uint32Array
  const target = values as Uint32Array
  const first = run.at - window.start
  const held = from === 0 ? run.left : Math.min(run.left, Math.floor((source.length - 1 - first) / from) + 1)
  for (let i = 0; i < held; i++) target[run.to + i * to] = source[first + i * from] as number
  return held
}
