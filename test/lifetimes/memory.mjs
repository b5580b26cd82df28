// @ts-check
// What a process holds at a moment: what must not grow with what it has opened and closed.

import { readdirSync } from 'node:fs'
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
    /** @type {() => void} */
    globalThis.gc()
    await setImmediate()
  }
  const { rss, heapUsed, external } = process.memoryUsage()
  const descriptors = readdirSync('/proc/self/fd').length
  const threads = readdirSync('/proc/self/task').length
  return { at, rss, heap: heapUsed + external, descriptors, threads }
}
