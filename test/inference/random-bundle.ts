// A usable bundle without a training: random weights and a small head.

import { saveBundle } from '../../lib/model/index.js'
import type { HeadSpec } from '../../lib/native/index.js'
import { native } from '../../lib/native/index.js'

/**
 * Its embeddings mean nothing, but the same photograph always gets the same answer.
 *
 * @param bias Of the first logit.
 */
export async function saveRandomBundle(
  path: string,
  classes: readonly string[],
  bias?: number,
): Promise<void> {
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
  const state = await model.state()
  const last = state.at(-1) // head.0.bias
  if (bias !== undefined && last !== undefined)
    new DataView(last.data.buffer, last.data.byteOffset).setFloat32(0, bias, true)
  await saveBundle(path, state, { ...metadata, metrics: {}, recipe: null, versions: {} })
  model.close()
}
