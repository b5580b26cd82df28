// Descriptions of networks as the native side gives them, rebuilt from the names and shapes of PyTorch's own
// state_dict, so that these tests need no addon.

import { readFileSync } from 'node:fs'
import type {
  LayerDescription,
  NetworkDescription,
  StateTensor,
  TensorDescription,
} from '../../lib/native/index.js'

type Shapes = Record<string, number[]>

export function golden<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../fixtures/goldens/${name}.json`, import.meta.url), 'utf8')) as T
}

const OWN_HEAD = /^(last_linear|last_bn|logits|fc|classifier)\./
const STATISTICS = /\.(running_mean|running_var|num_batches_tracked)$/

/** With the network's own classifier, or with the report's head of these widths. */
export function inceptionResnetV1(classes: number, hidden: number[] | null = null): NetworkDescription {
  const { state_dict: reference } = golden<{ state_dict: Shapes }>('forward_inception_resnet_v1')
  const shapes = Object.entries(reference).filter(([name]) => hidden === null || !OWN_HEAD.test(name))
  if (hidden !== null) {
    const widths = [1792, ...hidden, classes]
    hidden.concat(classes).forEach((width, index) => {
      shapes.push(
        [`head.${3 * index}.weight`, [width, widths[index] as number]],
        [`head.${3 * index}.bias`, [width]],
      )
    })
  }
  return describe(
    shapes.map(([name, shape]) => [name, name.startsWith('logits.') ? [classes, ...shape.slice(1)] : shape]),
  )
}

/** With its own classifier. */
export function withOwnClassifier(name: 'resnet50' | 'mobilenet_v2'): NetworkDescription {
  return describe(Object.entries(golden<{ state_dict: Shapes }>(`forward_${name}`).state_dict))
}

function describe(shapes: [string, number[]][]): NetworkDescription {
  const layers = new Map<string, LayerDescription>()
  const tensors = shapes.map(([name, shape]): TensorDescription => {
    const parameter = !STATISTICS.test(name)
    const layer = name.slice(0, name.lastIndexOf('.'))
    const part = OWN_HEAD.test(name) || name.startsWith('head.') ? 'head' : 'trunk'
    if (!layers.has(layer))
      layers.set(layer, { name: layer, operation: operationOf(shape), part, parameters: [] })
    if (parameter) layers.get(layer)?.parameters.push(name)
    return { name, shape, dtype: name.endsWith('.num_batches_tracked') ? 'int64' : 'float32', parameter }
  })
  return { layers: [...layers.values()], tensors, minimumInputSize: 75 }
}

function operationOf(weight: number[]): LayerDescription['operation'] {
  if (weight.length === 4) return 'conv2d'
  return weight.length === 2 ? 'linear' : 'batch_norm'
}

/** Tensors of zeros for a description. */
export function zeros({ tensors }: NetworkDescription): StateTensor[] {
  return tensors.map(({ name, shape, dtype }) => {
    const elements = shape.reduce((product, size) => product * size, 1)
    return { name, shape, dtype, data: new Uint8Array(elements * (dtype === 'float32' ? 4 : 8)) }
  })
}
