// Ends in the middle of a training step in the way its argument names; lifecycle.test.ts runs it.
import { isMainThread, parentPort, Worker } from 'node:worker_threads'
import { stepSpec, trainerOf } from './models.js'

/** Trains one step, then has three more of 16 photographs running or waiting: a second of work or more. */
async function beginSteps(): Promise<void> {
  const { trainer, layers } = await trainerOf()
  await trainer.setStage({ trainable: layers, frozenBatchNorm: 'stored' })
  await trainer.step(stepSpec(0))
  for (const step of [1, 2, 3]) trainer.step(stepSpec(step, 16)).catch(() => {})
}

async function oneStep(): Promise<void> {
  const { trainer, model, layers } = await trainerOf()
  await trainer.setStage({ trainable: layers.slice(-1), frozenBatchNorm: 'stored' })
  const { count } = await trainer.step(stepSpec(0))
  console.log(`trained on ${count}`)
  trainer.close()
  model.close()
}

/** A worker thread that is in the middle of its steps. It registers tsx by itself: --import does not reach it. */
async function busyWorker(): Promise<Worker> {
  const start = `import('tsx/esm/api').then(({ register }) => (register(), import(${JSON.stringify(import.meta.url)})))`
  const worker = new Worker(start, { eval: true })
  await new Promise((resolve) => worker.once('message', resolve))
  return worker
}

const endings: Record<string, () => Promise<unknown>> = {
  exit: async () => {
    await beginSteps()
    process.exit(3)
  },
  throw: async () => {
    await beginSteps()
    throw new Error('thrown in the middle of a step')
  },
  finish: oneStep,
  terminate: async () => {
    const worker = await busyWorker()
    await worker.terminate()
    await oneStep()
  },
  'terminate three': async () => {
    const workers = [await busyWorker(), await busyWorker(), await busyWorker()]
    await Promise.all(workers.map((worker) => worker.terminate()))
    await oneStep()
  },
  'exit beside a worker': async () => {
    await busyWorker()
    await beginSteps()
    process.exit(3)
  },
}

if (isMainThread) {
  await endings[process.argv[2] ?? '']?.()
} else {
  await beginSteps()
  parentPort?.postMessage('busy')
}
