// A model of random weights, as a bundle: MobileNetV2, the fastest of the networks.

import { architectures, saveBundle } from '../../lib/model/index.js'
import { native } from '../../lib/native/index.js'

export interface RandomModel {
  readonly identities: number
  /** Pixels a side. */
  readonly inputSize: number
  readonly seed: number
}

export async function saveRandomModel(
  path: string,
  { identities, inputSize, seed }: RandomModel,
): Promise<void> {
  const head = { kind: 'classifier', classes: identities, dropout: 0 } as const
  const network = { architecture: 'mobilenetV2', head } as const
  const { normalisation } = architectures.mobilenetV2
  const classes = Array.from({ length: identities }, (_, label) => `n${String(label).padStart(6, '0')}`)
  const spec = { network, normalisation, precision: 'float32', device: 'cpu', seed } as const
  const model = await native().createModel(spec)
  const metadata = { ...network, classes, inputSize, normalisation, metrics: {}, recipe: null, versions: {} }
  await saveBundle(path, await model.state(), metadata)
  model.close()
}
