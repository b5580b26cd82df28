// A part whose lives begin and end within one process, which must not grow and ends by itself.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { growthOf, type Sample } from './growth.js'
import { type Outcome, type PartOptions, wrongEnd } from './part.js'
import { type Line, watchedProcess } from './watched-process.js'

interface Planned {
  readonly part: string
  readonly program: string
  /** What the program is to do, as JSON; it tells a sample after each. */
  readonly rounds: readonly (readonly object[])[]
}

export async function inOneProcess(
  options: PartOptions,
  { part, program, rounds }: Planned,
): Promise<Outcome> {
  const { folder, count, onProgress, signal } = options
  const begun = performance.now()
  const findings: string[] = []
  const samples: Sample[] = []
  let done: Line['done']
  const find = (finding: string) => {
    findings.push(finding)
    onProgress(`FINDING ${part}: ${finding}`)
  }
  const onLine = (line: Line) => {
    if (line.finding !== undefined) find(line.finding)
    if (line.done !== undefined) done = line.done
    if (line.sample === undefined) return
    samples.push(line.sample)
    onProgress(`${part}: ${line.sample.at} of ${count}, ${(line.sample.rss / 1e6).toFixed(0)} MB`)
  }
  const plan = join(folder, 'plan.json')
  writeFileSync(plan, JSON.stringify(rounds))
  const end = await watchedProcess({ ...options, program, args: [folder, plan], onLine })
  const growth = growthOf(samples)
  if (!signal?.aborted) {
    const wrong = wrongEnd(end, { exitCode: 0, signal: null })
    if (wrong !== null) find(wrong)
    else if (done?.lives !== count) find(`it ended after ${done?.lives} of ${count}`)
    growth.findings.forEach(find)
  }
  return {
    part,
    lives: done?.lives ?? samples.at(-1)?.at ?? 0,
    seconds: (performance.now() - begun) / 1000,
    slowestEndMilliseconds: end.slowestMilliseconds,
    growth: samples.length > 0 ? growth : null,
    answers: done?.answers ?? null,
    findings,
  }
}

export function inRounds<Life>(lives: readonly Life[], size: number): Life[][] {
  const rounds: Life[][] = []
  for (let first = 0; first < lives.length; first += size) rounds.push(lives.slice(first, first + size))
  return rounds
}
