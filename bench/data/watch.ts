// What a part of the work takes: time, memory, and how long the event loop was kept from others.

import { readFileSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** Of the histogram of delays, which counts it along. */
const RESOLUTION_MS = 1
const SAMPLED_MS = 50

export interface Watched {
  readonly seconds: number
  /** The most resident memory without mapped files, in MB. */
  readonly peakMb: number
  /** Delay of the event loop in ms, the resolution of 1 ms subtracted. */
  readonly loopDelayMs: { readonly p50: number; readonly p99: number; readonly max: number }
}

/** Megabytes of this process that are no file's. */
export function anonymousMb(): number {
  const status = readFileSync('/proc/self/status', 'latin1')
  return Number(/RssAnon:\s+(\d+) kB/.exec(status)?.[1]) / 1024
}

export async function watched<T>(work: () => Promise<T>): Promise<{ result: T; took: Watched }> {
  collectGarbage()
  let peakMb = anonymousMb()
  const sampler = setInterval(() => {
    peakMb = Math.max(peakMb, anonymousMb())
  }, SAMPLED_MS)
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  delays.enable()
  const began = performance.now()
  try {
    const result = await work()
    const seconds = (performance.now() - began) / 1000
    const delay = (nanoseconds: number) => rounded(Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS))
    const loopDelayMs = {
      p50: delay(delays.percentile(50)),
      p99: delay(delays.percentile(99)),
      max: delay(delays.max),
    }
    return { result, took: { seconds: rounded(seconds), peakMb: rounded(peakMb), loopDelayMs } }
  } finally {
    clearInterval(sampler)
    delays.disable()
  }
}

/** Bytes of JavaScript's heap in use, garbage collected, typed arrays included. */
export function heapBytes(): number {
  collectGarbage()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

let collect: (() => void) | undefined

function collectGarbage(): void {
  if (collect === undefined) {
    setFlagsFromString('--expose-gc')
    collect = runInNewContext('gc') as () => void
  }
  collect()
}

export const rounded = (value: number): number => Number(value.toPrecision(4))
