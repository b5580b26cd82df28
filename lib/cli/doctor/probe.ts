// Loads the native addon and LibTorch in a process of its own: a library that is broken may end the process that loads it.

import { messageOf, TorchError } from '../../errors.js'
import { forgetTrials } from '../../libtorch/index.js'
import { type ComputeInfo, libtorchInUse, native, type UsableLibTorch } from '../../native/index.js'

/** What the process says, as a line of JSON behind a mark: libraries may print lines of their own. */
export type Probed = Loaded | { code: string | null; message: string }

export interface Loaded extends UsableLibTorch {
  readonly info: ComputeInfo
}

export const MARK = 'facecls-torch-probe '

export function probe(): Probed {
  try {
    forgetTrials() // what was remembered may be mended
    const info = native().computeInfo()
    const { libtorch, refused } = libtorchInUse()
    return { info, libtorch, refused }
  } catch (thrown) {
    return { code: thrown instanceof TorchError ? thrown.code : null, message: messageOf(thrown) }
  }
}
