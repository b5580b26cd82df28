// @ts-check
// A process that ends in the middle of its work: ending-process.mjs FOLDER WHERE WORK ENDING DELAY CODE. Where: 'main', 'worker' or 'both' threads.

import { Worker } from 'node:worker_threads'
import { tell } from './tell.mjs'
import { begin, placeOf } from './works.mjs'

const [folder, where, work, ending, delay, code] =
  /** @type {[string, string, string, string, string, string]} */ (process.argv.slice(2))

/** @returns {Promise<Worker>} */
async function busyThread() {
  const worker = new Worker(new URL('thread.mjs', import.meta.url), { workerData: { folder, work } })
  // In the middle of an opening is before its end.
  const wanted = work === 'opening' ? 'begins' : 'busy'
  await new Promise((resolve, reject) => {
    worker.on('message', (message) => message === wanted && resolve(undefined))
    worker.on('error', reject)
  })
  return worker
}

const begun = where === 'worker' ? undefined : begin(work, placeOf(folder))
const worker = where === 'main' ? undefined : await busyThread()
if (work !== 'opening') await begun
tell({ busy: true })
await new Promise((resolve) => setTimeout(resolve, Number(delay)))
if (ending === 'by itself') {
  worker?.postMessage({ ending, code: 0 })
  const stopped =
    worker &&
    new Promise((resolve) => worker.on('message', (message) => message === 'stopped' && resolve(undefined)))
  await (await begun)?.()
  await stopped
}
tell({ ending: 'the process' })

switch (ending) {
  case 'exit':
    process.exit(Number(code))
    break
  case 'exit of the worker':
    worker?.once('exit', (itsCode) => process.exit(itsCode))
    worker?.postMessage({ ending: 'exit', code: Number(code) })
    break
  case 'throw':
    throw new Error('thrown on purpose')
  case 'reject':
    Promise.reject(new Error('thrown on purpose'))
    break
  case 'kill':
    process.kill(process.pid, 'SIGTERM')
    break
}
