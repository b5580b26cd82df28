// Run by convolutions.test.ts in a process of its own, since the first use of a process decides which kernels it has: folds each
// network, and prints what came of it as a line of JSON.

import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { type NativeModel, native, nativeCall } from '../../lib/native/index.js'
import { NETWORKS, sizeOf, specOf, wavesBatch } from './networks.js'

/** Up to here convolutions alone have computed what depends on threads. */
const POOLS = { inceptionResnetV1: 'avgpool_1a', resnet50: 'avgpool', mobilenetV2: 'avgpool' } as const
const { threads } = native().computeInfo()
const PHOTOGRAPHS = 7 // a batch with an empty place

async function pooled(model: NativeModel, imageSize: number, module: string): Promise<Float32Array> {
  const batch = wavesBatch(PHOTOGRAPHS, imageSize)
  const [output] = await model.forward({ batch, outputs: [module], flip: false })
  return output?.data as Float32Array
}

/** The threads of our own kernels in this process, besides the one that calls them. */
function helpers(): number {
  const names = readdirSync('/proc/self/task').map((id) => readFileSync(`/proc/self/task/${id}/comm`, 'utf8'))
  return names.filter((name) => name.trim() === 'facecls').length
}

for (const architecture of NETWORKS) {
  const imageSize = sizeOf[architecture]
  const model = await native().createModel(specOf(architecture))
  const plain = await pooled(model, imageSize, POOLS[architecture])
  try {
    const asked = { precision: 'float32', imageSize, maxBatch: 2 } as const
    const engine = await nativeCall(model.optimizeForInference(asked))
    const folded = await pooled(model, imageSize, POOLS[architecture])
    const largest = plain.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
    const away = plain.reduce((most, value, i) => Math.max(most, Math.abs(value - (folded[i] as number))), 0)
    const digest = createHash('sha256').update(folded).digest('hex')
    const told = { architecture, engine, difference: away / largest, digest, threads, helpers: helpers() }
    console.log(JSON.stringify(told))
  } catch (error) {
    console.log(JSON.stringify({ architecture, failure: (error as Error).message }))
  }
  model.close()
}
