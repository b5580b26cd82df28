// The package managers that a project may have, each with the settings that make it run no script.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

export const FAMILIES = ['npm', 'pnpm', 'yarn'] as const
export type Family = (typeof FAMILIES)[number]

export interface Manager {
  readonly family: Family
  /** Such as 'yarn 4, pnp'; also the name of a folder. */
  readonly name: string
  /** The package of the npm registry that has it and its program in it; null: the npm of this machine. */
  readonly from: { readonly spec: string; readonly program: string } | null
  /** What a project has to bring for an installation without a network; null: an empty one will do. */
  readonly lockFile: string | null
  /** Writes the project's settings. `store` is where the manager keeps what it has fetched. */
  configure(project: string, surroundings: Surroundings): void
  /** The words behind the program that add tarballs to a project. */
  install(tarballs: readonly Tarball[], surroundings: Surroundings): readonly string[]
  /** The words that run a program of the project: behind the manager's own program, or null for npx. */
  readonly execute: readonly string[] | null
}

export interface Surroundings {
  readonly store: string
  readonly registry: string
  readonly offline: boolean
}

export interface Tarball {
  /** Of the package in it. */
  readonly name: string
  readonly file: string
}

const files = (tarballs: readonly Tarball[]): string[] => tarballs.map(({ file }) => file)
const ifOffline = (offline: boolean): string[] => (offline ? ['--offline'] : [])
const nothing = (): void => undefined

const npm: Manager = {
  family: 'npm',
  name: 'npm',
  from: null,
  lockFile: null,
  configure: nothing,
  install: (tarballs, { store, offline }) => [
    ...['install', '--ignore-scripts', '--no-audit', '--no-fund', '--cache', store],
    ...ifOffline(offline),
    ...files(tarballs),
  ],
  execute: null,
}

function pnpm(major: number, program: string): Manager {
  return {
    family: 'pnpm',
    name: `pnpm ${major}`,
    from: { spec: `pnpm@${major}`, program: `pnpm/bin/${program}` },
    lockFile: null,
    configure: nothing,
    install: (tarballs, { store, offline }) => [
      // The lists of versions have a folder of their own.
      ...['add', '--ignore-scripts', '--store-dir', store, '--cache-dir', join(store, 'cache')],
      ...ifOffline(offline),
      ...files(tarballs),
    ],
    execute: null,
  }
}

const yarnClassic: Manager = {
  family: 'yarn',
  name: 'yarn 1',
  from: { spec: 'yarn@1', program: 'yarn/bin/yarn.js' },
  lockFile: null,
  // It knows another address of the registry by itself.
  configure: (project, { registry }) =>
    writeFileSync(join(project, '.yarnrc'), `registry ${JSON.stringify(registry)}\n`),
  install: (tarballs, { store, offline }) => [
    ...['add', '--ignore-scripts', '--non-interactive', '--no-progress', '--cache-folder', store],
    ...ifOffline(offline),
    ...files(tarballs).map((file) => `file:${file}`),
  ],
  execute: null,
}

function yarn(linker: 'node-modules' | 'pnp'): Manager {
  return {
    family: 'yarn',
    name: `yarn 4, ${linker}`,
    from: { spec: '@yarnpkg/cli-dist@4', program: '@yarnpkg/cli-dist/bin/yarn.js' },
    lockFile: 'yarn.lock', // it keeps no lists of versions
    configure(project, { store, registry, offline }) {
      const settings = {
        nodeLinker: linker,
        enableScripts: false,
        enableTelemetry: false,
        enableGlobalCache: true,
        globalFolder: store,
        npmRegistryServer: registry,
        enableOfflineMode: offline,
      }
      const lines = Object.entries(settings).map(([key, value]) => `${key}: ${JSON.stringify(value)}`)
      writeFileSync(join(project, '.yarnrc.yml'), `${lines.join('\n')}\n`)
      writeFileSync(join(project, 'yarn.lock'), '', { flag: 'a' }) // the mark of a project of its own
    },
    install: (tarballs) => ['add', ...tarballs.map(({ name, file }) => `${name}@file:${file}`)],
    // With Plug'n'Play there is no node_modules, and Yarn tells Node.js where packages are.
    execute: linker === 'pnp' ? ['exec'] : null,
  }
}

/** Those that work on Node.js 20: pnpm 11 needs 22.13. */
export const MANAGERS: readonly Manager[] = [
  npm,
  pnpm(10, 'pnpm.cjs'),
  pnpm(12, 'pnpm.mjs'),
  yarnClassic,
  yarn('node-modules'),
  yarn('pnp'),
]
