// Loads the native addon and LibTorch in a process of its own: a library that is broken may end the process that loads it.

import { messageOf, TorchError } from '../../errors.js'
import { type ComputeInfo, native } from '../../native/index.js'

/** What the process says, as a line of JSON behind a mark: libraries may print lines of their own. */
export type Probed = { info: ComputeInfo } | { code: string | null; message: string }

export const MARK = 'facecls-torch-probe '

export function probe(): Probed {
  try {
    return { info: native().computeInfo() }
  } catch (thrown) {
    return { code: thrown instanceof TorchError ? thrown.code : null, message: messageOf(thrown) }
  }
}
