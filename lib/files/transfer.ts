// Brings the bytes of a file from its server, by as many connections as that takes.

import { setTimeout as pause } from 'node:timers/promises'
import type { RequestInit, Response } from 'undici'
import { TorchError } from '../errors.js'
import type { OnProgress } from '../progress/index.js'
import { amount, type Body, bodyOf, Failure, tagOf, totalOf, unreachable } from './http-answer.js'
import { PartialFile } from './partial-file.js'
import { quoted } from './shown.js'

/** What is to be fetched. */
export interface Job {
  readonly url: string
  /** An absolute path. */
  readonly target: string
  readonly task: string
  readonly onProgress: OnProgress | undefined
  readonly signal: AbortSignal | undefined
  readonly stallMs: number
  readonly answerMs: number
  readonly byHand: string
}

/**
 * How many connections in a row may fail without a new byte. A connection that is cut or cannot be made before
 * the first byte of a call is the only one.
 */
const TRIES: Readonly<Record<Failure['kind'], number>> = {
  cut: 5,
  unreachable: 5,
  silent: 1,
  busy: 3,
  refused: 1,
}

const REPORT_MS = 100

/** The answer to one request: the bytes of the file from `start` on. */
interface Answer {
  readonly part: PartialFile
  readonly start: number
  readonly total: number | undefined
  readonly body: Body
}

export class Transfer {
  /** What came. The caller gives it back or away. */
  part: PartialFile | undefined
  readonly #job: Job
  readonly #request: (init: RequestInit) => Promise<Response>
  readonly #told = { done: 0, at: -Infinity }
  /** Bytes that the latest connection added to the part. */
  #brought = 0

  constructor(job: Job, request: (init: RequestInit) => Promise<Response>) {
    this.#job = job
    this.#request = request
  }

  async whole(): Promise<PartialFile> {
    this.part = await PartialFile.claim(this.#job.target)
    // Where the server always starts again, only what goes beyond an earlier connection is progress.
    for (let most = 0, fruitless = 0; ; ) {
      try {
        return await this.#connect()
      } catch (thrown) {
        if (!(thrown instanceof Failure)) throw thrown
        const size = this.part?.size ?? 0
        const isProgress = this.#brought > 0 && size > most
        fruitless = isProgress ? 0 : fruitless + 1
        if (isProgress) most = size
        const tries = most > 0 || thrown.kind === 'busy' ? TRIES[thrown.kind] : 1
        if (fruitless >= tries) throw this.#final(thrown)
        await this.#rest(250 * Math.max(1, fruitless))
      }
    }
  }

  async #connect(): Promise<PartialFile> {
    stopIfAborted(this.#job)
    this.#brought = 0
    const controller = new AbortController()
    const stop = (): void => controller.abort()
    this.#job.signal?.addEventListener('abort', stop)
    try {
      return await this.#receive(await this.#ask(controller), controller)
    } finally {
      this.#job.signal?.removeEventListener('abort', stop)
      controller.abort() // an answer is not always read to its end
    }
  }

  async #receive({ part, start, total, body }: Answer, controller: AbortController): Promise<PartialFile> {
    const before = part.size
    const broken = (): string => `the connection broke off after ${amount(part.size, total)}`
    for (let offset = start; ; ) {
      const { done, value } = await this.#heard(controller, () => body.read(), broken)
      if (done) break
      await part.write(offset, value)
      offset += value.length
      this.#brought = part.size - before
      this.#tell(part.size, total)
    }
    if (part.size !== (total ?? part.size)) throw new Failure('cut', broken())
    this.#job.onProgress?.({ task: this.#job.task, done: part.size, total: part.size })
    return part
  }

  /** Asks for the rest of the part, or for the whole file where there is no part that can be continued. */
  async #ask(controller: AbortController): Promise<Answer> {
    const { part } = this
    const isBegun = part !== undefined && part.tag !== undefined && part.size > 0
    // The last byte is asked for once more: a part may be complete, and no byte is no range.
    const start = isBegun ? part.size - 1 : 0
    const headers = { 'accept-encoding': 'identity', ...(isBegun && { range: `bytes=${start}-` }) }
    const response = await this.#heard(controller, () =>
      this.#request({ headers, signal: controller.signal }),
    )
    const { status } = response
    if (isBegun && (status === 206 || status === 416)) {
      const total = totalOf(response, start)
      const isSame = status === 206 && tagOf(this.#job.url, response, total) === part.tag
      if (isSame) return { part, start, total, body: bodyOf(response) }
      await response.body?.cancel().catch(() => undefined)
      await part.remove()
      this.part = undefined
      return this.#ask(controller)
    }
    if (status !== 200) throw new Failure(status >= 500 ? 'busy' : 'refused', `the server answered ${status}`)
    const length = response.headers.get('content-length')
    const total = length === null ? undefined : Number(length)
    const answer = { start: 0, total, body: bodyOf(response) }
    await part?.remove()
    this.part = await PartialFile.create(this.#job.target, tagOf(this.#job.url, response, total))
    return { part: this.part, ...answer }
  }

  /**
   * Awaits something from the server, but not for ever.
   *
   * @param broken Words a failure; without it, no answer had begun.
   */
  async #heard<T>(
    controller: AbortController,
    operation: () => Promise<T>,
    broken?: () => string,
  ): Promise<T> {
    const ms = broken === undefined ? this.#job.answerMs : this.#job.stallMs
    let isSilent = false
    const timer = setTimeout(() => {
      isSilent = true
      controller.abort()
    }, ms)
    try {
      return await operation()
    } catch (thrown) {
      stopIfAborted(this.#job)
      if (isSilent) throw new Failure('silent', `nothing came for ${ms / 1000} s`, thrown)
      if (broken) throw new Failure('cut', broken(), thrown)
      throw new Failure('unreachable', unreachable(thrown), thrown)
    } finally {
      clearTimeout(timer)
    }
  }

  #tell(done: number, total: number | undefined): void {
    const now = performance.now()
    if (total === undefined || done >= total || done < this.#told.done || now < this.#told.at + REPORT_MS)
      return
    Object.assign(this.#told, { done, at: now })
    this.#job.onProgress?.({ task: this.#job.task, done, total })
  }

  async #rest(ms: number): Promise<void> {
    const { signal } = this.#job
    try {
      await pause(ms, undefined, signal && { signal })
    } catch {
      stopIfAborted(this.#job)
    }
  }

  #final(failure: Failure): TorchError {
    const { kind, message } = failure
    const isKept = this.part?.tag !== undefined && this.part.size > 0 && kind !== 'busy' && kind !== 'refused'
    const kept = isKept ? '; what came is kept, and the same call goes on from there' : ''
    return downloadError(this.#job, `${message}${kept}`, failure)
  }
}

/** @throws TorchError ABORTED where the signal asks for it. */
export function stopIfAborted({ signal, task }: Pick<Job, 'signal' | 'task'>): void {
  if (signal?.aborted)
    throw new TorchError('ABORTED', `${task} was stopped by its signal`, { cause: signal.reason })
}

export function downloadError({ url, byHand }: Job, reason: string, cause?: unknown): TorchError {
  return new TorchError('DOWNLOAD', `Cannot fetch ${quoted(url)}: ${reason}. ${byHand}`, { cause })
}
