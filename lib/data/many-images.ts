// How many photographs are decoded at once, and with how many threads each.

import { availableParallelism } from 'node:os'
import { loadSharp } from './decode.js'

/** Enough that no thread of libuv's pool, which decode, waits for the main thread. */
export function photographsAtOnce(): number {
  return Math.max(16, 2 * availableParallelism())
}

let working = 0
let threadsBefore = 0

/**
 * Many images at once with one thread each beat few with many. sharp has one setting for the process: it is
 * given back when the last work ends.
 */
export async function withOneThreadAnImage(work: () => Promise<void>): Promise<void> {
  const sharp = await loadSharp()
  if (working++ === 0) {
    threadsBefore = sharp.concurrency()
    sharp.concurrency(1)
  }
  try {
    await work()
  } finally {
    if (--working === 0) sharp.concurrency(threadsBefore)
  }
}
