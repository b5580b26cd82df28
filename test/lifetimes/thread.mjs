// @ts-check
// A worker thread that works, tells when it is in the middle of it, and ends as it is told.

import { parentPort, workerData } from 'node:worker_threads'
import { begin, placeOf } from './works.mjs'

/** @type {{ folder: string, work: string }} */
const { folder, work } = workerData
const port = /** @type {import('node:worker_threads').MessagePort} */ (parentPort)
port.postMessage('begins')
const begun = begin(work, placeOf(folder))

port.on('message', async (/** @type {{ ending: string, code: number }} */ { ending, code }) => {
  if (ending === 'exit') process.exit(code)
  if (ending === 'throw') throw new Error('thrown on purpose')
  // By itself: nothing that the work leaves open may keep the thread.
  const stop = await begun
  await stop()
  port.postMessage('stopped')
  port.close()
})

await begun
port.postMessage('busy')
