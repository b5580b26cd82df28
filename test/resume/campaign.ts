// Kills and stops a training again and again, resumes it each time, and compares its end with that of one left in peace.

import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, type FSWatcher, mkdirSync, readdirSync, readFileSync, rmSync, watch } from 'node:fs'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { Random } from '../fuzz/random.js'

const CHILD = fileURLToPath(new URL('child.ts', import.meta.url))
const TEMPORARY = /^\.step-.*\.tmp$/

export interface CampaignOptions {
  /** A folder of its own, with the photographs in `photographs`. */
  readonly folder: string
  readonly epochs: number
  /** Times that it is killed, by SIGKILL. */
  readonly kills: number
  /** Of these, those that have to fall between the creation of a checkpoint's temporary file and its renaming. */
  readonly killsWhileSaving: number
  /** Runs that are each stopped once, by SIGTERM after a random step, and resumed. */
  readonly stops: number
  readonly seed: number
  readonly onProgress: (line: string) => void
}

export interface Outcome {
  readonly kills: number
  readonly killsWhileSaving: number
  readonly stops: number
  /** Steps of the run. */
  readonly steps: number
  /** What went wrong, one line each. */
  readonly findings: readonly string[]
}

interface Line {
  checkpoint?: string
  resumed?: string
  step?: number
  loss?: number
  warning?: string
  end?: string
}

/** One life of the process. */
interface Life {
  readonly lines: readonly Line[]
  /** What a step lost, by its number. */
  readonly losses: ReadonlyMap<number, number>
  readonly exitCode: number | null
  readonly errors: string
}

/** Called for what the process does, so that it can be ended at a moment. */
interface Moments {
  onLine?(line: Line, child: ChildProcess): void
  /** A checkpoint is being written under a temporary name. */
  onTemporary?(child: ChildProcess): void
}

export async function campaign(options: CampaignOptions): Promise<Outcome> {
  const { folder, epochs, onProgress } = options
  const whole = join(folder, 'whole')
  const left = await live(options, whole, {})
  if (left.lines.at(-1)?.end !== 'completed') throw new Error(`The training failed: ${left.errors}`)
  const steps = Math.max(...left.losses.keys())
  onProgress(`Left in peace: ${steps} steps in ${epochs} epochs.`)
  const findings: string[] = []
  const killed = await killing(options, { whole, losses: left.losses, steps, findings })
  for (let stop = 0; stop < options.stops; stop++)
    await stopping(options, stop, { whole, losses: left.losses, steps, findings })
  return { ...killed, stops: options.stops, steps, findings }
}

interface Truth {
  /** The folder of the run that was left in peace. */
  readonly whole: string
  readonly losses: ReadonlyMap<number, number>
  readonly steps: number
  readonly findings: string[]
}

/** Kills runs until there were enough kills, each run until it ends. */
async function killing(
  options: CampaignOptions,
  truth: Truth,
): Promise<{ kills: number; killsWhileSaving: number }> {
  const random = new Random('kills', options.seed, 0)
  let kills = 0
  let killsWhileSaving = 0
  for (let run = 0; kills < options.kills || killsWhileSaving < options.killsWhileSaving; run++) {
    const output = join(options.folder, `killed-${run}`)
    let announced = 0
    for (let ended = false; !ended; ) {
      const wantsMore = kills < options.kills || killsWhileSaving < options.killsWhileSaving
      const life = await live(options, output, wantsMore ? killer(random) : {})
      judge(life, { announced, output }, truth)
      announced = Math.max(announced, ...life.lines.map(stepOf))
      ended = life.exitCode !== null
      if (ended) break
      kills++
      if (readdirSync(join(output, 'checkpoints')).some((name) => TEMPORARY.test(name))) killsWhileSaving++
      options.onProgress(
        `${kills} kills, ${killsWhileSaving} of them while a checkpoint was saved; step ${announced}`,
      )
    }
    compare(output, truth)
    rmSync(output, { recursive: true })
  }
  return { kills, killsWhileSaving }
}

/** Of six lives in ten the end comes while a checkpoint is written, of the others at any time after their first one. */
function killer(random: Random): Moments {
  const after = 1 + random.below(3)
  const whileSaving = random.below(10) < 6
  const delay = random.below(60) // milliseconds
  let whole = 0
  return {
    onLine(line, child) {
      if (line.checkpoint === undefined || ++whole !== after || whileSaving) return
      setTimeout(() => child.kill('SIGKILL'), delay)
    },
    onTemporary(child) {
      if (whileSaving && whole >= after) child.kill('SIGKILL')
    },
  }
}

/** Stops a run by SIGTERM after a random step. */
async function stopping(options: CampaignOptions, number: number, truth: Truth): Promise<void> {
  const random = new Random('stops', options.seed, number)
  const output = join(options.folder, `stopped-${number}`)
  const after = 1 + random.below(truth.steps - 1)
  const stopped = await live(options, output, {
    onLine: ({ step }, child) => {
      if (step === after) child.kill('SIGTERM')
    },
  })
  const last = Math.max(...stopped.losses.keys())
  if (stopped.lines.at(-1)?.end === 'aborted' && last > after + 1)
    truth.findings.push(`stop ${number}: asked after step ${after}, made ${last - after} steps more`)
  judge(stopped, { announced: 0, output }, truth)
  const resumed = await live(options, output, {})
  judge(resumed, { announced: Math.max(...stopped.lines.map(stepOf)), output }, truth)
  compare(output, truth)
  rmSync(output, { recursive: true })
  options.onProgress(`Stop ${number + 1} of ${options.stops}, after step ${after}.`)
}

/** Looks at one life: where it went on, and whether its losses are those of the run that was left in peace. */
function judge(
  { lines, losses, exitCode, errors }: Life,
  { announced, output }: { announced: number; output: string },
  { losses: expected, findings }: Truth,
): void {
  if (exitCode !== null && exitCode !== 0) findings.push(`${output}: exit code ${exitCode}, ${errors}`)
  const resumed = lines.find((line) => line.resumed !== undefined)
  if (announced > 0 && (resumed?.step ?? -1) < announced)
    findings.push(`${output}: step ${announced} was announced, but it went on from step ${resumed?.step}`)
  for (const { warning } of lines)
    if (warning === 'checkpoint_damaged') findings.push(`${output}: a checkpoint was damaged`)
  for (const [step, loss] of losses)
    if (!Object.is(loss, expected.get(step)))
      findings.push(`${output}: the loss of step ${step} is ${loss}, not ${expected.get(step)}`)
}

/** The files that a run ends with are those of the run that was left in peace, byte for byte. */
function compare(output: string, { whole, findings }: Truth): void {
  for (const name of ['best.safetensors', 'last.safetensors', 'history.csv']) {
    const [ours, theirs] = [output, whole].map((folder) =>
      createHash('sha256')
        .update(readFileSync(join(folder, name)))
        .digest('hex'),
    )
    if (ours !== theirs) findings.push(`${output}: ${name} is another one`)
  }
}

/** The step of a checkpoint's line, else 0. */
function stepOf({ checkpoint }: Line): number {
  return checkpoint === undefined ? 0 : Number(/step-(\d+)/.exec(checkpoint)?.[1])
}

/** Runs the process until it ends, by itself or not. */
async function live(
  { folder, epochs }: CampaignOptions,
  output: string,
  { onLine, onTemporary }: Moments,
): Promise<Life> {
  const checkpoints = join(output, 'checkpoints')
  mkdirSync(output, { recursive: true })
  const argv = ['--import', 'tsx', CHILD, join(folder, 'photographs'), output, `${epochs}`, '2']
  const child = spawn(process.execPath, argv, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, FACECLS_PACKS: join(folder, 'packs') },
  })
  const watcher = watchFolder(checkpoints, (name) => {
    if (TEMPORARY.test(name) && readdirSync(checkpoints).includes(name)) onTemporary?.(child)
  })
  const lines: Line[] = []
  const losses = new Map<number, number>()
  let errors = ''
  child.stderr.on('data', (text) => {
    errors += text
  })
  createInterface(child.stdout).on('line', (text) => {
    // The last line of a killed process may be half a line.
    const line = text.endsWith('}') ? (JSON.parse(text) as Line) : {}
    lines.push(line)
    if (line.loss !== undefined) losses.set(line.step as number, line.loss)
    onLine?.(line, child)
  })
  const exitCode = await new Promise<number | null>((resolve) => child.on('close', resolve))
  watcher.close()
  return { lines, losses, exitCode, errors }
}

/** Tells of names that come and go in a folder, which may come later than the one that it is in. */
function watchFolder(folder: string, onChange: (name: string) => void): { close(): void } {
  let inner: FSWatcher | undefined
  const begin = () => {
    if (inner === undefined && existsSync(folder))
      inner = watch(folder, (_event, name) => onChange(name ?? ''))
  }
  const outer = watch(dirname(folder), begin)
  begin()
  return {
    close() {
      outer.close()
      inner?.close()
    },
  }
}
