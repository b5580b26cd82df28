// Runs a program of this folder and watches it: what it tells, how it ends, and that nothing takes longer than it may.
//
// A program tells what it is about to end ({ ending: name }) and that it has ended ({ ended: name }). Its own end is one of these names.

import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Sample } from './growth.js'

export interface Line {
  busy?: boolean
  ending?: string
  ended?: string
  finding?: string
  sample?: Sample
  done?: Record<string, number>
}

export interface Limits {
  /** Milliseconds that an end may take. */
  readonly hang: number
  /** Milliseconds that a program may tell nothing. */
  readonly silence: number
}

export interface Watched extends Limits {
  readonly program: string
  readonly args: readonly string[]
  readonly signal?: AbortSignal | undefined
  onLine?(line: Line): void
}

/** How a process ended. */
export interface ProcessEnd {
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | null
  /** What it wrote to its error output. */
  readonly errors: string
  /** What did not end in time, or null. */
  readonly hung: string | null
  /** The longest that anything took from its ending to its end. */
  readonly slowestMilliseconds: number
}

export function watchedProcess(watched: Watched): Promise<ProcessEnd> {
  const { program, args, signal, onLine } = watched
  const file = fileURLToPath(new URL(program, import.meta.url))
  const child = spawn(process.execPath, ['--expose-gc', file, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  const abort = () => child.kill('SIGKILL')
  signal?.addEventListener('abort', abort, { once: true })
  let hung: string | null = null
  const endings = new Endings(watched, (what) => {
    hung ??= what
    child.kill('SIGKILL')
  })
  let errors = ''
  child.stderr.on('data', (text) => {
    errors += text
  })
  createInterface(child.stdout).on('line', (text) => {
    const line = JSON.parse(text) as Line
    endings.tell(line)
    onLine?.(line)
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (exitCode, signalled) => {
      signal?.removeEventListener('abort', abort)
      endings.stop()
      const { slowestMilliseconds } = endings
      resolve({ exitCode, signal: signalled, errors, hung, slowestMilliseconds })
    })
  })
}

/** Times what is ending. */
class Endings {
  slowestMilliseconds = 0
  readonly #limits: Limits
  readonly #onHang: (what: string) => void
  readonly #begun = new Map<string, { at: number; timer: NodeJS.Timeout }>()
  #silence: NodeJS.Timeout | undefined

  constructor(limits: Limits, onHang: (what: string) => void) {
    this.#limits = limits
    this.#onHang = onHang
    this.tell({})
  }

  tell({ ending, ended }: Line): void {
    const { hang, silence } = this.#limits
    clearTimeout(this.#silence)
    this.#silence = setTimeout(() => this.#onHang(`nothing was told for ${silence / 1000} s`), silence)
    if (ending !== undefined) {
      const timer = setTimeout(() => this.#onHang(`${ending} did not end within ${hang / 1000} s`), hang)
      this.#begun.set(ending, { at: performance.now(), timer })
    }
    if (ended !== undefined) this.#end(ended)
  }

  /** The process has ended, and with it all that was ending. */
  stop(): void {
    clearTimeout(this.#silence)
    for (const name of [...this.#begun.keys()]) this.#end(name)
  }

  #end(name: string): void {
    const begun = this.#begun.get(name)
    if (begun === undefined) return
    clearTimeout(begun.timer)
    this.#begun.delete(name)
    this.slowestMilliseconds = Math.max(this.slowestMilliseconds, performance.now() - begun.at)
  }
}
