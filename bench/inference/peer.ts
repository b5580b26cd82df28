// What both peers' processes do: compute batches of the same photographs for as long as they are asked to.

import type { Ask, PeerJob, Told } from './main.js'

export const job = JSON.parse(process.argv[2] ?? '') as PeerJob

/** The bytes of one photograph: the same noise in both peers. */
export function pixelsOf(photograph: number): Uint8Array {
  let state = photograph + 1
  return Uint8Array.from({ length: job.size * job.size * 3 }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state >>> 24
  })
}

/** @param compute The logits of the first photograph of a batch. */
export function answer(
  about: Readonly<Record<string, unknown>>,
  compute: (batch: number) => Promise<Float32Array>,
): void {
  process.on('message', async ({ batch, seconds }: Ask) => {
    const milliseconds: number[] = []
    let logits = new Float32Array()
    const end = performance.now() + 1000 * seconds
    do {
      const began = performance.now()
      logits = (await compute(batch)) as Float32Array<ArrayBuffer>
      milliseconds.push(performance.now() - began)
    } while (performance.now() < end)
    process.send?.({ milliseconds, logits: [...logits] } satisfies Told)
  })
  process.send?.(about)
}
