// The folder that the processes work in: photographs, and a bundle of random weights.

import { join } from 'node:path'
import { saveBundle } from '../../lib/model/index.js'
import { native } from '../../lib/native/index.js'
import { drawnFaces } from '../training/small-training.js'

/** MobileNetV2 at 64 pixels: the least that is opened, computed and trained in a moment. */
export async function makePlace(folder: string): Promise<void> {
  const { classes } = await drawnFaces(['anna', 'ben'], 6, join(folder, 'photographs'))
  const normalisation = { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] }
  const head = { kind: 'classifier', classes: classes.length, dropout: 0 } as const
  const network = { architecture: 'mobilenetV2', head } as const
  const spec = { network, normalisation, precision: 'float32', device: 'cpu', seed: 1 } as const
  const model = await native().createModel(spec)
  const metadata = {
    ...network,
    classes,
    inputSize: 64,
    normalisation,
    metrics: {},
    recipe: null,
    versions: {},
  }
  await saveBundle(join(folder, 'bundle.safetensors'), await model.state(), metadata)
  model.close()
}
