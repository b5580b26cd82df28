// Run by usable.test.ts in a process of its own: loads the addon, and prints which LibTorch it runs on and where 'auto' and 'cuda'
// compute, as a line of JSON; with the word worker the same in a worker thread afterwards.

import { isMainThread, Worker } from 'node:worker_threads'
import { tsImport } from 'tsx/esm/api'

const { native, libtorchInUse } = await tsImport('../../lib/native/index.ts', import.meta.url)
const { chooseDevice } = await tsImport('../../lib/inference/device.ts', import.meta.url)

function device(asked, info) {
  try {
    const { name, reason } = chooseDevice(asked, info)
    return `${name}: ${reason}`
  } catch (error) {
    return `${error.code}: ${error.message}`
  }
}

function outcome() {
  try {
    const info = native().computeInfo()
    const { libtorch, refused } = libtorchInUse()
    const devices = { auto: device('auto', info), cuda: device('cuda', info) }
    return { root: libtorch.root, refused, devices }
  } catch (error) {
    return { code: error.code, message: error.message }
  }
}

console.log(JSON.stringify(outcome()))
if (isMainThread && process.argv.includes('worker')) new Worker(import.meta.filename)
