// Reads a weight file in a process of its own and prints what that came to; the arguments are 'read', 'info' or 'widen', a
// small file to warm up with, and the file. The memory is what the process grew by at its peak.

import { TorchError } from '../../lib/errors.js'
import { type NamedTensor, readWeights, readWeightsInfo } from '../../lib/weights/index.js'
import { widened } from '../../lib/weights/widen.js'

const [, , how, warmUp, path] = process.argv as [string, string, string, string, string]
const read = { info: readWeightsInfo, read: readWeights, widen: readWidened }[how] ?? readWeights

await read(warmUp)
const before = process.resourceUsage().maxRSS
const result = await outcome()
console.log(JSON.stringify({ ...result, grownBytes: (process.resourceUsage().maxRSS - before) * 1024 }))

async function outcome(): Promise<object> {
  try {
    const { format, tensors } = await read(path)
    const data = (tensors as Partial<NamedTensor>[]).map((tensor) => tensor.data?.byteLength ?? 0)
    return { format, tensors: tensors.length, bytes: data.reduce((sum, bytes) => sum + bytes, 0) }
  } catch (thrown) {
    const { code, message } = thrown as TorchError
    return thrown instanceof TorchError ? { code, message } : { code: 'none', message: String(thrown) }
  }
}

async function readWidened(path: string): ReturnType<typeof readWeights> {
  const file = await readWeights(path)
  return { ...file, tensors: file.tensors.map(widened) }
}
