// Moves values by half a unit in the last place of float32, the most that storing them in float32 can do.
import type { StateTensor } from '../../lib/native/index.js'
import { uniform } from './formula.js'

const HALF_A_UNIT = 2 ** -24

/** Each value times 1 + 2^-24 or 1 - 2^-24; the signs are a function of the name and the draw. */
export function nudgedValues(name: string, values: ArrayLike<number>, draw: number): Float64Array {
  const signs = uniform(`${name} ${draw}`, values.length, draw)
  return signs.map((u, i) => (values[i] as number) * (1 + (u < 0.5 ? -HALF_A_UNIT : HALF_A_UNIT)))
}

/** A copy in float64 with every parameter and statistic moved. Counters stay as they are. */
export function nudgedState(state: readonly StateTensor[], draw: number): StateTensor[] {
  return state.map((tensor) => {
    if (tensor.dtype === 'int64') return tensor
    const values = nudgedValues(tensor.name, floatsOf(tensor), draw)
    return { ...tensor, dtype: 'float64', data: new Uint8Array(values.buffer) }
  })
}

function floatsOf({ dtype, data }: StateTensor): Float32Array | Float64Array {
  const copy = data.slice().buffer // aligned, whatever memory the bytes are a view of
  return dtype === 'float32' ? new Float32Array(copy) : new Float64Array(copy)
}
