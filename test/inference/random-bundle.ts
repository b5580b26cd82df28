// A usable bundle without a training: random weights and a small head.

import { saveBundle } from '../../lib/model/index.js'
import type { ArchitectureName, HeadSpec } from '../../lib/native/index.js'
import { native } from '../../lib/native/index.js'

export interface RandomBundleOptions {
  architecture?: ArchitectureName
  inputSize?: number
  /** Of the weights. */
  seed?: number
}

/**
 * Its embeddings mean nothing, but the same photograph always gets the same answer.
 *
 * @param bias Of the first logit.
 */
export async function saveRandomBundle(
  path: string,
  classes: readonly string[],
  bias?: number,
  { architecture = 'inceptionResnetV1', inputSize = 80, seed = 1 }: RandomBundleOptions = {},
): Promise<void> {
  const head: HeadSpec = { kind: 'mlp', classes: classes.length, hidden: [], activation: 'relu', dropout: 0 }
  const normalisation = { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] }
  const network = { architecture, head } as const
  const model = await native().createModel({
    network,
    normalisation,
    precision: 'float32',
    device: 'cpu',
    seed,
  })
  const metadata = { ...network, classes, inputSize, normalisation }
  const state = await model.state()
  const last = state.at(-1) // head.0.bias
  if (bias !== undefined && last !== undefined)
    new DataView(last.data.buffer, last.data.byteOffset).setFloat32(0, bias, true)
  await saveBundle(path, state, { ...metadata, metrics: {}, recipe: null, versions: {} })
  model.close()
}
