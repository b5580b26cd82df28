// One installation: an empty project, the package by one manager and in one way, a training and an answer.

import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from '../../scripts/bootstrap/run.mjs'
import type { Way } from './arguments.js'
import { emptyEnvironment, type Isolation } from './environment.js'
import { doctorProblem, trainingProblem } from './judge.js'
import type { Manager, Tarball } from './managers.js'
import type { Tarballs } from './tarballs.js'

export const STEPS = ['install', 'setup', 'doctor', 'train and classify'] as const
export type Step = (typeof STEPS)[number]

export interface Outcome {
  readonly seconds: Readonly<Partial<Record<Step, number>>>
  /** What went wrong, with what was printed; null where nothing did. */
  readonly failure: string | null
}

export interface Trial {
  readonly manager: Manager
  readonly way: Way
  /** The words that start the manager. */
  readonly program: readonly string[]
  /** An empty folder of this trial. */
  readonly folder: string
  /** What the manager keeps; filled before an installation without a network. */
  readonly store: string
  /** A project of the same manager whose lock file is taken over, or null. */
  readonly before: string | null
  readonly registry: string
  readonly tarballs: Tarballs
  /** Holds the photographs of each identity in a folder of its own. */
  readonly faces: string
  readonly isolation: Isolation
}

/** The folder of the project in that of its trial. */
export const projectOf = (folder: string): string => join(folder, 'project')

export async function attemptTrial(trial: Trial): Promise<Outcome> {
  const { manager, way, store, registry, tarballs, folder } = trial
  const seconds: Partial<Record<Step, number>> = {}
  const env = emptyEnvironment(folder)
  const timed = async (step: Step, command: readonly string[], problem: Judge = () => null) => {
    const started = performance.now()
    const output = await succeed(trial, env, command)
    seconds[step] = (performance.now() - started) / 1000
    const found = problem(output)
    if (found !== null) throw new Error(`${found}:\n${output}`)
  }
  try {
    makeProject(trial)
    const wanted: Tarball[] = way === 'online' ? [tarballs.package] : [tarballs.package, tarballs.platform]
    const surroundings = { store, registry, offline: way === 'offline' }
    manager.configure(projectOf(folder), surroundings)
    await timed('install', [...trial.program, ...manager.install(wanted, surroundings)])
    const npx = manager.execute === null ? ['npx', '--no-install'] : [...trial.program, ...manager.execute]
    if (way === 'online') await timed('setup', [...npx, 'facecls-torch', 'setup', '--cpu'])
    await timed('doctor', [...npx, 'facecls-torch', 'doctor', '--json'], (output) =>
      doctorProblem(output, way),
    )
    const node = manager.execute === null ? [] : [...trial.program, ...manager.execute]
    await timed('train and classify', [...node, 'node', 'five-lines.mjs'], trainingProblem)
    return { seconds, failure: null }
  } catch (thrown) {
    return { seconds, failure: (thrown as Error).message }
  }
}

type Judge = (output: string) => string | null

/** Fetches what the package depends on into the manager's store, in a project that is left for its lock file. */
export async function fillStore(trial: Trial): Promise<void> {
  const { manager, store, registry, tarballs, program, folder } = trial
  makeProject(trial)
  const surroundings = { store, registry, offline: false }
  manager.configure(projectOf(folder), surroundings)
  const command = [...program, ...manager.install([tarballs.package], surroundings)]
  await succeed(trial, emptyEnvironment(folder), command)
}

function makeProject({ folder, way, faces, before, manager }: Trial): void {
  const project = projectOf(folder)
  mkdirSync(project, { recursive: true })
  writeFileSync(join(project, 'package.json'), '{ "name": "empty", "version": "1.0.0", "private": true }\n')
  cpSync(faces, join(project, 'faces'), { recursive: true })
  cpSync(join(import.meta.dirname, 'five-lines.mjs'), join(project, 'five-lines.mjs'))
  if (way === 'online' || before === null || manager.lockFile === null) return
  for (const name of ['package.json', manager.lockFile])
    cpSync(join(projectOf(before), name), join(project, name))
}

async function succeed(
  { folder, way, isolation }: Trial,
  env: NodeJS.ProcessEnv,
  words: readonly string[],
): Promise<string> {
  const isolated = way === 'offline'
  const [command = '', ...args] = isolated ? [...isolation.before, ...words] : words
  const options = { cwd: projectOf(folder), env: isolated ? { ...env, ...isolation.env } : env }
  const { code, output } = await run(command, args, options)
  if (code !== 0) throw new Error(`${words.join(' ')} ended with ${code}:\n${output}`)
  return output
}
