// A queue of requests on a model and a clock that stand in.

import { type QueueLimits, RequestQueue } from '../../lib/inference/queue.js'
import { StandInClock, StandInModel } from './stand-in-model.js'

export function opened(limits: Partial<QueueLimits> = {}) {
  const model = new StandInModel()
  const clock = new StandInClock()
  const queue = new RequestQueue(model, { maxBatch: 4, maxDelayMs: 5, maxQueue: 8, ...limits }, clock)
  return { model, clock, queue }
}

export const names = (count: number, from = 0) => Array.from({ length: count }, (_, i) => `p${from + i}`)
export const answers = (given: readonly string[]) => given.map((name) => `answer to ${name}`)
