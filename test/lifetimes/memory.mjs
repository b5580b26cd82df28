// @ts-check
// What a process holds at a moment: what must not grow with what it has opened and closed.

import { readdirSync, readlinkSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'

/** @typedef {import('./growth.js').Sample} Sample */

/**
 * After the garbage collector, and after what it has let the compute thread free. Needs --expose-gc.
 *
 * @param {number} at How many were opened and closed before.
 * @returns {Promise<Sample>}
 */
export async function sample(at) {
  for (let round = 0; round < 3; round++) {
    globalThis.gc?.()
    await setImmediate()
  }
  const { rss, heapUsed, external } = process.memoryUsage()
  const open = openFiles()
  const threads = readdirSync('/proc/self/task').length
  return { at, rss, heap: heapUsed + external, descriptors: open.length, open, threads }
}

/**
 * What each descriptor stands for, but modules: a worker thread that is terminated while Node opens one leaves it open, whoever wrote it.
 */
function openFiles() {
  const open = readdirSync('/proc/self/fd').map((descriptor) => {
    try {
      return readlinkSync(`/proc/self/fd/${descriptor}`)
    } catch {
      return 'the list itself'
    }
  })
  return open.filter((file) => !/\.(?:[mc]?js|json)$/.test(file))
}
