// Tensors that are views, row-major when read, against a slow plain reference.

import { open } from 'node:fs/promises'
import { expect, onTestFinished, test, vi } from 'vitest'
import { RangeReader } from '../../lib/files/index.js'
import { bytesOfElement, type TensorDType } from '../../lib/weights/dtypes.js'
import { readTensor } from '../../lib/weights/read-tensor.js'
import { isContiguous, rowMajor } from '../../lib/weights/tensor-view.js'
import { rawFile } from './files.js'

interface View {
  dtype: TensorDType
  shape: number[]
  strides: number[]
  /** Elements before the first. */
  start?: number
}

/** Bytes that differ from their neighbours, so that no two short runs of them are alike. */
function noise(length: number): Buffer {
  const words = new Uint32Array(Math.ceil(length / 4))
  let state = 1
  for (let i = 0; i < words.length; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    words[i] = state ^ (state >>> 15)
  }
  return Buffer.from(words.buffer.slice(0, length))
}

const HEAD_BYTES = 3

const WORDS = { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array, 8: BigUint64Array }

/** Follows the definition of a view, axis by axis, without regard to where its values lie. */
function plainly(data: Buffer, { dtype, shape, strides, start = 0 }: View): Buffer {
  const Words = WORDS[bytesOfElement(dtype) as 4] // the widths of both are the same
  const source = new Words(data.buffer as ArrayBuffer)
  const values = new Words(shape.reduce((product, size) => product * size, 1))
  let to = 0
  const walk = (axis: number, from: number) => {
    if (axis === shape.length) values[to++] = source[from] as number
    else
      for (let i = 0; i < (shape[axis] as number); i++) walk(axis + 1, from + i * (strides[axis] as number))
  }
  walk(0, start)
  return Buffer.from(values.buffer)
}

/** The elements that a view needs of its storage. */
function storageOf({ shape, strides, start = 0 }: View): number {
  return shape.reduce((reach, size, axis) => reach + (size - 1) * (strides[axis] as number), start) + 1
}

/** Reads a view of a storage that lies somewhere in a file, between other bytes. */
async function read(view: View, data: Buffer): Promise<Buffer> {
  const { dtype, shape, strides, start = 0 } = view
  const file = await RangeReader.open(
    rawFile(Buffer.concat([Buffer.alloc(HEAD_BYTES, 9), data, Buffer.alloc(2, 9)])),
  )
  onTestFinished(() => file.close())
  const offset = HEAD_BYTES + start * bytesOfElement(dtype)
  const whole = isContiguous({ shape, strides })
  const bytes = await readTensor(file, { name: 'a', dtype, shape, offset, strides: whole ? null : strides })
  expect(bytes.byteOffset).toBe(0)
  return Buffer.from(bytes.buffer)
}

async function expectAsPlain(view: View): Promise<void> {
  const data = noise(storageOf(view) * bytesOfElement(view.dtype))
  expect((await read(view, data)).equals(plainly(data, view))).toBe(true)
}

test('large views of overlapping values are refused before any of their values is read', async () => {
  const spy = vi.spyOn(RangeReader.prototype, 'read')
  onTestFinished(() => spy.mockRestore())
  const path = rawFile(noise(3 * 2 ** 22))
  for (const [shape, strides] of [
    [
      [2 ** 21, 3],
      [1, 1],
    ],
    [
      [3, 2 ** 21],
      [1, 1],
    ],
    [
      [2 ** 11, 2 ** 11, 2],
      [2 ** 11 - 1, 1, 0],
    ],
    [
      [2, 2 ** 21],
      [2 ** 21 - 1, 1],
    ],
    [
      [2, 2, 2 ** 20],
      [2 ** 20, 2 ** 20, 1],
    ],
  ] as [number[], number[]][]) {
    const file = await RangeReader.open(path)
    const reading = readTensor(file, { name: 'b', dtype: 'float32', shape, offset: 0, strides })
    await expect(reading).rejects.toMatchObject({
      code: 'WEIGHTS',
      message: expect.stringContaining('its tensor "b" is a large view of overlapping values'),
    })
    await file.close()
  }
  expect(spy).not.toHaveBeenCalled()
})

test('a file that ends before the view is refused', async () => {
  const file = await RangeReader.open(rawFile(noise(100)))
  onTestFinished(() => file.close())
  const view = { name: 'a', dtype: 'uint8', shape: [2, 3], offset: 96, strides: [1, 2] } as const
  await expect(readTensor(file, { ...view, shape: [2, 3] })).rejects.toMatchObject({ code: 'FILE' })
})

const WIDTHS: TensorDType[] = ['bool', 'bfloat16', 'float32', 'int64']

test.each(WIDTHS)('small views of %s', async (dtype) => {
  const views: Omit<View, 'dtype'>[] = [
    { shape: [], strides: [] },
    { shape: [7], strides: [1], start: 5 },
    { shape: [3, 4], strides: [4, 1] },
    { shape: [4, 3], strides: [1, 4] }, // transposed
    { shape: [2, 3, 5, 7], strides: [105, 1, 21, 3], start: 2 }, // channels_last
    { shape: [2, 3, 5, 7, 2], strides: [210, 1, 42, 6, 3] }, // of volumes
    { shape: [3, 4], strides: [20, 2], start: 11 }, // every second of the first half of some rows
    { shape: [5], strides: [9] },
    { shape: [5, 1, 3], strides: [3, 77, 1] }, // contiguous
    { shape: [1, 4, 1], strides: [0, 3, 5] },
    { shape: [4], strides: [0], start: 3 }, // expanded
    { shape: [3, 4], strides: [0, 1] },
    { shape: [4, 3], strides: [1, 0] },
    { shape: [2, 3, 4, 5], strides: [5, 0, 0, 1] },
    { shape: [0, 4], strides: [4, 1] },
    { shape: [6, 3], strides: [1, 1] }, // windows that overlap, as unfold makes them
    { shape: [2, 2, 3], strides: [2, 1, 3] },
    { shape: [3, 3], strides: [4, 1], start: 1 },
  ]
  for (const view of views) await expectAsPlain({ dtype, ...view })
})

test.each(WIDTHS)('all 120 permutations of five axes of %s', async (dtype) => {
  const shape = [3, 2, 4, 1, 5]
  const strides = rowMajor(shape)
  for (const order of permutations([0, 1, 2, 3, 4])) {
    const pick = (of: number[]) => order.map((axis) => of[axis] as number)
    await expectAsPlain({ dtype, shape: pick(shape), strides: pick(strides) })
  }
})

function permutations(of: number[]): number[][] {
  if (of.length === 0) return [[]]
  return of.flatMap((first) =>
    permutations(of.filter((each) => each !== first)).map((rest) => [first, ...rest]),
  )
}

test.each<[string, View]>([
  ['a transposed matrix of 36 MB', { dtype: 'float32', shape: [3000, 3000], strides: [1, 3000] }],
  [
    'channels_last of 105 MB',
    { dtype: 'float32', shape: [256, 64, 40, 40], strides: [102_400, 1, 2560, 64] },
  ],
  ['a transposed one of bytes', { dtype: 'uint8', shape: [4000, 3001], strides: [1, 4000] }],
  ['every third value', { dtype: 'int64', shape: [1_000_003], strides: [3], start: 1 }],
  ['rows that are no divisor of the window', { dtype: 'float16', shape: [3001, 1999], strides: [2003, 1] }],
  ['columns of rows with gaps', { dtype: 'float32', shape: [999, 2, 1501], strides: [1, 1001, 2003] }],
  ['an expanded axis', { dtype: 'float32', shape: [3, 1_500_001, 2], strides: [0, 2, 1] }],
  ['an expanded axis within', { dtype: 'float64', shape: [1_100_001, 4], strides: [1, 0] }],
  ['values farther apart than the window', { dtype: 'uint8', shape: [3, 2], strides: [1, 9_000_001] }],
  [
    'one more value than the window holds',
    { dtype: 'uint8', shape: [2, 3, 1_398_102], strides: [4_194_306, 1, 3] },
  ],
  ['as many values as it holds', { dtype: 'uint8', shape: [2, 2 ** 22], strides: [1, 2] }],
])('views larger than the window: %s', async (_, view) => {
  await expectAsPlain(view)
})

test('a large view is read once, in pieces of a window', async () => {
  const view: View = { dtype: 'float32', shape: [2048, 3000], strides: [1, 2048] }
  const path = rawFile(noise(4 * storageOf(view)))
  const file = await RangeReader.open(path)
  onTestFinished(() => file.close())
  const spy = vi.spyOn(RangeReader.prototype, 'read')
  onTestFinished(() => spy.mockRestore())
  await readTensor(file, { name: 'a', offset: 0, ...view })
  const lengths = spy.mock.calls.map(([, length]) => length)
  expect(Math.max(...lengths)).toBeLessThanOrEqual(2 ** 23)
  expect(lengths.reduce((sum, length) => sum + length)).toBe(4 * storageOf(view))
})

test('memory of a handle that reads in bits is whole all the same', async () => {
  const handle = await open(rawFile('x'))
  await handle.close()
  const prototype = Object.getPrototypeOf(handle) as { read(...args: unknown[]): Promise<unknown> }
  const whole = prototype.read
  const spy = vi.spyOn(prototype, 'read').mockImplementation(function (this: unknown, ...args) {
    const [bytes, done, count, offset] = args as [Uint8Array, number, number, number]
    return whole.call(this, bytes, done, Math.min(count, 1000), offset)
  })
  onTestFinished(() => spy.mockRestore())
  await expectAsPlain({ dtype: 'float32', shape: [100, 33], strides: [1, 100] })
})
