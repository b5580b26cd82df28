// What a network consists of, layer by layer, as data and as a table.

import * as check from '../check.js'
import {
  type ArchitectureName,
  type NetworkSpec,
  native,
  nativeNow,
  type OperationSummary,
} from '../native/index.js'
import { architectures } from './architectures.js'
import { type FreezePolicy, resolveTrainable } from './freezing.js'

/** One operation of a network, in forward order, for one photograph. */
export interface LayerSummary {
  /** The module's path, as in PyTorch's named_modules(). */
  readonly name: string
  readonly operation: Exclude<OperationSummary['operation'], 'input'>
  readonly part: 'trunk' | 'head'
  /** [channels, height, width], or [features] behind the pooling. */
  readonly outputShape: readonly number[]
  readonly parameters: number
  /** Whether its parameters learn; null where it has none. */
  readonly trainable: boolean | null
  /** Multiplications followed by an addition, of convolutions and linear layers. */
  readonly multiplyAdds: number
}

/** Made by `FaceClassifier.summary()` and `Trainer.summary()`. Immutable; prints itself as a table. */
export class NetworkSummary {
  readonly architecture: ArchitectureName
  /** Pixels a side. */
  readonly imageSize: number
  readonly layers: readonly LayerSummary[]
  readonly parameters: number
  readonly trainableParameters: number
  /** For one photograph. */
  readonly multiplyAdds: number

  /** @internal */
  constructor(architecture: ArchitectureName, imageSize: number, layers: readonly LayerSummary[]) {
    this.architecture = architecture
    this.imageSize = imageSize
    this.layers = Object.freeze([...layers])
    this.parameters = sum(layers, ({ parameters }) => parameters)
    this.trainableParameters = sum(layers, ({ parameters, trainable }) => (trainable ? parameters : 0))
    this.multiplyAdds = sum(layers, ({ multiplyAdds }) => multiplyAdds)
    Object.freeze(this)
  }

  /** The table: a line a layer and a line of sums. */
  toString(): string {
    const { displayName } = architectures[this.architecture]
    const rows = [COLUMNS, ...this.layers.map(cells)]
    const widths = COLUMNS.map((_, column) => Math.max(...rows.map((row) => (row[column] as string).length)))
    const lines = rows.map((row) => row.map((cell, i) => aligned(cell, widths[i] as number, i)).join('  '))
    const rule = '-'.repeat(Math.max(...lines.map((line) => line.length)))
    const frozen = this.parameters - this.trainableParameters
    return [
      `${displayName}, photographs of ${this.imageSize} x ${this.imageSize} pixels`,
      rule,
      lines[0],
      rule,
      ...lines.slice(1),
      rule,
      `${grouped(this.parameters)} parameters: ${grouped(this.trainableParameters)} learn, ${grouped(frozen)} are frozen; ` +
        `${grouped(this.multiplyAdds)} multiply-adds a photograph`,
    ]
      .map((line) => (line as string).trimEnd())
      .join('\n')
  }
}

/**
 * @param policy Which layers learn.
 * @throws RangeError: photographs too small for the network, or a policy that does not fit it.
 */
export function summarise(network: NetworkSpec, imageSize: number, policy: FreezePolicy): NetworkSummary {
  const addon = native('training') // who asks for a summary is about to train
  const description = nativeNow(() => addon.describeNetwork(network))
  checkImageSize(imageSize, network.architecture, description)
  const learning = new Set(resolveTrainable(policy, description))
  const operations = nativeNow(() => addon.summariseNetwork({ network, height: imageSize, width: imageSize }))
  const layers = operations.filter(isLayer).map((layer) => ({
    ...layer,
    outputShape: Object.freeze(layer.outputShape),
    trainable: layer.parameters > 0 ? learning.has(layer.name) : null,
  }))
  return new NetworkSummary(
    network.architecture,
    imageSize,
    layers.map((layer) => Object.freeze(layer)),
  )
}

/** Refuses photographs that the network would shrink to nothing. */
export function checkImageSize(
  size: number,
  architecture: ArchitectureName,
  { minimumInputSize }: { readonly minimumInputSize: number },
): void {
  if (size >= minimumInputSize) return
  const { displayName } = architectures[architecture]
  const what = `at least ${minimumInputSize} pixels, the least that ${displayName} works with,`
  throw new RangeError(check.expected(what, 'imageSize', size))
}

const COLUMNS = ['layer', 'operation', 'output', 'parameters', 'state', 'multiply-adds']
const RIGHT_ALIGNED = new Set([3, 5])

function cells(layer: LayerSummary): string[] {
  const { name, operation, outputShape, parameters, trainable, multiplyAdds } = layer
  const state = trainable ? 'learns' : 'frozen'
  return [
    name,
    operation,
    outputShape.join(' x '),
    parameters === 0 ? '' : grouped(parameters),
    trainable === null ? '' : state,
    multiplyAdds === 0 ? '' : grouped(multiplyAdds),
  ]
}

function aligned(cell: string, width: number, column: number): string {
  return RIGHT_ALIGNED.has(column) ? cell.padStart(width) : cell.padEnd(width)
}

/** 23482624 as 23,482,624, whatever the user's locale. */
function grouped(count: number): string {
  return count.toLocaleString('en-US')
}

function sum(layers: readonly LayerSummary[], of: (layer: LayerSummary) => number): number {
  return layers.reduce((total, layer) => total + of(layer), 0)
}

function isLayer(
  operation: OperationSummary,
): operation is OperationSummary & { operation: LayerSummary['operation'] } {
  return operation.operation !== 'input'
}
