// How far pip is: it says the size of each wheel when it begins it, and the rest shows in the files that grow.

import { readdirSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { OnProgress } from '../../progress/index.js'

const WATCH_MS = 500

export class WheelProgress {
  readonly #folders: readonly string[]
  readonly #expected: number
  readonly #onProgress: OnProgress | undefined
  readonly #watch: NodeJS.Timeout
  #done = 0
  #announced = 0

  /**
   * @param folders Where wheels lie, those on their way included.
   * @param expected About the bytes of all of them.
   */
  constructor(folders: readonly string[], expected: number, onProgress: OnProgress | undefined) {
    this.#folders = folders
    this.#expected = expected
    this.#onProgress = onProgress
    this.#watch = setInterval(() => this.#look(), WATCH_MS)
  }

  /** @param line Of what pip writes. */
  hear(line: string): void {
    const [, amount, unit = ''] = /^\s*Downloading .*\(([\d.]+) ([kMG]?)B\)/.exec(line) ?? []
    if (amount !== undefined) this.#announced += Number(amount) * ({ k: 1e3, M: 1e6, G: 1e9 }[unit] ?? 1)
  }

  end(): void {
    clearInterval(this.#watch)
  }

  #look(): void {
    // A wheel that pip moves is missing for a moment.
    this.#done = Math.max(this.#done, bytesIn(this.#folders))
    const total = Math.max(this.#announced, this.#done, this.#expected)
    if (this.#done > 0) this.#onProgress?.({ task: 'Fetching the wheels by pip', done: this.#done, total })
  }
}

/** A wheel that pip copies lies in two places, and counts once. */
function bytesIn(folders: readonly string[]): number {
  const sizes = new Map<string, number>()
  for (const folder of folders) {
    try {
      for (const entry of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
        const name = basename(entry)
        const stats = statSync(join(folder, entry), { throwIfNoEntry: false })
        if (name.endsWith('.whl') && stats?.isFile())
          sizes.set(name, Math.max(sizes.get(name) ?? 0, stats.size))
      }
    } catch {
      // pip removes its temporary folders while they are read.
    }
  }
  return [...sizes.values()].reduce((sum, size) => sum + size, 0)
}
