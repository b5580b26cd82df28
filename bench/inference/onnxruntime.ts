// onnxruntime-node on the processor. Its input is normalised already: it has the lighter work.

import { createRequire } from 'node:module'
import { availableParallelism } from 'node:os'
import { join, resolve } from 'node:path'
import { answer, job, pixelsOf } from './peer.js'

/** What is used of it. */
interface OnnxRuntime {
  readonly InferenceSession: { create(path: string, options: object): Promise<Session> }
  readonly Tensor: new (type: 'float32', data: Float32Array, shape: readonly number[]) => unknown
}
interface Session {
  run(feeds: { photographs: unknown }): Promise<{ logits: { data: Float32Array } }>
}

const require = createRequire(join(resolve(job.onnxruntime), 'package.json'))
const { InferenceSession, Tensor } = require('onnxruntime-node') as OnnxRuntime
const { version } = require('onnxruntime-node/package.json') as { version: string }
const { size, classes } = job
const threads = Number(process.env.OMP_NUM_THREADS || availableParallelism())
const session = await InferenceSession.create(join(job.folder, 'model.onnx'), {
  executionProviders: ['cpu'],
  graphOptimizationLevel: 'all',
  intraOpNumThreads: threads,
})
const photographs = new Float32Array(32 * 3 * size * size) // (N, 3, height, width)
for (let i = 0; i < 32; i++) {
  for (const [at, value] of pixelsOf(i).entries()) {
    const [pixel, channel] = [Math.floor(at / 3), at % 3]
    photographs[(i * 3 + channel) * size * size + pixel] = (value - 127.5) / 127.5
  }
}
answer({ version, threads }, async (count) => {
  const data = photographs.subarray(0, count * 3 * size * size)
  const { logits } = await session.run({ photographs: new Tensor('float32', data, [count, 3, size, size]) })
  return logits.data.subarray(0, classes)
})
