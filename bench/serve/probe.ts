// Loaded into a service beside its own code: says what a phase cost the process, over the channel to its parent.

import { monitorEventLoopDelay } from 'node:perf_hooks'

export interface ProcessCost {
  /** Delay of the event loop in ms, the resolution of 1 ms subtracted. */
  readonly loopDelayMs: { readonly p50: number; readonly p99: number; readonly max: number }
  /** Resident memory in MB: the median of a phase's last half, and the most. */
  readonly memoryMb: { readonly settled: number; readonly most: number }
  /** Of user and system time a second, in cores. */
  readonly cores: number
}

const RESOLUTION_MS = 1
const SAMPLED_MS = 200

const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
delays.enable()
let samples: number[] = []
let began = { time: performance.now(), cpu: process.cpuUsage() }
setInterval(() => samples.push(process.memoryUsage.rss() / 1e6), SAMPLED_MS).unref()

function begin(): void {
  delays.reset()
  samples = []
  began = { time: performance.now(), cpu: process.cpuUsage() }
}

function cost(): ProcessCost {
  const delay = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS)
  const { user, system } = process.cpuUsage(began.cpu)
  const late = samples.slice(Math.floor(samples.length / 2)).sort((a, b) => a - b)
  return {
    loopDelayMs: {
      p50: delay(delays.percentile(50)),
      p99: delay(delays.percentile(99)),
      max: delay(delays.max),
    },
    memoryMb: { settled: late[Math.floor(late.length / 2)] ?? Number.NaN, most: Math.max(...samples) },
    cores: (user + system) / 1000 / (performance.now() - began.time),
  }
}

process.on('message', (asked) => {
  if (asked === 'begin') begin()
  process.send?.(asked === 'begin' ? null : cost())
})
process.channel?.unref() // the service ends when it wants
