// Random views of a row of values: plain ones, views that share and repeat values, and claims that cannot be true.

import { EDGES } from './numbers.js'
import type { Random } from './random.js'

type Int = number | bigint

export interface DrawnView {
  readonly offset: Int
  readonly sizes: readonly Int[]
  readonly strides: readonly Int[]
}

/** As many elements as a repeated value may have at most where the reader takes it. */
const REPEATED_LIMIT = 2 ** 25

/** A view within so many elements. */
export function drawView(random: Random, elements: number): DrawnView {
  if (elements === 0) return { offset: 0, sizes: [0, random.below(5)], strides: [1, 1] }
  const kind = random.weighted({ contiguous: 60, any: 20, repeated: 5, empty: 5, scalar: 10 })
  if (kind === 'contiguous') return contiguous(random, elements)
  if (kind === 'any') return any(random, elements)
  if (kind === 'repeated') return repeated(random, elements)
  if (kind === 'scalar') return { offset: random.below(elements), sizes: [], strides: [] }
  return { offset: random.below(elements + 1), sizes: [random.below(3), 0], strides: [random.below(9), 1] }
}

/** A claim that is wrong in one respect. */
export function drawFalseView(random: Random, elements: number): DrawnView {
  const { offset, sizes, strides } = any(random, Math.max(1, elements))
  const edge = () => random.pick(EDGES)
  switch (random.weighted({ offset: 2, size: 3, stride: 3, rank: 1, axes: 1, past: 2 })) {
    case 'offset':
      return { offset: edge(), sizes, strides }
    case 'size':
      return { offset, sizes: [edge(), ...sizes], strides: [random.pick([0, 1, edge()]), ...strides] }
    case 'stride':
      return { offset, sizes: [2, ...sizes], strides: [random.pick([-1, edge()]), ...strides] }
    case 'rank':
      return { offset, sizes: [...sizes, 1], strides }
    case 'axes': {
      const axes = random.between(60, 300)
      return { offset, sizes: Array(axes).fill(1), strides: Array(axes).fill(1) }
    }
    case 'past':
      return { offset: elements, sizes: [1], strides: [1] }
  }
}

function contiguous(random: Random, elements: number): DrawnView {
  const offset = random.chance(0.5) ? 0 : random.below(elements)
  const sizes: number[] = []
  let left = elements - offset
  while (sizes.length < 5 && random.chance(0.7)) {
    const size = random.size(left)
    sizes.push(size)
    left = Math.floor(left / size)
  }
  const strides = sizes.map((_, axis) => sizes.slice(axis + 1).reduce((product, size) => product * size, 1))
  return { offset, sizes, strides }
}

/** Any steps, so that values may be shared, repeated, transposed or left out. */
function any(random: Random, elements: number): DrawnView {
  const offset = random.below(elements)
  const sizes: number[] = []
  const strides: number[] = []
  let reach = elements - 1 - offset
  while (sizes.length < 8 && random.chance(0.75)) {
    const size = random.between(1, 6)
    const stride = size === 1 ? random.below(100) : random.below(Math.floor(reach / (size - 1)) + 1)
    sizes.push(size)
    strides.push(stride)
    reach -= (size - 1) * stride
  }
  return { offset, sizes, strides }
}

/** One value many times, along one axis or many. */
function repeated(random: Random, elements: number): DrawnView {
  const limit = random.size(random.chance(0.1) ? REPEATED_LIMIT : 2 ** 12)
  const widest = random.size(limit)
  const sizes: number[] = []
  for (let left = limit; left >= 2 && sizes.length < 64; ) {
    const size = Math.max(2, random.size(Math.min(left, widest)))
    sizes.push(size)
    left = Math.floor(left / size)
  }
  return { offset: random.below(elements), sizes, strides: sizes.map(() => 0) }
}
