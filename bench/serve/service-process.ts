// A service in a process of its own with a client in another, and what a load costs the one and shows the other.

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expectedOf, type NetworkChoice, saveDistinctiveBundle } from './bundles.js'
import { Child } from './child.js'
import type { ClientSettings, Load, Seen } from './load.js'
import type { ProcessCost } from './probe.js'

const at = (name: string): URL => new URL(name, import.meta.url)
const SERVICE = at('../../examples/03-serve/main.ts')
const PEER = at('onnxruntime-service.ts')

export type Measured = Seen & ProcessCost

export interface QueueSettings {
  readonly maxBatch: number
  readonly maxQueue: number
}

export interface PeerSettings {
  /** An .onnx file for photographs of `size` pixels a side. */
  readonly model: string
  readonly size: number
  /** A folder where onnxruntime-node is installed. */
  readonly onnxruntime: string
}

export class MeasuredService {
  readonly #service: Child
  readonly #client: Child

  private constructor(service: Child, client: Child) {
    this.#service = service
    this.#client = client
  }

  /** The service of the examples on a network with random weights, whose answers to these photographs are known. */
  static async start(
    folder: string,
    network: NetworkChoice,
    photographs: readonly Buffer[],
    { maxBatch, maxQueue }: QueueSettings,
  ): Promise<MeasuredService> {
    const bundle = join(folder, `${network.architecture}.safetensors`)
    await saveDistinctiveBundle(bundle, network, photographs)
    const known = join(folder, `${network.architecture}.json`)
    const expected = await expectedOf(bundle, photographs)
    await writeFile(known, JSON.stringify({ photographs: encoded(photographs), expected }))
    const limits = ['--max-batch', String(maxBatch), '--max-queue', String(maxQueue)]
    const args = ['--model', bundle, '--port', '0', ...limits]
    return MeasuredService.#between(new Child(SERVICE, args, [at('probe.ts')]), known)
  }

  /** onnxruntime-node on an .onnx file behind a bare HTTP server; its answers are not compared. */
  static async startPeer(
    folder: string,
    { model, size, onnxruntime }: PeerSettings,
    photographs: readonly Buffer[],
  ): Promise<MeasuredService> {
    const known = join(folder, 'peer.json')
    const expected = { probabilities: [], halfGaps: [] }
    await writeFile(known, JSON.stringify({ photographs: encoded(photographs), expected }))
    return MeasuredService.#between(
      new Child(PEER, [model, String(size), onnxruntime], [at('probe.ts')]),
      known,
    )
  }

  static async #between(service: Child, known: string): Promise<MeasuredService> {
    const [address] = (await service.says(/http:\/\/127\.0\.0\.1:\d+(?=[^\d])/)) as unknown as [string]
    const settings: ClientSettings = { address, photographs: known }
    return new MeasuredService(service, new Child(at('client.ts'), [JSON.stringify(settings)]))
  }

  async load(load: Extract<Load, { kind: 'open' | 'closed' | 'single' }>): Promise<Measured> {
    await this.#service.ask('begin')
    const seen = await this.#client.ask<Seen>(load)
    return { ...seen, ...(await this.#service.ask<ProcessCost>('cost')) }
  }

  /** Milliseconds until a request is answered within `withinMs` again; null where that took more than ten seconds. */
  async recovery(withinMs: number): Promise<number | null> {
    // Infinity does not travel as JSON.
    return this.#client.ask<number | null>({ kind: 'recovery', withinMs, patienceMs: 10_000 })
  }

  /** @returns the service's exit code */
  async end(): Promise<number | null> {
    await this.#client.end()
    return this.#service.end()
  }
}

function encoded(photographs: readonly Buffer[]): string[] {
  return photographs.map((photograph) => photograph.toString('base64'))
}
