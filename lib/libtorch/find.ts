// Finds the LibTorch of this machine: the folder in LIBTORCH, else the installed platform package, else the per-user cache.

import { existsSync, readdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { TorchError } from '../errors.js'
import { cacheFolder, quoted } from '../files/index.js'
import { chosenFolder } from './chosen.js'
import { PLATFORM_PACKAGE, platformPackageFolder } from './platform-package.js'
import { minorOf, REQUIRED_FILES, supportedVersion, type Variant, variantOf, versionIn } from './version.js'

export interface LibTorch {
  /** The folder that holds lib and, but for that of the platform package, include. */
  readonly root: string
  /** Such as '2.13.0'. */
  readonly version: string
  readonly variant: Variant
  /** Where it was found, in words. */
  readonly origin: string
}

/**
 * The LibTorch to load, of exactly the minor version that this package is built for.
 *
 * @throws TorchError LIBTORCH where there is none, or where LIBTORCH or the platform package is another version: what was
 *   looked for, where, and the command that mends it.
 */
export function findLibTorch(): LibTorch {
  const wanted = minorOf(supportedVersion())
  const folder = process.env.LIBTORCH
  return folder ? named(resolve(folder), wanted) : (packagedLibTorch() ?? cached(wanted))
}

/**
 * The LibTorch of the installed platform package, or null where that is not installed. It goes before the cache, since a
 * project that installs it asks for it.
 *
 * @param folder Where the package lies. Defaults to where Node.js finds it.
 * @throws TorchError LIBTORCH where the package is of another version, or lacks its libraries.
 */
export function packagedLibTorch(folder: string | null = platformPackageFolder()): LibTorch | null {
  if (folder === null) return null
  const wanted = minorOf(supportedVersion())
  const version = versionIn(folder)
  if (version !== null && minorOf(version) === wanted)
    return { root: folder, version, variant: variantOf(folder), origin: `the package ${PLATFORM_PACKAGE}` }
  const what = version === null ? 'holds no LibTorch' : `is LibTorch ${version}`
  throw new TorchError(
    'LIBTORCH',
    `The installed package ${PLATFORM_PACKAGE} (${quoted(folder)}) ${what}, but LibTorch ${wanted}.x is needed. ` +
      `Install its version ${wanted}, or remove it.`,
  )
}

/** The LibTorch in a folder, of whatever version; null where there is none. */
export function libtorchIn(root: string, origin: string): LibTorch | null {
  const version = versionIn(root)
  return version === null ? null : { root, version, variant: variantOf(root), origin }
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
  const found = cachedLibTorchs().find(({ version }) => minorOf(version) === wanted)
  if (found !== undefined) return found
  throw new TorchError(
    'LIBTORCH',
    `LibTorch ${wanted} was not found. Looked for: the folder in LIBTORCH (not set); the package ` +
      `${PLATFORM_PACKAGE} (not installed); the cache ${quoted(libtorchCache())} ` +
      '(FACECLS_CACHE moves it). Fetch it with: npx facecls-torch setup',
  )
}

/** The folder that holds fetched LibTorchs, each in a folder of its own; it need not exist. */
export function libtorchCache(): string {
  return join(cacheFolder(), 'libtorch')
}

/**
 * The LibTorchs in the cache, of whatever version: first the one that was set up last, then those for CUDA, which nobody has but by
 * asking for them.
 */
export function cachedLibTorchs(): LibTorch[] {
  const cache = libtorchCache()
  const entries = existsSync(cache) && statSync(cache).isDirectory() ? readdirSync(cache).sort() : []
  const found = entries.flatMap((entry) => {
    const root = join(cache, entry, 'torch')
    const version = versionIn(root)
    // A name that begins with a dot is that of a fetch in progress.
    if (version === null || entry.startsWith('.')) return []
    return [{ root, version, variant: variantOf(root), origin: `the cache ${quoted(cache)}` }]
  })
  const chosen = join(cache, chosenFolder(cache) ?? '', 'torch')
  const rank = ({ root, variant }: LibTorch): number => (root === chosen ? 0 : variant === 'cuda' ? 1 : 2)
  return found.sort((one, other) => rank(one) - rank(other))
}
