// Lays the tensors of a file beside the network that shall take them.

import { listed, quoted } from '../files/index.js'
import type { NetworkDescription, StateTensor, TensorDescription } from '../native/index.js'

/** A tensor whose name fits and whose shape or type does not. */
export interface Misfit {
  readonly name: string
  readonly expected: Pick<TensorDescription, 'shape' | 'dtype'>
  readonly found: Pick<TensorDescription, 'shape' | 'dtype'>
}

export interface StateMatch {
  /** What the network can take. */
  readonly load: StateTensor[]
  /**
   * Names that the network has and the file lacks. Counters of batches may be missing: nothing is computed
   * from them.
   */
  readonly missing: string[]
  /** Names that the file has and the network, or the part of it asked for, lacks. */
  readonly unexpected: string[]
  readonly wrongShape: Misfit[]
}

/**
 * Sorts the tensors of a file into what a network can take and what not.
 *
 * @param part With 'trunk' the head is left as it is, and a head in the file is unexpected. This takes the
 *   trunk of a model with other classes.
 */
export function matchState(
  tensors: readonly StateTensor[],
  description: NetworkDescription,
  part: 'all' | 'trunk' = 'all',
): StateMatch {
  const wanted = new Map(wantedTensors(description, part).map((tensor) => [tensor.name, tensor]))
  const match: StateMatch = { load: [], missing: [], unexpected: [], wrongShape: [] }
  const found = new Set<string>()
  for (const tensor of tensors) {
    const expected = wanted.get(tensor.name)
    found.add(tensor.name)
    if (expected === undefined) match.unexpected.push(tensor.name)
    else if (fits(tensor, expected)) match.load.push(tensor)
    else match.wrongShape.push({ name: tensor.name, expected: kindOf(expected), found: kindOf(tensor) })
  }
  for (const name of wanted.keys()) {
    if (!found.has(name) && !name.endsWith('.num_batches_tracked')) match.missing.push(name)
  }
  return match
}

/** What does not fit, as one sentence without a full stop, or null where everything fits. */
export function mismatchOf({ missing, unexpected, wrongShape }: StateMatch): string | null {
  const parts: string[] = []
  if (missing.length > 0) parts.push(`${missing.length} missing (${listed(missing, 3)})`)
  if (unexpected.length > 0) parts.push(`${unexpected.length} unexpected (${listed(unexpected, 3)})`)
  const [first] = wrongShape
  if (first !== undefined) {
    const example = `${quoted(first.name)} is ${shown(first.found)}, not ${shown(first.expected)}`
    parts.push(`${wrongShape.length} of another shape (${example})`)
  }
  return parts.length > 0 ? `tensors do not fit: ${parts.join(', ')}` : null
}

function wantedTensors({ tensors, layers }: NetworkDescription, part: 'all' | 'trunk'): TensorDescription[] {
  if (part === 'all') return tensors
  const trunk = new Set(layers.filter((layer) => layer.part === 'trunk').map(({ name }) => name))
  return tensors.filter(({ name }) => trunk.has(name.slice(0, name.lastIndexOf('.'))))
}

/** Floating-point widths convert into each other; counters stay counters. */
function fits(tensor: StateTensor, expected: TensorDescription): boolean {
  const sameKind = (tensor.dtype === 'int64') === (expected.dtype === 'int64')
  return (
    sameKind &&
    tensor.shape.length === expected.shape.length &&
    tensor.shape.every((n, i) => n === expected.shape[i])
  )
}

function kindOf({ shape, dtype }: Misfit['found']): Misfit['found'] {
  return { shape, dtype }
}

function shown({ shape, dtype }: Misfit['found']): string {
  return `${dtype} [${shape.join(', ')}]`
}
