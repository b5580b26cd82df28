// Ends in the middle of a training step in the way its argument names; lifecycle.test.ts runs it.
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { native } from '../../lib/native/index.js'
import { pixelBatch, stageSpec, stepSpec, trainerOf } from './models.js'

/** Trains one step, then has three more of 16 photographs running or waiting: a second of work or more. */
async function beginSteps(): Promise<void> {
  const { trainer, layers } = await trainerOf()
  await trainer.setStage(stageSpec(layers))
  await trainer.step(stepSpec(0))
  for (const step of [1, 2, 3]) trainer.step(stepSpec(step, 16)).catch(() => {})
}

async function oneStep(): Promise<void> {
  const { trainer, model, layers } = await trainerOf()
  await trainer.setStage(stageSpec(layers.slice(-1)))
  const { count } = await trainer.step(stepSpec(0))
  console.log(`trained on ${count}`)
  trainer.close()
  model.close()
}

/** Never returns: the thread is inside the addon or just before a call whenever it is ended. */
function callForever(): never {
  const head = { kind: 'classifier', classes: 4, dropout: 0 } as const
  for (;;) native().describeNetwork({ architecture: 'inceptionResnetV1', head })
}

/** Dozens of requests under way at any time. */
async function askForever(): Promise<never> {
  const { model } = await trainerOf()
  const ask = () => model.forward({ batch: pixelBatch(1), outputs: ['probabilities'], flip: false })
  for (;;) await Promise.all(Array.from({ length: 64 }, ask))
}

/** A worker thread in the middle of its task. It registers tsx by itself: --import does not reach it. */
async function busyWorker(task: 'train' | 'call' | 'ask' = 'train'): Promise<Worker> {
  const start = `import('tsx/esm/api').then(({ register }) => (register(), import(${JSON.stringify(import.meta.url)})))`
  const worker = new Worker(start, { eval: true, workerData: task })
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
  'terminate in calls': async () => {
    for (const task of ['call', 'ask', 'call', 'ask'] as const) {
      const worker = await busyWorker(task)
      await new Promise((resolve) => setTimeout(resolve, 100))
      await worker.terminate()
    }
    await oneStep()
  },
  'exit in calls': async () => {
    await busyWorker('call')
    await busyWorker('ask')
    setTimeout(() => process.exit(3), 100)
  },
  'exit after loading': async () => {
    native().createPack({ count: 1, height: 2, width: 2, file: null }).close()
    process.exit(3)
  },
  'exit beside a worker': async () => {
    await busyWorker()
    await beginSteps()
    process.exit(3)
  },
}

if (isMainThread) {
  await endings[process.argv[2] ?? '']?.()
} else if (workerData === 'train') {
  await beginSteps()
  parentPort?.postMessage('busy')
} else {
  parentPort?.postMessage('busy')
  if (workerData === 'call') callForever()
  await askForever()
}
