// The program that reads one random file after another, from an index on until it is killed.

import { writeFileSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { readWeights } from '../../lib/weights/index.js'
import { fixturesOf } from './fixtures.js'
import { inputOf } from './inputs.js'
import { judge } from './judge.js'
import { passesHeader, type ReaderName } from './readers.js'
import { READY, type Step, type Task } from './steps.js'

/** Files read before memory is measured: by then the code is loaded and compiled. */
const WARM_UP = 200
/** How often what earlier inputs left is looked at. */
const LOOK_INPUTS = 16
/** Garbage of so many bytes is collected, so that a peak is that of an input and not of a row of them. */
const GARBAGE = 2 ** 26

process.on('disconnect', () => process.exit())
process.on('SIGINT', () => {}) // its parent says when to end
process.on('message', async (task: Task) => {
  await warmUp(task.reader)
  const baseline = peak()
  let clean = process.memoryUsage.rss()
  process.send?.(READY)
  for (let index = task.from; ; index++) {
    process.send?.(await step(task, index, baseline))
    if (index % LOOK_INPUTS === 0 && process.memoryUsage.rss() > clean + GARBAGE) {
      globalThis.gc?.()
      clean = process.memoryUsage.rss()
    }
  }
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
  const [start, used] = [performance.now(), process.cpuUsage()]
  const verdict = await judge(readWeights, path)
  const { user, system } = process.cpuUsage(used)
  const milliseconds = Math.min(performance.now() - start, (user + system) / 1000)
  const peakGrowthBytes = peak() - baseline
  const passes = await passesHeader(reader, path)
  await setImmediate() // a rejection that nobody handles ends the process here, at this input
  return { ...verdict, index, passesHeader: passes, milliseconds, peakGrowthBytes }
}

/** Bytes. */
function peak(): number {
  return process.resourceUsage().maxRSS * 1024
}
