// Several networks that name photographs together: by the mean of their probabilities, identity by identity.

import * as check from '../check.js'
import { listed } from '../files/index.js'
import type { ForwardOutput, NativePixelPack } from '../native/index.js'
import type { NamedNetwork } from './measure.js'
import type { PhotographBatch } from './photograph-stream.js'
import { probabilitiesOf } from './ranking.js'

/** A network that has its share in the mean. */
export interface Member {
  readonly network: NamedNetwork
  /** The weights of all members add up to 1. */
  readonly weight: number
  /** Of each of its own labels, the label of the same identity in the first member. */
  readonly labels: Int32Array
}

/**
 * Matches the identities by name, in whatever order each network has them.
 *
 * @param name What the list of networks is called in the error.
 * @throws RangeError: a network has other identities than the first, or the weights add up to 0.
 */
export function membersOf(
  networks: readonly NamedNetwork[],
  weights: readonly number[],
  name: string,
): Member[] {
  const classes = networks[0]?.classes ?? []
  const labelOf = new Map(classes.map((identity, label) => [identity, label]))
  const sum = weights.reduce((total, weight) => total + weight, 0)
  if (sum <= 0) throw new RangeError('Expected at least one weight above 0 for weights but received none')
  return networks.map((network, index) => {
    refuseOthers(labelOf, network.classes, `${name}[${index}]`)
    const labels = Int32Array.from(network.classes, (identity) => labelOf.get(identity) as number)
    return { network, weight: (weights[index] as number) / sum, labels }
  })
}

/** One weight for each, 1 by default. */
export function checkWeights(weights: readonly number[] | undefined, count: number): readonly number[] {
  if (weights === undefined) return new Array<number>(count).fill(1)
  if (!Array.isArray(weights)) throw new TypeError(check.expected('an array of numbers', 'weights', weights))
  if (weights.length !== count)
    throw new RangeError(check.expected(`${count} numbers, one a predictor,`, 'weights', weights))
  return weights.map((weight, index) => check.number(`weights[${index}]`, weight, 0))
}

function refuseOthers(known: ReadonlyMap<string, number>, classes: readonly string[], name: string): void {
  const own = new Set(classes)
  const unknown = classes.filter((identity) => !known.has(identity))
  const lacking = [...known.keys()].filter((identity) => !own.has(identity))
  if (unknown.length === 0 && lacking.length === 0) return
  const differences = [
    ...(unknown.length > 0 ? [`one that also knows ${listed(unknown)}`] : []),
    ...(lacking.length > 0 ? [`one that does not know ${listed(lacking)}`] : []),
  ]
  throw new RangeError(
    `Expected the identities of the first for ${name} but received ${differences.join(' and ')}`,
  )
}

/** The sizes that the members see photographs at, none twice. */
export function sizesOf(members: readonly Member[]): [number, ...number[]] {
  return [...new Set(members.map(({ network }) => network.imageSize))] as [number, ...number[]]
}

/** Probabilities of each photograph of a batch by the labels of the first member; a row is (classes). */
export async function meanProbabilities(
  members: readonly Member[],
  { bySize, indices }: PhotographBatch,
): Promise<ArrayLike<number>[]> {
  const means: MeanRow[] = Array.from(indices, () => new MeanRow(members))
  for (const member of members) {
    const { model, imageSize, flip, classes } = member.network
    const pixels = bySize.get(imageSize) as NativePixelPack
    const { data }: ForwardOutput = await probabilitiesOf(model, { pixels, indices }, flip)
    for (const [row, mean] of means.entries())
      mean.add(member, data.subarray(row * classes.length, (row + 1) * classes.length))
  }
  return means.map(({ values }) => values)
}

/** The mean of one photograph, which grows member by member. */
export class MeanRow {
  #values: ArrayLike<number> = []
  readonly #sum: Float64Array | null

  constructor(members: readonly Member[]) {
    this.#sum = members.length > 1 ? new Float64Array(members[0]?.labels.length ?? 0) : null
  }

  get values(): ArrayLike<number> {
    return this.#sum ?? this.#values
  }

  add({ weight, labels }: Member, probabilities: Float32Array | Float64Array): void {
    const sum = this.#sum
    if (sum === null) {
      this.#values = probabilities // one network alone is taken as it is
      return
    }
    // Counted by hand: an iterator over 7,000 identities of 32 photographs would hold the main thread for 30 ms.
    for (let label = 0; label < probabilities.length; label++) {
      const place = labels[label] as number
      sum[place] = (sum[place] as number) + weight * (probabilities[label] as number)
    }
  }
}
