// A usable bundle without a training: random weights and a small head.

import { saveBundle } from '../../lib/model/index.js'
import type { HeadSpec } from '../../lib/native/index.js'
import { native } from '../../lib/native/index.js'

/** Its embeddings mean nothing, but the same photograph always gets the same answer. */
export async function saveRandomBundle(path: string, classes: readonly string[]): Promise<void> {
  const head: HeadSpec = { kind: 'mlp', classes: classes.length, hidden: [], activation: 'relu', dropout: 0 }
  const normalisation = { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] }
  const network = { architecture: 'inceptionResnetV1', head } as const
  const model = await native().createModel({
    network,
    normalisation,
    precision: 'float32',
    device: 'cpu',
    seed: 1,
  })
  const metadata = { architecture: network.architecture, head, classes, inputSize: 80, normalisation }
  await saveBundle(path, await model.state(), { ...metadata, metrics: {}, recipe: null, versions: {} })
  model.close()
}
