// Photographs a second and latency of a network beside onnxruntime-node's, on the same weights: each in a process of its own,
// taking turns, so that both meet the same machine. Decoding is no part of it: both are given decoded pixels.
//   npm run -s bench -- inference --python PYTHON --onnxruntime FOLDER [--networks resnet50,mobilenetV2] [--rounds 7]
// PYTHON has torch and onnx; FOLDER is one where `npm install --ignore-scripts onnxruntime-node` was run.

import { type ChildProcess, execFile, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs, promisify } from 'node:util'
import type { ArchitectureName } from '../../lib/native/index.js'
import { type Spread, spread } from './spread.js'

const { values } = parseArgs({
  options: {
    python: { type: 'string', default: 'python3' },
    onnxruntime: { type: 'string' },
    networks: { type: 'string', default: 'inceptionResnetV1,resnet50,mobilenetV2' },
    rounds: { type: 'string', default: '7' },
    seconds: { type: 'string', default: '1.5' },
  },
})
const SIZES: Readonly<Record<ArchitectureName, number>> = {
  inceptionResnetV1: 160,
  resnet50: 224,
  mobilenetV2: 224,
}
const CLASSES = 512
const BATCHES = [32, 1] as const

/** What a peer is asked: to compute batches of this many photographs for this long. */
export interface Ask {
  readonly batch: number
  readonly seconds: number
}

/** What it answers: milliseconds of each batch, and the logits of the first photograph. */
export interface Told {
  readonly milliseconds: number[]
  readonly logits: number[]
}

/** What a peer's process is started with. */
export interface PeerJob {
  readonly architecture: ArchitectureName
  readonly classes: number
  readonly size: number
  readonly folder: string
  readonly precision: 'float32' | 'bfloat16'
  readonly onnxruntime: string
}

interface Peer {
  readonly name: string
  readonly child: ChildProcess
  /** What it says of itself. */
  readonly about: Readonly<Record<string, unknown>>
}

async function started(name: string, file: string, job: PeerJob): Promise<Peer | null> {
  const child = fork(join(import.meta.dirname, file), [JSON.stringify(job)])
  const about = await told<Record<string, unknown>>(child, name)
  if (about.refused === undefined) return { name, child, about }
  process.stderr.write(`${job.architecture}: ${name} is left out: ${about.refused}\n`)
  child.disconnect()
  return null
}

async function asked({ child, name }: Peer, ask: Ask): Promise<Told> {
  child.send(ask)
  return told(child, name)
}

/** The next message of a peer, which must not end before. */
async function told<Message>(child: ChildProcess, name: string): Promise<Message> {
  const ended = once(child, 'exit').then(() => {
    throw new Error(`${name} has ended`)
  })
  const [message] = await Promise.race([once(child, 'message'), ended])
  return message as Message
}

/** The largest difference of logits, of the largest logit. */
function difference(one: readonly number[], other: readonly number[]): number {
  const largest = Math.max(...other.map(Math.abs))
  return Math.max(...one.map((value, i) => Math.abs(value - (other[i] as number)))) / largest
}

async function compared(architecture: ArchitectureName, onnxruntime: string) {
  const folder = await mkdtemp(join(tmpdir(), 'facecls-inference-'))
  const size = SIZES[architecture]
  const peers: Peer[] = []
  try {
    const script = join(import.meta.dirname, '../peers/onnx-export.py')
    const given = ['--architecture', architecture, '--classes', CLASSES, '--size', size, '--output', folder]
    await promisify(execFile)(values.python, [script, ...given.map(String)])
    const job = { architecture, classes: CLASSES, size, folder, onnxruntime }
    for (const precision of ['float32', 'bfloat16'] as const) {
      const peer = await started(`facecls ${precision}`, 'ours.js', { ...job, precision })
      if (peer !== null) peers.push(peer)
    }
    const peer = await started('onnxruntime-node', 'onnxruntime.js', { ...job, precision: 'float32' })
    if (peer !== null) peers.push(peer)
    return { network: architecture, size, ...(await interleaved(peers)) }
  } finally {
    for (const { child } of peers) child.disconnect()
    await rm(folder, { recursive: true })
  }
}

async function interleaved(peers: readonly Peer[]) {
  const times = peers.map(() => BATCHES.map(() => [] as number[]))
  const logits: number[][] = []
  const rounds = Number(values.rounds)
  for (let round = -1; round < rounds; round++) {
    for (const [b, batch] of BATCHES.entries()) {
      // In turn from another peer each round: what one leaves behind, such as heat, meets all.
      for (let turn = 0; turn < peers.length; turn++) {
        const place = (turn + round + 1) % peers.length
        const answer = await asked(peers[place] as Peer, { batch, seconds: Number(values.seconds) })
        logits[place] = answer.logits
        if (round >= 0) times[place]?.[b]?.push(median(answer.milliseconds)) // the first one warms up
      }
    }
  }
  const reference = logits.at(-1) as number[]
  return {
    peers: peers.map(({ name, about }, place) => {
      const [many, one] = times[place] as [number[], number[]]
      const imagesPerSecond: Spread = spread(many.map((ms) => (1000 * BATCHES[0]) / ms))
      const logitsDiffer = difference(logits[place] as number[], reference)
      return { name, ...about, imagesPerSecond, latencyMs: spread(one), logitsDiffer }
    }),
    /** Of the last peer in the same round: above 1 is faster. */
    ratios: peers.slice(0, -1).map(({ name }, place) => ({
      name,
      batch32: spread(ratioOf(times, place, 0)),
      batch1: spread(ratioOf(times, place, 1)),
    })),
  }
}

function ratioOf(times: readonly number[][][], place: number, batch: number): number[] {
  const last = times.at(-1)?.[batch] as number[]
  return last.map((theirs, round) => theirs / (times[place]?.[batch]?.[round] as number))
}

function median(numbers: readonly number[]): number {
  return spread(numbers).median
}

if (values.onnxruntime === undefined) {
  process.stderr.write('Expected --onnxruntime FOLDER, where onnxruntime-node is installed\n')
  process.exitCode = 2
} else {
  const networks = []
  for (const name of values.networks.split(',')) {
    process.stderr.write(`${name}\n`)
    networks.push(await compared(name as ArchitectureName, values.onnxruntime))
  }
  const machine = { processor: cpus()[0]?.model, cores: availableParallelism() }
  console.log(JSON.stringify({ ...machine, networks }, null, 2))
}
