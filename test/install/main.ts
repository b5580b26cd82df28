// npm run -s install:check: installs the tarballs in empty folders by every package manager, trains and classifies there.

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { drawPopulation } from '../../examples/shared/drawn-faces/population.js'
import { run } from '../../scripts/bootstrap/run.mjs'
import { runCommand } from '../command.js'
import { type Asked, readArguments, USAGE } from './arguments.js'
import { emptyEnvironment, type Isolation, registryOf, withoutNetwork } from './environment.js'
import { IDENTITIES, PHOTOGRAPHS } from './judge.js'
import { MANAGERS, type Manager } from './managers.js'
import { type Row, table, verdict } from './report.js'
import { foundTarballs, makeTarballs, type Tarballs } from './tarballs.js'
import { attemptTrial, fillStore, type Trial } from './trial.js'

const root = join(import.meta.dirname, '../..')

interface Workshop {
  readonly folder: string
  readonly registry: string
  readonly tarballs: Tarballs
  readonly faces: string
  readonly isolation: Isolation
}

/** @returns The exit code. */
async function check(asked: Asked): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'facecls-install-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => process.exit(130))
  const made = join(folder, 'tarballs')
  mkdirSync(made)
  const workshop: Workshop = {
    folder,
    registry: registryOf(process.env),
    tarballs: asked.tarballs === null ? await makeTarballs(root, made) : foundTarballs(asked.tarballs),
    faces: await drawFaces(join(folder, 'drawn')),
    isolation: withoutNetwork(),
  }
  const rows: Row[] = []
  for (const manager of MANAGERS.filter(({ family }) => asked.families.includes(family)))
    rows.push(...(await tryManager(manager, asked, workshop)))
  console.log(`\n${table(rows)}\n${verdict(rows)}`)
  return rows.every(({ failure }) => failure === null) ? 0 : 1
}

async function drawFaces(folder: string): Promise<string> {
  const population = { seed: 1, first: 0, identities: IDENTITIES, labelled: PHOTOGRAPHS, test: 0 }
  const signal = new AbortController().signal
  return (await drawPopulation(folder, population, { signal, onDrawn: () => undefined })).labelled
}

async function tryManager(manager: Manager, { ways }: Asked, workshop: Workshop): Promise<Row[]> {
  const folder = join(workshop.folder, manager.name.replaceAll(/\W+/g, '-'))
  const { program, version } = await provide(manager, join(folder, 'program'))
  const common = { ...workshop, manager, program, store: join(folder, 'store') }
  const rows: Row[] = []
  for (const way of ways) {
    console.log(`${manager.name}, ${way}`)
    const trial: Trial = { ...common, way, folder: join(folder, way), before: join(folder, 'before') }
    if (way === 'offline')
      await fillStore({ ...trial, way: 'online', folder: join(folder, 'before'), before: null })
    const network = way === 'offline' ? workshop.isolation.how : 'registry'
    rows.push({
      manager: `${manager.name} (${version})`,
      way,
      network,
      ...(await attemptTrial(trial)),
    })
  }
  rmSync(folder, { recursive: true, force: true })
  return rows
}

/** Fetches the manager itself from the npm registry. */
async function provide(manager: Manager, folder: string): Promise<{ program: string[]; version: string }> {
  mkdirSync(folder, { recursive: true })
  const env = emptyEnvironment(folder)
  const program =
    manager.from === null ? ['npm'] : [process.execPath, join(folder, 'node_modules', manager.from.program)]
  if (manager.from !== null) {
    const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefix', folder]
    const { code, output } = await run('npm', ['install', ...options, manager.from.spec], { env })
    if (code !== 0) throw new Error(`${manager.from.spec} cannot be fetched:\n${output}`)
  }
  const [command = '', ...args] = program
  const { output } = await run(command, [...args, '--version'], { cwd: folder, env })
  return { program, version: output.trim().split('\n').at(-1) ?? '' }
}

await runCommand(USAGE, readArguments, check)
