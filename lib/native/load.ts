// Loads the native addon: the loader by node-gyp-build's rules, then LibTorch, then the core beside the loader.

import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isMainThread } from 'node:worker_threads'
import { messageOf, TorchError } from '../errors.js'
import { plain, quoted } from '../files/index.js'
import { librariesOf } from '../libtorch/index.js'
import type { NativeAddon } from './addon.js'
import { ADVICE, type UsableLibTorch, usableLibTorch } from './usable.js'

/** What facecls_torch.node exports. */
interface Loader {
  /** The minor version of LibTorch that the core was built with, such as '2.13'. */
  readonly libtorchMinor: string
  load(spec: { libraries: string[]; core: string; waiting: Waiting }): NativeAddon
  /** Kept here so that two copies of this package in one environment initialise the core once. */
  loaded?: Loaded
}

/** The addon, and the LibTorch that it runs on. */
export interface Loaded extends UsableLibTorch {
  readonly addon: NativeAddon
}

/**
 * How LibTorch's threads wait between two operations. Spinning saves a third of a training step on a
 * quiet machine; sleeping costs a request a millisecond or two, but nothing is lost beside a busy process, such as the
 * decoding of a service's own photographs, where spinning would double the time.
 */
type Waiting = 'spin' | 'sleep'

/** What the process loads LibTorch for. The first use decides. */
export type Purpose = 'training' | 'inference'

const require = createRequire(import.meta.url)

const packageRoot = fileURLToPath(new URL('../..', import.meta.url))

export function loadAddon(purpose: Purpose): Loaded {
  const file = addonFile()
  const loader = openLoader(file)
  if (loader.loaded === undefined) {
    const loaded = openCore(loader, file, purpose)
    // A worker thread's exit is not the process's: its own cleanup hook ends its jobs.
    if (isMainThread) process.once('exit', () => loaded.addon.stop())
    loader.loaded = loaded
  }
  return loader.loaded
}

/** The addon's file: build/Release of a checkout, else the prebuild of this platform. */
export function addonFile(): string {
  const nodeGypBuild = require('node-gyp-build') as { path(root: string): string }
  try {
    return nodeGypBuild.path(packageRoot)
  } catch (cause) {
    const here = `${process.platform}-${process.arch}`
    const remedy =
      here === 'linux-x64'
        ? 'Build it with: npx facecls-torch build'
        : 'Run it on Linux x64 with glibc, a container included.'
    throw new TorchError(
      'ADDON',
      `No native addon of @facecls/torch for ${here} was found in build/Release or prebuilds of ${quoted(packageRoot)}. ${remedy}`,
      { cause },
    )
  }
}

function openLoader(file: string): Loader {
  try {
    return require(file) as Loader
  } catch (cause) {
    throw cannotLoadAddon(cause)
  }
}

function openCore(loader: Loader, file: string, purpose: Purpose): Loaded {
  const core = join(dirname(file), 'libfacecls_core.so')
  const usable = usableLibTorch({ addon: file, core, minor: loader.libtorchMinor })
  const { libtorch } = usable
  const waiting = purpose === 'training' ? 'spin' : 'sleep'
  try {
    return { ...usable, addon: loader.load({ libraries: librariesOf(libtorch), core, waiting }) }
  } catch (cause) {
    // The loader marks a file that it could not open with its path.
    const library = (cause as { library?: string } | null)?.library
    if (library === undefined || library === core) throw cannotLoadAddon(cause)
    throw new TorchError(
      'LIBTORCH',
      `LibTorch ${libtorch.version} from ${libtorch.origin} cannot be loaded: ${plain(messageOf(cause))}. ${ADVICE}`,
      { cause },
    )
  }
}

function cannotLoadAddon(cause: unknown): TorchError {
  const message = `The native addon cannot be loaded: ${plain(messageOf(cause))}. ${ADVICE}`
  return new TorchError('ADDON', message, { cause })
}
