// A service on a predictor that stands in: the test says when it answers.

import type { AddressInfo } from 'node:net'
import { type Candidate, OverloadedError, TorchError } from '@facecls/torch'
import sharp from 'sharp'
import { onTestFinished } from 'vitest'
import { Service } from '../../examples/03-serve/service.js'
import type { ServedPredictor, ServiceSettings } from '../../examples/03-serve/settings.js'

export const settings: ServiceSettings = { maxQueue: 4, maxBatch: 2, deadlineMs: 1000, maxBytes: 20_000 }

type Stats = ReturnType<ServedPredictor['stats']>
const STATS: Stats = {
  ...{ accepted: 0, answered: 0, refused: 0, aborted: 0, expired: 0, failed: 0 },
  ...{ waiting: 3, batches: 4, meanBatchSize: 1.5, meanBatchMs: 700, latencyMs: null },
}

/** Answers with the photograph's length as its name. A photograph that was told to fail throws instead. */
export class StandInPredictor {
  readonly classes = ['anna', 'ben']
  readonly device = { name: 'cpu', reason: 'it stands in' }
  /** Calls that wait for `answer`. */
  readonly waiting: (() => void)[] = []
  readonly failures = new Map<number, unknown>()
  isSlow = false
  isClosed = false
  asked: readonly { top?: number; deadlineMs?: number }[] = []
  /** Told when a call begins to wait. */
  onWaiting = (): void => {}

  async classify(photograph: Buffer, options: { top: number; signal: AbortSignal }): Promise<Candidate[]> {
    this.asked = [...this.asked, options]
    await this.#turn(options.signal)
    if (this.failures.has(photograph.length)) throw this.failures.get(photograph.length)
    return [{ identity: `<b>${photograph.length}</b>`, probability: 0.75 }]
  }

  async verify(
    one: Buffer,
    other: Buffer,
    { threshold, signal }: { threshold?: number; signal: AbortSignal },
  ) {
    await this.#turn(signal)
    if (threshold === undefined) throw new TypeError('no threshold')
    const similarity = one.length === other.length ? 1 : 0
    return { similarity, threshold, same: similarity >= threshold }
  }

  stats(): Stats {
    return STATS
  }

  async close(): Promise<void> {
    this.isClosed = true
  }

  /** Lets all go on that wait. */
  answer(): void {
    for (const go of this.waiting.splice(0)) go()
  }

  async waitsFor(calls: number): Promise<void> {
    while (this.waiting.length < calls)
      await new Promise<void>((resolve) => {
        this.onWaiting = resolve
      })
  }

  async #turn(signal: AbortSignal): Promise<void> {
    if (!this.isSlow) return
    await new Promise<void>((resolve, reject) => {
      this.waiting.push(resolve)
      this.onWaiting()
      signal.addEventListener('abort', () => reject(new TorchError('ABORTED', 'stopped by its signal')))
    })
  }
}

export const overloaded = (): OverloadedError => new OverloadedError(7, 2500)

export interface Served {
  readonly service: Service
  readonly predictor: StandInPredictor
  /** 'http://127.0.0.1:<port>' */
  readonly address: string
  readonly failures: unknown[]
}

/** Listens on a free port; ends with the test. */
export async function served(changed: Partial<ServiceSettings> = {}, isOpen = true): Promise<Served> {
  const failures: unknown[] = []
  const service = await Service.create({ ...settings, ...changed }, (thrown) => failures.push(thrown))
  const predictor = new StandInPredictor()
  if (isOpen) service.open(asServed(predictor))
  await service.app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = service.app.server.address() as AddressInfo
  onTestFinished(async () => {
    predictor.answer()
    await service.drain(0)
  })
  return { service, predictor, address: `http://127.0.0.1:${port}`, failures }
}

export function asServed(predictor: StandInPredictor): ServedPredictor {
  return predictor as unknown as ServedPredictor
}

export async function jpeg(width = 40, height = 30): Promise<Buffer> {
  const background = { r: 90, g: 120, b: 30 }
  return sharp({ create: { width, height, channels: 3, background } })
    .jpeg()
    .toBuffer()
}

export function post(url: string, body: Buffer | FormData, type = 'image/jpeg'): Promise<Response> {
  if (body instanceof FormData) return fetch(url, { method: 'POST', body })
  return fetch(url, { method: 'POST', body: new Uint8Array(body), headers: { 'content-type': type } })
}

export function form(...photographs: readonly Buffer[]): FormData {
  const made = new FormData()
  for (const [index, photograph] of photographs.entries())
    made.append(`photograph${index}`, new Blob([new Uint8Array(photograph)]), 'face.jpg')
  return made
}
