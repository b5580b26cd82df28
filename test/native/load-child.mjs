// Run by load.test.ts in a process of its own: imports the package in argv[2], or its native room to use it, as the
// platform of argv[3], does what argv[4] asks, and prints what happened as JSON. In JavaScript, since a worker thread
// of Node 20 does not take over the --import that would let it run TypeScript.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isMainThread, Worker, workerData } from 'node:worker_threads'
import { tsImport } from 'tsx/esm/api'

const [root, platform, task] = isMainThread ? process.argv.slice(2) : workerData
Object.defineProperty(process, 'platform', { value: platform })
const entry = task === 'import' ? 'lib/index.ts' : 'lib/native/index.ts'
const { native } = await tsImport(join(root, entry), import.meta.url)

function attempt() {
  try {
    const addon = native(task === 'training' ? 'training' : 'inference')
    const { torchVersion, threads } = addon.computeInfo()
    return { torchVersion, threads, same: addon === native() }
  } catch (error) {
    return { name: error.name, code: error.code, message: error.message }
  }
}

if (task === 'import') {
  const maps = readFileSync('/proc/self/maps', 'utf8')
  console.log(JSON.stringify({ loaded: /libtorch|libc10|facecls_(torch|core)/.test(maps) }))
} else {
  const outcome = attempt()
  const { OMP_WAIT_POLICY: policy = null, GOMP_SPINCOUNT: spinCount = null } = process.env
  console.log(JSON.stringify({ ...outcome, policy, spinCount }))
}
if (task === 'workers') {
  for (let i = 0; i < 3; i++) new Worker(import.meta.filename, { workerData: [root, platform, 'use'] })
}
