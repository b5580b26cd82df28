// The step that finds LibTorch: the folder in LIBTORCH, else the per-user cache, else it is fetched into that cache.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'
import { fetchLibTorch } from './fetch.mjs'
import { SetupError, startStep } from './terminal.mjs'

const VERSION_FILE = 'include/torch/headeronly/version.h'
export const REQUIRED_FILES = ['lib/libtorch_cpu.so', 'lib/libtorch.so', 'lib/libc10.so', VERSION_FILE]

/** The version of LibTorch that package.json asks for, such as '2.13.0'. */
export function wantedVersion(root) {
  return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).libtorch
}

/** The version of the LibTorch in a folder, or null where there is none. */
export function versionIn(folder) {
  if (!REQUIRED_FILES.every((file) => existsSync(join(folder, file)))) return null
  const header = readFileSync(join(folder, VERSION_FILE), 'utf8')
  const parts = ['MAJOR', 'MINOR', 'PATCH'].map(
    (name) => header.match(`define TORCH_VERSION_${name} (\\d+)`)?.[1],
  )
  return parts.includes(undefined) ? null : parts.join('.')
}

/** lib/files says the same for the running library: FACECLS_CACHE, else the XDG base directories. */
export function cacheFolder(env = process.env) {
  if (env.FACECLS_CACHE) return resolve(env.FACECLS_CACHE)
  const shared = env.XDG_CACHE_HOME
  return join(shared && isAbsolute(shared) ? shared : join(homedir(), '.cache'), 'facecls-torch')
}

/** Resolves to the folder of a LibTorch that fits, fetched if need be. */
export async function provideLibTorch(root) {
  const step = startStep('LibTorch')
  const wanted = wantedVersion(root)
  const found = findLibTorch(wanted)
  if (found !== null) {
    step.skip(`${versionIn(found)}, ${found}`)
    return found
  }
  const folder = join(cacheFolder(), 'libtorch', `${wanted}-cpu`)
  await fetchLibTorch({ version: wanted, folder, step, isWhole: (torch) => versionIn(torch) === wanted })
  return join(folder, 'torch')
}

/** The folder of the LibTorch to use, or null where it has to be fetched. Only the wanted minor version fits. */
export function findLibTorch(wanted, env = process.env) {
  const fits = (version) => version !== null && minorOf(version) === minorOf(wanted)
  if (env.LIBTORCH) {
    const folder = resolve(env.LIBTORCH)
    const version = versionIn(folder)
    if (fits(version)) return folder
    const what =
      version === null ? `holds no LibTorch (no ${REQUIRED_FILES.join(', ')})` : `is LibTorch ${version}`
    throw new SetupError(
      `LIBTORCH=${folder} ${what}, but LibTorch ${minorOf(wanted)} is needed. ` +
        'Set LIBTORCH to one, or have it fetched with: unset LIBTORCH',
    )
  }
  const cache = join(cacheFolder(env), 'libtorch')
  const entries = existsSync(cache) ? readdirSync(cache).sort() : []
  return entries.map((entry) => join(cache, entry, 'torch')).find((folder) => fits(versionIn(folder))) ?? null
}

function minorOf(version) {
  return version.split('.').slice(0, 2).join('.')
}
