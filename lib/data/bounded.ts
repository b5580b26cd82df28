// Runs asynchronous work over a range, a bounded number at a time: neither open files nor pixels pile up.

import { TorchError } from '../errors.js'

export interface Bounds {
  /** Calls that run at once. */
  limit: number
  signal: AbortSignal | undefined
  /** What an abort interrupts: 'Listing the photographs'. */
  task: string
}

/** Throws ABORTED if the signal asks for it. */
export function stopIfAborted(signal: AbortSignal | undefined, task: string): void {
  if (signal?.aborted)
    throw new TorchError('ABORTED', `${task} was stopped by its signal`, { cause: signal.reason })
}

/**
 * Calls `work` with 0 ... count - 1, in this order. After a failure or an abort it starts no further call,
 * waits for those that run, so that nothing works on behind the caller's back, and throws the first failure.
 */
export async function forEachBounded(
  count: number,
  { limit, signal, task }: Bounds,
  work: (index: number) => Promise<void>,
): Promise<void> {
  let next = 0
  const failures: unknown[] = []
  async function lane(): Promise<void> {
    try {
      while (next < count && failures.length === 0) {
        stopIfAborted(signal, task)
        await work(next++)
      }
    } catch (failure) {
      failures.push(failure)
    }
  }
  await Promise.all(Array.from({ length: Math.min(limit, count) }, lane))
  if (failures.length > 0) throw failures[0]
  stopIfAborted(signal, task)
}
