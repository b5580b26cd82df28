// What the service counts, in the text format of Prometheus.

import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { RefusalCode } from './refusal.js'
import type { ServedPredictor } from './settings.js'

export type Outcome = 'answered' | Lowercase<RefusalCode>

export interface Metrics {
  readonly registry: Registry
  /** A request of a route was answered, refused or given up by its client. */
  ended(route: string, outcome: Outcome, seconds: number): void
}

/** From a photograph alone on a GPU to one that waits for a full queue on a processor, in seconds. */
const LATENCIES = [0.005, 0.01, 0.02, 0.035, 0.05, 0.1, 0.2, 0.35, 0.5, 1, 2, 3.5, 5, 10]

/** @param predictor null while the model is being opened. */
export function createMetrics(predictor: () => ServedPredictor | null): Metrics {
  const registry = new Registry()
  const registers = [registry]
  // The process itself: event loop lag, memory, garbage collection, open files.
  collectDefaultMetrics({ register: registry })
  const requests = new Counter({
    name: 'facecls_requests_total',
    help: 'Requests for photographs by route and outcome',
    labelNames: ['route', 'outcome'] as const,
    registers,
  })
  const latency = new Histogram({
    name: 'facecls_request_duration_seconds',
    help: 'From the first byte of an answered request to the last of its answer',
    labelNames: ['route'] as const,
    buckets: LATENCIES,
    registers,
  })
  new Gauge({
    name: 'facecls_queue_photographs',
    help: 'Photographs that wait, those of the running batch not included',
    registers,
    collect() {
      this.set(predictor()?.stats().waiting ?? 0)
    },
  })
  addBatches(predictor, registers)
  return {
    registry,
    ended(route, outcome, seconds) {
      requests.inc({ route, outcome })
      if (outcome === 'answered') latency.observe({ route }, seconds)
    },
  }
}

/** The ratio of their rates is the mean size of a batch, and its mean duration. */
function addBatches(predictor: () => ServedPredictor | null, registers: Registry[]): void {
  const add = (name: string, help: string, read: (stats: ReturnType<ServedPredictor['stats']>) => number) => {
    new Counter({
      name,
      help,
      registers,
      collect() {
        const stats = predictor()?.stats()
        this.reset()
        this.inc(stats === undefined ? 0 : read(stats))
      },
    })
  }
  add('facecls_batches_total', 'Batches that were computed', ({ batches }) => batches)
  add('facecls_batch_photographs_total', 'Photographs in these batches', ({ batches, meanBatchSize }) =>
    Math.round(batches * meanBatchSize),
  )
  add(
    'facecls_batch_seconds_total',
    'What these batches took the network, waiting for other work of the process included',
    ({ batches, meanBatchMs }) => (batches * meanBatchMs) / 1000,
  )
}
