// Lays the tensors of a file beside the network that shall take them.

import { TorchError } from '../errors.js'
import { listed } from '../files/index.js'
import type { NetworkDescription, StateTensor, TensorDescription } from '../native/index.js'
import { type NamedTensor, type TensorDType, type TensorInfo, widened } from '../weights/index.js'

/** A tensor whose name fits and whose shape or type does not. */
export interface Misfit {
  readonly name: string
  readonly expected: Pick<TensorDescription, 'shape' | 'dtype'>
  readonly found: Pick<TensorInfo, 'shape' | 'dtype'>
}

/** The tensors of a file beside those of a network. */
export interface StateMatch {
  /** What the network can take; halves have become float32. */
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
 * Layers of a network: all, those of the trunk and of the head but the last, or the trunk's. What lies below the
 * logits does not depend on the classes.
 */
export type NetworkPart = 'all' | 'belowLogits' | 'trunk'

/**
 * Sorts the tensors of a file into what a network can take and what not.
 *
 * @param part The rest is left as it is, and a tensor for it in the file is unexpected.
 */
export function matchState(
  tensors: readonly NamedTensor[],
  description: NetworkDescription,
  part: NetworkPart = 'all',
): StateMatch {
  const wanted = new Map(tensorsOf(description, part).map((tensor) => [tensor.name, tensor]))
  const match: StateMatch = { load: [], missing: [], unexpected: [], wrongShape: [] }
  const found = new Set<string>()
  for (const tensor of tensors) {
    const expected = wanted.get(tensor.name)
    found.add(tensor.name)
    if (expected === undefined) match.unexpected.push(tensor.name)
    else if (fits(tensor, expected)) match.load.push(widened(tensor))
    else match.wrongShape.push({ name: tensor.name, expected: kindOf(expected), found: kindOf(tensor) })
  }
  for (const name of wanted.keys()) {
    if (!found.has(name) && !name.endsWith('.num_batches_tracked')) match.missing.push(name)
  }
  return match
}

/** Names of tensors, or of modules whose tensors are all meant, that may be off in a file. */
export interface ExpectedMisfits {
  /** The network has them and the file lacks them: they keep their random values. Defaults to none. */
  missing?: readonly string[]
  /** The file has them and the network lacks them: they are left aside. Defaults to none. */
  unexpected?: readonly string[]
  /** They have another shape in the file: they keep their random values. Defaults to none. */
  wrongShape?: readonly string[]
}

/** What is off in a file and nobody expected. */
export function unforeseen(match: StateMatch, expected: ExpectedMisfits): StateMatch {
  const { missing = [], unexpected = [], wrongShape = [] } = expected
  return {
    load: match.load,
    missing: match.missing.filter((name) => !isOneOf(name, missing)),
    unexpected: match.unexpected.filter((name) => !isOneOf(name, unexpected)),
    wrongShape: match.wrongShape.filter(({ name }) => !isOneOf(name, wrongShape)),
  }
}

function isOneOf(tensor: string, names: readonly string[]): boolean {
  return names.some((name) => tensor === name || tensor.startsWith(`${name}.`))
}

/** The weights of a file do not fit the network. Each list is complete; the message names the first of each. */
export class WeightsMismatchError extends TorchError {
  /** The network has them and the file lacks them. */
  readonly missing: readonly string[]
  /** The file has them and the network lacks them. */
  readonly unexpected: readonly string[]
  readonly wrongShape: readonly Misfit[]

  constructor(message: string, { missing, unexpected, wrongShape }: Omit<StateMatch, 'load'>) {
    super('WEIGHTS', message)
    this.missing = missing
    this.unexpected = unexpected
    this.wrongShape = wrongShape
  }
}

/**
 * @param word Makes the message of the reason, which has no full stop.
 * @throws WeightsMismatchError where anything does not fit.
 */
export function refuseMisfits(match: StateMatch, word: (reason: string) => string): void {
  const { missing, unexpected, wrongShape } = match
  const parts: string[] = []
  if (missing.length > 0) parts.push(`${missing.length} missing (${listed(missing, 3)})`)
  if (unexpected.length > 0) parts.push(`${unexpected.length} unexpected (${listed(unexpected, 3)})`)
  const [first] = wrongShape
  if (first !== undefined) {
    const example = `${listed([first.name])} is ${shown(first.found)}, not ${shown(first.expected)}`
    parts.push(`${wrongShape.length} of another shape (${example})`)
  }
  if (parts.length > 0) throw new WeightsMismatchError(word(`tensors do not fit: ${parts.join(', ')}`), match)
}

/** The tensors of a part, in the order of PyTorch's state_dict. */
export function tensorsOf({ tensors, layers }: NetworkDescription, part: NetworkPart): TensorDescription[] {
  if (part === 'all') return tensors
  const last = layers.at(-1)
  const kept = layers.filter((layer) => layer.part === 'trunk' || (part === 'belowLogits' && layer !== last))
  const names = new Set(kept.map(({ name }) => name))
  return tensors.filter(({ name }) => names.has(layerOf(name)))
}

/** The layer that a tensor belongs to. */
function layerOf(tensor: string): string {
  return tensor.slice(0, tensor.lastIndexOf('.'))
}

const isFloat = (dtype: TensorDType): boolean => /float/.test(dtype)

/** Floating-point widths convert into each other; counters stay counters. */
function fits(tensor: NamedTensor, expected: TensorDescription): boolean {
  const sameKind = isFloat(tensor.dtype) === isFloat(expected.dtype)
  return (
    sameKind &&
    tensor.shape.length === expected.shape.length &&
    tensor.shape.every((n, i) => n === expected.shape[i])
  )
}

function kindOf<T extends Misfit['found']>({ shape, dtype }: T): Pick<T, 'shape' | 'dtype'> {
  return { shape, dtype }
}

function shown({ shape, dtype }: Misfit['found']): string {
  return `${dtype} [${shape.join(', ')}]`
}
