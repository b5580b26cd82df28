// Copied into a project that has installed the package, and run there: trains on its photographs and names one of them.

import { FaceClassifier, FaceDataset, Predictor } from '@facecls/torch'

const faces = await FaceDataset.fromFolder('faces')
const trainer = FaceClassifier.mobilenetV2({ classes: faces.classes }).trainer(
  faces.split({ train: 0.8, val: 0.2 }),
)
const { best } = await trainer.imageSize(64).epochs(1).batchSize(4).start({ output: 'run' }).finished
const predictor = await Predictor.open(best)
const answers = await predictor.classify('faces/p000/01.jpg')

await predictor.close()
console.log(JSON.stringify({ photographs: faces.length, classes: faces.classes, answers }))
