// Tries one input after another, two at a time, and packs the folders that they lie in.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { messageOf } from '../../lib/errors.js'
import type { Corpus } from './corpus.js'
import { DecoderProcess } from './decoder-process.js'
import type { CleanUps, Input } from './input.js'
import { faultOf, faultOfBoth, faultOfFolder, LIMITS, type Limits, verdictOf } from './judge.js'
import { type Answer, type Question, SIZE } from './messages.js'
import { addTo, emptyTally, type Finding, type Tally } from './tally.js'

/** Inputs that make a folder. */
const FOLDER = 100
const LANES = 2
/** For each photograph of a folder, of which some take all memory and all cores. */
const FOLDER_MILLISECONDS = 2000

export interface Campaign {
  readonly corpus: Corpus
  readonly seed: number
  readonly indices: readonly number[]
  /** The folder for the inputs of findings, or null. */
  readonly keep?: string | null
  readonly limits?: Limits
  readonly program?: URL
  readonly signal?: AbortSignal
  readonly onInput?: (tally: Tally) => void
  readonly onFinding?: (finding: Finding) => void
}

export async function campaign(wanted: Campaign): Promise<Tally> {
  const { indices, signal } = wanted
  const tally = emptyTally(wanted.seed)
  const start = performance.now()
  const groups = Array.from({ length: Math.ceil(indices.length / FOLDER) }, (_, group) =>
    indices.slice(group * FOLDER, (group + 1) * FOLDER),
  )
  const lane = async () => {
    const session = new Session(wanted, tally)
    try {
      for (let group = groups.shift(); group !== undefined && !signal?.aborted; group = groups.shift())
        await session.tryGroup(group)
    } finally {
      await session.close()
    }
  }
  await Promise.all(Array.from({ length: LANES }, lane))
  tally.seconds = (performance.now() - start) / 1000
  return tally
}

/** One process that decodes, and what it is asked. */
class Session {
  readonly #wanted: Campaign
  readonly #tally: Tally
  readonly #limits: Limits
  readonly #process: DecoderProcess

  constructor(wanted: Campaign, tally: Tally) {
    this.#wanted = wanted
    this.#tally = tally
    this.#limits = wanted.limits ?? LIMITS
    this.#process = new DecoderProcess(wanted.program)
  }

  close(): Promise<void> {
    return this.#process.close()
  }

  async tryGroup(group: readonly number[]): Promise<void> {
    const root = mkdtempSync(join(tmpdir(), 'facecls-images-'))
    const cleanUps: CleanUps = []
    const refused = new Set<string>()
    try {
      for (const index of group) {
        if (this.#wanted.signal?.aborted) return
        const folder = join(root, `${index}`)
        mkdirSync(folder)
        const input = this.#wanted.corpus.input(index)
        const path = input.skipped === undefined ? await input.place(folder, cleanUps) : null
        if (path === null) this.#tally.skipped.push(`${input.what}: ${input.skipped}`)
        else if (await this.#tryPhotograph(index, input, path)) refused.add(path)
      }
      await this.#tryFolder(group, root, refused)
    } finally {
      for (const cleanUp of cleanUps) cleanUp()
      rmSync(root, { recursive: true, force: true })
    }
  }

  /** @returns whether it is refused */
  async #tryPhotograph(index: number, input: Input, path: string): Promise<boolean> {
    const answers: (Answer | string)[] = []
    let fault: string | null = null
    for (const targetSize of [null, SIZE]) {
      const question: Question = { kind: 'photograph', path, targetSize }
      const answer = await this.#askTwice(question, (given) =>
        faultOf(path, input.expected, given, this.#limits),
      )
      const found = faultOf(path, input.expected, answer, this.#limits)
      fault ??= found === null ? null : `${targetSize === null ? 'at full size' : 'shrunk'} ${found}`
      answers.push(answer)
    }
    const [full, shrunk] = answers as [Answer | string, Answer | string]
    if (typeof full !== 'string' && typeof shrunk !== 'string')
      fault ??= faultOfBoth(full.outcome, shrunk.outcome)
    const printed = this.#process.takePrinted()
    if (printed !== '') fault ??= `it makes a library print: ${printed.trim()}`
    addTo(this.#tally, index, input, [full, shrunk])
    if (fault !== null) await this.#found(index, input, fault)
    this.#wanted.onInput?.(this.#tally)
    return typeof shrunk !== 'string' && verdictOf(shrunk.outcome) === 'refused'
  }

  /** Again where something is wrong, in a fresh process: a busy machine or an earlier input is no fault of this one. */
  async #askTwice(
    question: Question,
    faultIn: (answer: Answer | string) => string | null,
  ): Promise<Answer | string> {
    const limit = 3 * this.#limits.milliseconds
    const answer = await this.#process.ask(question, limit)
    if (faultIn(answer) === null) return answer
    await this.#process.close()
    return await this.#process.ask(question, limit)
  }

  async #tryFolder(group: readonly number[], root: string, refused: ReadonlySet<string>): Promise<void> {
    const limit = 10_000 + group.length * FOLDER_MILLISECONDS
    const answer = await this.#process.ask({ kind: 'folder', path: root }, limit)
    const isEmpty = typeof answer !== 'string' && answer.outcome.kind === 'threw' && group.length < FOLDER
    if (isEmpty) return // a few inputs may hold no photograph, which FaceDataset refuses
    this.#tally.folders++
    if (typeof answer !== 'string') {
      this.#tally.folderSeconds = Math.max(this.#tally.folderSeconds, answer.milliseconds / 1000)
      this.#tally.folderBytes = Math.max(this.#tally.folderBytes, answer.growthBytes)
    }
    const fault = faultOfFolder(answer, refused)
    if (fault === null) return
    const index = group[0] as number
    this.#report({
      index,
      kind: 'folder',
      what: `inputs ${index} to ${group.at(-1)} in a folder`,
      note: fault,
      file: null,
    })
  }

  async #found(index: number, input: Input, note: string): Promise<void> {
    const { keep } = this.#wanted
    let file: string | null = null
    if (keep != null) {
      const folder = join(keep, `${this.#wanted.seed}-${index}`)
      mkdirSync(folder, { recursive: true })
      try {
        file = await input.place(folder, [])
      } catch (thrown) {
        writeFileSync(join(folder, 'not-kept.txt'), messageOf(thrown))
      }
    }
    this.#report({ index, kind: input.kind, what: input.what, note, file })
  }

  #report(finding: Omit<Finding, 'seed'>): void {
    const found = { seed: this.#wanted.seed, ...finding }
    this.#tally.findings.push(found)
    this.#wanted.onFinding?.(found)
  }
}
