// The service of examples/03-serve under load: capacity, then more than it can do, and whether its answers stay right.
//   npm run -s bench -- serve [--network inceptionResnetV1] [--seconds 30] [--answers 10000] [--onnx FILE --onnxruntime FOLDER]
// With FILE, of bench/peers/onnx-export.py, onnxruntime-node of FOLDER is measured at its capacity too.
// A table on standard error, JSON on standard output. Ends with exit code 1 where an answer was wrong.

import { mkdtemp, rm } from 'node:fs/promises'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { ArchitectureName } from '../../lib/native/index.js'
import type { NetworkChoice } from './bundles.js'
import { varied } from './photographs.js'
import { type Measured, MeasuredService, type QueueSettings } from './service-process.js'
import { tableOf } from './table.js'

const { values } = parseArgs({
  options: {
    network: { type: 'string', default: 'inceptionResnetV1' },
    /** Pixels a side. */
    size: { type: 'string', default: '160' },
    /** Times the capacity. */
    loads: { type: 'string', default: '1,2,5,10' },
    /** Of each load. */
    seconds: { type: 'string', default: '30' },
    /** Answers come in batches, so that few seconds would count by large steps. */
    'capacity-seconds': { type: 'string', default: '24' },
    'max-batch': { type: 'string', default: '8' },
    'max-queue': { type: 'string', default: '32' },
    /** To compare in all; those that the loads lack come from MobileNetV2 at 64 pixels. */
    answers: { type: 'string', default: '10000' },
    photographs: { type: 'string', default: '96' },
    /** The same network for onnxruntime-node, of `size` pixels. */
    onnx: { type: 'string' },
    /** Where `npm install --ignore-scripts onnxruntime-node` was run. */
    onnxruntime: { type: 'string', default: '.' },
  },
})
const [seconds, capacitySeconds, answers] = [values.seconds, values['capacity-seconds'], values.answers].map(
  Number,
) as [number, number, number]
const queue: QueueSettings = { maxBatch: Number(values['max-batch']), maxQueue: Number(values['max-queue']) }
const network: NetworkChoice = { architecture: values.network as ArchitectureName, size: Number(values.size) }
/** Cheap enough that ten thousand answers take a minute. */
const COUNTED: NetworkChoice = { architecture: 'mobilenetV2', size: 64 }
/** Under way at once: the next batch is decoded while one is computed, and the queue is never full. */
const LANES = Math.min(3 * queue.maxBatch, queue.maxQueue)

const folder = await mkdtemp(join(tmpdir(), 'facecls-serve-'))
const photographs = await varied(Number(values.photographs))
const tell = (text: string): boolean => process.stderr.write(`${text}\n`)

interface Loaded {
  readonly times: number
  readonly rate: number
  readonly seen: Measured
  readonly recoveryMs: number | null
  /** Measured again after it: machines become faster and slower within minutes. */
  readonly capacityAfter: Measured
}

async function underLoad() {
  const service = await MeasuredService.start(folder, network, photographs, queue)
  const measuredCapacity = () => service.load({ kind: 'closed', requests: LANES, seconds: capacitySeconds })
  try {
    await service.load({ kind: 'single', requests: 10 }) // the first are slower
    const alone = await service.load({ kind: 'single', requests: 20 })
    tell(`Alone: ${alone.answerMs.p50.toFixed(1)} ms. Measuring the capacity.`)
    const capacity = await measuredCapacity()
    const loads: Loaded[] = []
    for (const times of values.loads.split(',').map(Number)) {
      const rate = times * (loads.at(-1)?.capacityAfter ?? capacity).answeredPerSecond
      tell(`${times} times the capacity: ${rate.toFixed(1)} requests a second.`)
      const seen = await service.load({ kind: 'open', rate, seconds })
      const recoveryMs = await service.recovery(2 * alone.answerMs.p99)
      loads.push({ times, rate, seen, recoveryMs, capacityAfter: await measuredCapacity() })
    }
    return { alone, capacity, loads }
  } finally {
    await service.end()
  }
}

/** So many more answers at 1.5 times the capacity, so that refusals come between them. */
async function counted(wanted: number): Promise<Measured | null> {
  if (wanted <= 0) return null
  tell(`Comparing ${wanted} more answers, of ${COUNTED.architecture} at ${COUNTED.size} pixels.`)
  const service = await MeasuredService.start(folder, COUNTED, photographs, queue)
  try {
    const { answeredPerSecond } = await service.load({
      kind: 'closed',
      requests: LANES,
      seconds: capacitySeconds,
    })
    if (answeredPerSecond === 0)
      throw new Error(`Nothing was answered within ${capacitySeconds} s: other work takes the processor`)
    // A tenth more, since no capacity is measured exactly.
    const load = {
      kind: 'open',
      rate: 1.5 * answeredPerSecond,
      seconds: (1.1 * wanted) / answeredPerSecond,
    } as const
    return await service.load(load)
  } finally {
    await service.end()
  }
}

async function peer(model: string): Promise<Measured> {
  tell('The same load on onnxruntime-node.')
  const service = await MeasuredService.startPeer(
    folder,
    { model, size: network.size, onnxruntime: values.onnxruntime },
    photographs,
  )
  try {
    await service.load({ kind: 'single', requests: 10 })
    return await service.load({ kind: 'closed', requests: LANES, seconds: capacitySeconds })
  } finally {
    await service.end()
  }
}

try {
  const { alone, capacity, loads } = await underLoad()
  const all = [alone, capacity, ...loads.flatMap(({ seen, capacityAfter }) => [seen, capacityAfter])]
  const compared = all.reduce((sum, { answered }) => sum + answered, 0)
  const more = await counted(answers - compared)
  const onnxruntime = values.onnx === undefined ? null : await peer(values.onnx)
  const checked = more === null ? all : [...all, more]
  const sum = (read: (seen: Measured) => number): number =>
    checked.reduce((total, seen) => total + read(seen), 0)
  const result = {
    processor: cpus()[0]?.model.trim(),
    cores: availableParallelism(),
    network,
    queue,
    alone,
    capacity,
    loads,
    onnxruntime,
    answers: {
      compared: sum(({ answered }) => answered),
      wrong: sum(({ wrong }) => wrong),
      worstDeviation: Math.max(...checked.map(({ worstDeviation }) => worstDeviation)),
    },
  }
  tell(tableOf(result))
  console.log(JSON.stringify(result, null, 2))
  if (result.answers.wrong > 0) process.exitCode = 1
} finally {
  await rm(folder, { recursive: true, force: true })
}
