// Asks a process to read one file after another, and starts another one where it hangs, dies or has grown.

import { discard, type Forked, forked, reply } from './forked.js'
import { type Answer, type Question, READY } from './messages.js'

const HANG_MILLISECONDS = 10_000
const START_MILLISECONDS = 60_000
/** The peak of one file's reading would hide that of the next. */
const USED_UP_BYTES = 2 ** 25

const PROGRAM = new URL('./reading.ts', import.meta.url)

export class ReaderProcess {
  readonly #program: URL
  readonly #hang: number
  #forked: Forked | null = null
  #usedUp = false

  /** @param hang Milliseconds after which a file's reading has failed. */
  constructor(program = PROGRAM, hang = HANG_MILLISECONDS) {
    this.#program = program
    this.#hang = hang
  }

  /** The folder that the last file was read in, until the next one is read. */
  get folder(): string | null {
    return this.#forked?.folder ?? null
  }

  /** @returns How the process ended where it did not answer. */
  async read(path: string): Promise<Answer | string> {
    if (this.#usedUp) await this.close()
    this.#forked ??= await start(this.#program)
    const question: Question = { path }
    this.#forked.child.send(question)
    const answer = (await reply(this.#forked, this.#hang)) as Answer | string
    this.#usedUp = typeof answer === 'string' || answer.peakGrowthBytes > USED_UP_BYTES
    return answer
  }

  async close(): Promise<void> {
    if (this.#forked !== null) await discard(this.#forked)
    this.#forked = null
    this.#usedUp = false
  }
}

async function start(program: URL): Promise<Forked> {
  const started = forked(program)
  const first = await reply(started, START_MILLISECONDS)
  if (first !== READY) throw new Error(`The process that reads files does not start: ${first}`)
  return started
}
