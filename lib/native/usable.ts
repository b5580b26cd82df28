// Chooses the LibTorch that this process loads: the one that is found, unless it is for CUDA and cannot be loaded.

import { TorchError } from '../errors.js'
import { quoted } from '../files/index.js'
import {
  findLibTorch,
  type LibTorch,
  libtorchForProcessor,
  libtorchIn,
  minorOf,
  rememberedTrial,
} from '../libtorch/index.js'
import { loadedRoot } from './loaded.js'
import { type TrialFiles, trialOf } from './trial.js'

export interface UsableLibTorch {
  readonly libtorch: LibTorch
  /** The one for CUDA that goes before it and cannot be loaded, and why; null where there is none. */
  readonly refused: { readonly libtorch: LibTorch; readonly reason: string } | null
}

/** The addon's two files, and the minor version of LibTorch that they were built with. */
export interface AddonFiles extends TrialFiles {
  readonly minor: string
}

/** Told where no LibTorch can be loaded, and where one for CUDA cannot. */
export const ADVICE = 'See what is wrong, and what to do, with: npx facecls-torch doctor'

/**
 * @throws TorchError LIBTORCH where none is found or the addon was built with another minor version; or where the one for CUDA cannot
 *   be loaded and none is there for the processor.
 */
export function usableLibTorch(files: AddonFiles): UsableLibTorch {
  const loaded = libtorchIn(loadedRoot(files.core) ?? '', 'this process, which has loaded it')
  if (loaded !== null) return { libtorch: loaded, refused: refusedBefore(loaded) }
  const first = findLibTorch()
  checkMinor(first, files.minor)
  if (first.variant === 'cpu') return { libtorch: first, refused: null }
  const { reason } = trialOf(first, files)
  if (reason === null) return { libtorch: first, refused: null }
  const instead = libtorchForProcessor()
  if (instead !== null) return { libtorch: instead, refused: { libtorch: first, reason } }
  throw new TorchError(
    'LIBTORCH',
    `LibTorch ${first.version} for CUDA from ${first.origin} cannot be loaded: ${reason}; and none for the processor is ` +
      `there to take its place, which is fetched with: npx facecls-torch setup --cpu. ${ADVICE}`,
  )
}

/** The reason that another environment (worker thread) of this process remembered, where it took the one for the processor. */
function refusedBefore(loaded: LibTorch): UsableLibTorch['refused'] {
  if (loaded.variant === 'cuda') return null
  try {
    const libtorch = findLibTorch()
    const reason = libtorch.variant === 'cuda' ? rememberedTrial(libtorch)?.reason : null
    return reason ? { libtorch, reason } : null
  } catch {
    return null // none would be found any more; what is loaded stays
  }
}

function checkMinor({ root, version, origin }: LibTorch, built: string): void {
  if (minorOf(version) === built) return
  throw new TorchError(
    'LIBTORCH',
    `The native addon was built with LibTorch ${built} and takes no other minor version, but ` +
      `${quoted(root)} (${origin}) is ${version}. Rebuild it with: npx facecls-torch build`,
  )
}
