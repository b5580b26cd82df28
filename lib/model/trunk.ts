// The layers of a network's trunk, each with the block that it belongs to.

import type { LayerDescription, NetworkDescription } from '../native/index.js'
import { architectures, type LayerGroup } from './architectures.js'

/** A layer of the trunk, as `freeze.where` asks about it. */
export interface TrunkLayer {
  /** As in PyTorch's named_modules(), such as 'layer4.0.conv1'. */
  readonly name: string
  readonly operation: LayerDescription['operation']
  /** The block that it belongs to, such as 'layer4'. */
  readonly group: LayerGroup
  /** Among the trunk's layers, from 0. */
  readonly index: number
  /** Layers that the trunk has. */
  readonly count: number
}

/** A group has one name in all networks: where one is found, it is the layer's. */
const GROUPS: ReadonlySet<string> = new Set(Object.values(architectures).flatMap(({ groups }) => groups))

/** The layers of the trunk in the network's order. */
export function trunkLayers({ layers }: NetworkDescription): readonly TrunkLayer[] {
  const trunk = layers.filter(({ part }) => part === 'trunk')
  return trunk.map(({ name, operation }, index) =>
    Object.freeze({ name, operation, group: groupOf(name), index, count: trunk.length }),
  )
}

/** The part of a layer's path that is a group: the table has one for every layer of every trunk. */
function groupOf(layer: string): LayerGroup {
  const parts = layer.split('.')
  const paths = parts.map((_, index) => parts.slice(0, index + 1).join('.'))
  return paths.find((path) => GROUPS.has(path)) as LayerGroup
}
