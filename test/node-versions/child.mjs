// Run under each Node.js: trains on the photographs in argv[2] as a user of the package does, names one of them, and prints what
// came of it as a line of JSON.

import { createRequire } from 'node:module'
import { join } from 'node:path'
import { FaceClassifier, FaceDataset, Predictor } from '@facecls/torch'

const [photographs, output] = process.argv.slice(2)

async function trained() {
  const faces = await FaceDataset.fromFolder(photographs)
  const { train, val } = faces.split({ train: 2 / 3, val: 1 / 3 }, { seed: 1 })
  const run = FaceClassifier.mobilenetV2({ classes: faces })
    .trainer({ train, val })
    .imageSize(64)
    .batchSize(4)
    .epochs(2)
    .start({ output })
  const losses = []
  for await (const epoch of run.epochs()) losses.push(epoch.train.loss)
  const { best } = await run.finished
  return { best, losses }
}

/** 'opened', or the code of the error. */
async function openedOn(device, best) {
  try {
    await (await Predictor.open(best, { device })).close()
    return 'opened'
  } catch (error) {
    return error.code
  }
}

async function classified(best) {
  const predictor = await Predictor.open(best)
  try {
    const [first] = await predictor.classify(join(photographs, 'anna', '0.png'), { top: 1 })
    return { device: predictor.device, ...first }
  } finally {
    await predictor.close()
  }
}

const { best, losses } = await trained()
const { device, identity, probability } = await classified(best)
const required = typeof createRequire(import.meta.url)('@facecls/torch').FaceClassifier
const cuda = await openedOn('cuda', best)
console.log(
  JSON.stringify({ node: process.versions.node, losses, identity, probability, device, cuda, required }),
)
