// Finds the LibTorch of this machine: the folder in LIBTORCH, else the one in the per-user cache.

import { existsSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { TorchError } from '../errors.js'
import { cacheFolder, quoted } from '../files/index.js'
import { minorOf, REQUIRED_FILES, supportedVersion, versionIn } from './version.js'

export interface LibTorch {
  /** The folder that holds lib and include. */
  readonly root: string
  /** Such as '2.13.0'. */
  readonly version: string
  readonly variant: 'cpu' | 'cuda'
  /** Where it was found, in words. */
  readonly origin: string
}

/**
 * The LibTorch to load, of exactly the minor version that this package is built for.
 *
 * @throws TorchError LIBTORCH where there is none or LIBTORCH names another version: what was looked for, where, and
 *   the command that mends it.
 */
export function findLibTorch(): LibTorch {
  const wanted = minorOf(supportedVersion())
  const folder = process.env.LIBTORCH
  return folder ? named(resolve(folder), wanted) : cached(wanted)
}

/** The libraries to open, by absolute path, each before the ones that need it. */
export function librariesOf({ root }: LibTorch): string[] {
  const files = readdirSync(join(root, 'lib'))
  // LibTorch brings its own OpenMP, under the system's name in a wheel and under a name of its own in an archive.
  const openmp = files.find((file) => /^libgomp[-.\w]*\.so/.test(file))
  const names = [openmp, 'libc10.so', 'libtorch_cpu.so', 'libtorch.so']
  return names.filter((name) => name !== undefined).map((name) => join(root, 'lib', name))
}

function named(root: string, wanted: string): LibTorch {
  const version = versionIn(root)
  const remedy = `Set LIBTORCH to a LibTorch ${wanted} or to the torch folder of a PyTorch ${wanted}, or unset it.`
  if (version === null) {
    throw new TorchError(
      'LIBTORCH',
      `LIBTORCH=${quoted(root)} holds no LibTorch: looked for ${REQUIRED_FILES.join(' and ')} in it. ${remedy}`,
    )
  }
  if (minorOf(version) !== wanted) {
    throw new TorchError(
      'LIBTORCH',
      `LIBTORCH=${quoted(root)} is LibTorch ${version}, but this package takes ${wanted}.x only. ${remedy}`,
    )
  }
  return { root, version, variant: variantOf(root), origin: 'LIBTORCH' }
}

function cached(wanted: string): LibTorch {
  const cache = join(cacheFolder(), 'libtorch')
  const entries = existsSync(cache) ? readdirSync(cache).sort() : []
  for (const entry of entries) {
    const root = join(cache, entry, 'torch')
    const version = versionIn(root)
    if (version !== null && minorOf(version) === wanted) {
      return { root, version, variant: variantOf(root), origin: `the cache ${quoted(cache)}` }
    }
  }
  const script = fileURLToPath(new URL('../../scripts/fetch-libtorch.mjs', import.meta.url))
  throw new TorchError(
    'LIBTORCH',
    `LibTorch ${wanted} was not found. Looked for: the folder in LIBTORCH (not set); the cache ${quoted(cache)} ` +
      `(FACECLS_CACHE moves it). Fetch it with: node ${quoted(script)}`,
  )
}

function variantOf(root: string): LibTorch['variant'] {
  return existsSync(join(root, 'lib', 'libtorch_cuda.so')) ? 'cuda' : 'cpu'
}
