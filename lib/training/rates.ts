// How fast each group of layers learns, as factors of the schedule's rate.

import * as check from '../check.js'
import { architectures, type LayerGroup, trunkLayers } from '../model/index.js'
import type { ArchitectureName, NetworkDescription, StageSpec } from '../native/index.js'

/**
 * Factors of the learning rate by group: 'head', 'trunk' for all of the trunk, or a group of the trunk by its name, which goes
 * before 'trunk'. What is not named learns at the rate itself.
 */
export type LayerRates<Name extends ArchitectureName = ArchitectureName> = {
  readonly [Group in LayerGroup<Name> | 'trunk' | 'head']?: number
}

const LARGEST_FACTOR = 1e6

/** Checks the factors for a network; 0 would freeze, which freezing says better. */
export function checkRates(name: string, value: unknown, architecture: ArchitectureName): LayerRates {
  const groups = ['trunk', 'head', ...architectures[architecture].groups]
  const entries = check.record(name, 'an object of factors by group', value)
  const rates = entries.map(([group, factor]) => {
    check.oneOf(`a group in ${name}`, group, groups)
    const checked = check.number(`${name}[${group}]`, factor, 0, LARGEST_FACTOR)
    if (checked === 0) throw new RangeError(check.expected('a number above 0', `${name}[${group}]`, factor))
    return [group, checked]
  })
  return Object.freeze(Object.fromEntries(rates))
}

/** The layers that learn, gathered by their factor. */
export function rateGroups(
  trainable: readonly string[],
  description: NetworkDescription,
  rates: LayerRates,
): StageSpec['groups'] {
  const groupOf = new Map(trunkLayers(description).map(({ name, group }) => [name, group]))
  const groups = new Map<number, string[]>()
  for (const layer of trainable) {
    const group = groupOf.get(layer)
    const factor = (group === undefined ? rates.head : (rates[group] ?? rates.trunk)) ?? 1
    groups.set(factor, [...(groups.get(factor) ?? []), layer])
  }
  return [...groups].map(([rateFactor, layers]) => ({ layers, rateFactor }))
}
