// Asks a process to decode one photograph after another, and starts another one where it hangs or dies.

import { discard, type Forked, forked, reply } from '../weight-files/forked.js'
import { type Answer, type Question, READY } from './messages.js'

const START_MILLISECONDS = 120_000
const PROGRAM = new URL('./decoding.ts', import.meta.url)

export class DecoderProcess {
  readonly #program: URL
  #forked: Forked | null = null
  #printed = ''

  constructor(program = PROGRAM) {
    this.#program = program
  }

  /**
   * @param limit milliseconds until it counts as hanging
   * @returns how the process ended, or that it hangs, where it did not answer
   */
  async ask(question: Question, limit: number): Promise<Answer | string> {
    this.#forked ??= await this.#start()
    this.#forked.child.send(question)
    const answer = (await reply(this.#forked, limit)) as Answer | string
    if (typeof answer === 'string') await this.close()
    return answer
  }

  /** What it wrote to stderr since it was asked for that, where a library should write nothing. */
  takePrinted(): string {
    const printed = this.#printed
    this.#printed = ''
    return printed
  }

  async close(): Promise<void> {
    if (this.#forked !== null) await discard(this.#forked)
    this.#forked = null
  }

  async #start(): Promise<Forked> {
    const started = forked(this.#program)
    const first = await reply(started, START_MILLISECONDS)
    if (first !== READY) throw new Error(`The process that decodes does not start: ${first}`)
    started.child.stderr?.on('data', (text: string) => {
      this.#printed = (this.#printed + text).slice(0, 1000)
    })
    return started
  }
}
