// Runs a program of this folder and watches it: what it tells, how it ends, and that nothing takes longer than it may.
//
// A program tells what it is about to end ({ ending: name }) and that it has ended ({ ended: name }). Its own end is one of these names.

import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Sample } from './growth.js'
import { processorSeconds, threadsOf, waitsForProcessor } from './threads-of.js'

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
  // With an arena for each thread, what malloc keeps of freed memory would look like growth.
  const env = { MALLOC_ARENA_MAX: '1', ...process.env }
  const child = spawn(process.execPath, ['--expose-gc', file, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env,
  })
  const abort = () => child.kill('SIGKILL')
  signal?.addEventListener('abort', abort, { once: true })
  let hung: string | null = null
  const pid = child.pid as number
  const endings = new Endings(watched, pid, (what) => {
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

const LOOK_MILLISECONDS = 100

/**
 * Times what is ending. On a busy machine a second says little, so time does not count in which a thread of the process was ready
 * to run and was given no processor, nor time in which this process was given none.
 */
class Endings {
  slowestMilliseconds = 0
  readonly #limits: Limits
  readonly #pid: number
  readonly #onHang: (what: string) => void
  readonly #begun = new Map<string, { at: number; seconds: number }>()
  readonly #looking: NodeJS.Timeout
  #now = 0
  #looked = performance.now()
  #waits: ReadonlyMap<string, number> = new Map()
  #told = 0

  constructor(limits: Limits, pid: number, onHang: (what: string) => void) {
    this.#limits = limits
    this.#pid = pid
    this.#onHang = onHang
    this.#looking = setInterval(() => this.#look(), LOOK_MILLISECONDS)
  }

  tell({ ending, ended }: Line): void {
    this.#advance()
    this.#told = this.#now
    if (ending !== undefined) this.#begun.set(ending, { at: this.#now, seconds: processorSeconds(this.#pid) })
    if (ended !== undefined) this.#end(ended)
  }

  /** The process has ended, and with it all that was ending. */
  stop(): void {
    clearInterval(this.#looking)
    this.#advance()
    for (const name of [...this.#begun.keys()]) this.#end(name)
  }

  #advance(): void {
    const now = performance.now()
    const waits = waitsForProcessor(this.#pid)
    const waited = [...waits].map(([thread, nanoseconds]) => nanoseconds - (this.#waits.get(thread) ?? 0))
    const passed = Math.min(now - this.#looked, 2 * LOOK_MILLISECONDS)
    this.#now += Math.max(0, passed - Math.max(0, ...waited) / 1e6)
    this.#looked = now
    this.#waits = waits
  }

  #look(): void {
    this.#advance()
    const { hang, silence } = this.#limits
    const threads = () => `its threads: ${threadsOf(this.#pid)}`
    for (const [name, { at, seconds }] of this.#begun) {
      if (this.#now - at < hang) continue
      const used = (processorSeconds(this.#pid) - seconds).toFixed(1)
      this.#onHang(`${name} did not end within ${hang / 1000} s, ${used} s of processor time; ${threads()}`)
    }
    if (this.#now - this.#told >= silence)
      this.#onHang(`nothing was told for ${silence / 1000} s; ${threads()}`)
  }

  #end(name: string): void {
    const begun = this.#begun.get(name)
    if (begun === undefined) return
    this.#begun.delete(name)
    this.slowestMilliseconds = Math.max(this.slowestMilliseconds, this.#now - begun.at)
  }
}
