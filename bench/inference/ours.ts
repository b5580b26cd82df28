// The project's engine, as a predictor runs it.

import { join } from 'node:path'
import { matchState } from '../../lib/model/index.js'
import { type ForwardOutput, type HeadSpec, native } from '../../lib/native/index.js'
import { readWeights } from '../../lib/weights/index.js'
import { answer, job, pixelsOf } from './peer.js'

const { architecture, classes, size, precision } = job
const addon = native('inference')
const info = addon.computeInfo()
if (precision === 'bfloat16' && !info.bfloat16.cpu) {
  process.send?.({ refused: 'this processor has no instructions for bfloat16' })
} else {
  const head: HeadSpec = { kind: 'classifier', classes, dropout: 0 }
  // (x - 127.5) / 127.5
  const normalisation = { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] }
  const network = { architecture, head }
  const spec = { network, normalisation, precision: 'float32', device: 'cpu', seed: 0 } as const
  const model = await addon.createModel(spec)
  const { tensors } = await readWeights(join(job.folder, 'weights.pt'))
  await model.load(matchState(tensors, model.description).load)
  const engine = await model.optimizeForInference({ precision, imageSize: size, maxBatch: 32 })
  const photographs = new Uint8Array(32 * size * size * 3)
  for (let i = 0; i < 32; i++) photographs.set(pixelsOf(i), i * size * size * 3)
  answer({ ...engine, threads: info.threads, version: info.torchVersion }, async (count) => {
    const data = photographs.subarray(0, count * size * size * 3)
    const batch = { kind: 'pixels', data, count, height: size, width: size } as const
    const [logits] = (await model.forward({ batch, outputs: ['logits'], flip: false })) as [ForwardOutput]
    return logits.data.subarray(0, classes) as Float32Array
  })
}
