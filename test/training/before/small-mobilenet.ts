// A trainer that makes a step in milliseconds: MobileNetV2 on small drawn photographs.

import { FaceClassifier } from '../../../lib/face-classifier.js'
import type { PretrainedFrom } from '../../../lib/model/index.js'
import { native, nativeCall } from '../../../lib/native/index.js'
import type { Trainer, TrainingData } from '../../../lib/training/index.js'

export const smallSize = 64

export function mobileNet(
  data: TrainingData,
  pretrained?: PretrainedFrom<'mobilenetV2'>,
): Trainer<'mobilenetV2'> {
  const classifier = FaceClassifier.mobilenetV2({ classes: data.train })
  const own = pretrained === undefined ? classifier : classifier.pretrained(pretrained)
  return own.trainer(data).imageSize(smallSize).batchSize(4).epochs(3).precision('float32')
}

/** Weights of a MobileNetV2 for so many classes, as `pretrained()` takes them; the last tensor may be spoilt. */
export async function someWeights(classes = 2, spoilt = false): Promise<PretrainedFrom<'mobilenetV2'>> {
  const model = await nativeCall(
    native('training').createModel({
      network: { architecture: 'mobilenetV2', head: { kind: 'classifier', classes, dropout: 0 } },
      normalisation: { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] },
      precision: 'float32',
      device: 'cpu',
      seed: 1,
    }),
  )
  try {
    const state = await nativeCall(model.state())
    const first = state.find(({ dtype }) => dtype === 'float32')
    if (spoilt && first !== undefined)
      new DataView(first.data.buffer, first.data.byteOffset).setFloat32(0, NaN, true)
    return state
  } finally {
    model.close()
  }
}
