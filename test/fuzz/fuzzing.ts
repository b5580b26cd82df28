// The program that reads one random file after another, from an index on until it is killed.

import { readFileSync, writeFileSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { readWeights } from '../../lib/weights/index.js'
import { fixturesOf } from './fixtures.js'
import { inputOf } from './inputs.js'
import { judge } from './judge.js'
import { passesHeader, type ReaderName } from './readers.js'
import { READY, type Step, type Task } from './steps.js'

/** Files read before memory is measured: by then the code is loaded and compiled. */
const WARM_UP = 200
/** Of what earlier inputs and the making of this one left, in bytes: more is collected before a file is read. */
const GARBAGE = 2 ** 24

process.on('disconnect', () => process.exit())
process.on('SIGINT', () => {}) // its parent says when to end
process.on('message', async (task: Task) => {
  await warmUp(task.reader)
  globalThis.gc?.()
  const baseline = process.memoryUsage.rss()
  process.send?.(READY)
  for (let index = task.from; ; index++) process.send?.(await step(task, index, baseline))
})

async function warmUp(reader: ReaderName): Promise<void> {
  const fixtures = fixturesOf(reader)
  for (let read = 0; read < WARM_UP; read++) {
    const { path } = fixtures[read % fixtures.length] as { path: string }
    await judge(readWeights, path)
  }
}

async function step({ reader, seed }: Task, index: number, baseline: number): Promise<Step> {
  const path = 'input' // in the folder that is this process's own
  writeFileSync(path, inputOf(reader, seed, index).bytes)
  collect()
  forgetPeak()
  const [start, used] = [performance.now(), process.cpuUsage()]
  const verdict = await judge(readWeights, path)
  const { user, system } = process.cpuUsage(used)
  const milliseconds = Math.min(performance.now() - start, (user + system) / 1000)
  const peakGrowthBytes = peak() - baseline
  const passes = await passesHeader(reader, path)
  await setImmediate() // a rejection that nobody handles ends the process here, at this input
  return { ...verdict, index, passesHeader: passes, milliseconds, peakGrowthBytes }
}

/** Resident memory after the last collection, in bytes. */
let clean = 0

function collect(): void {
  if (process.memoryUsage.rss() < clean + GARBAGE) return
  globalThis.gc?.()
  clean = process.memoryUsage.rss()
}

/** From here on the peak is that of what follows (proc(5), clear_refs). */
function forgetPeak(): void {
  writeFileSync('/proc/self/clear_refs', '5')
}

/** The largest resident memory since then, in bytes. */
function peak(): number {
  const [, kilobytes] = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? []
  return Number(kilobytes) * 1024
}
