// What a reader may do with a file: load it, or refuse it with the error that says so.

import { TorchError } from '../../lib/errors.js'
import { plain } from '../../lib/files/index.js'
import type { WeightFile } from '../../lib/weights/index.js'

export interface Verdict {
  readonly kind: 'loaded' | 'refused' | 'finding'
  /** What it loaded, why it refused, or what it did that it may not. */
  readonly note: string
}

export type Read = (path: string) => Promise<WeightFile>

export async function judge(read: Read, path: string): Promise<Verdict> {
  try {
    const { format, tensors } = await read(path)
    return { kind: 'loaded', note: `${tensors.length} tensors of ${format}` }
  } catch (thrown) {
    return judgeThrown(thrown)
  }
}

function judgeThrown(thrown: unknown): Verdict {
  if (!(thrown instanceof Error)) return { kind: 'finding', note: `it throws ${String(thrown)}` }
  const { message } = thrown
  if (!(thrown instanceof TorchError))
    return { kind: 'finding', note: `it throws ${thrown.constructor.name}: ${plain(message)}` }
  if (thrown.code !== 'WEIGHTS' && thrown.code !== 'FILE')
    return { kind: 'finding', note: `it throws TorchError ${thrown.code}: ${plain(message)}` }
  if (plain(message) !== message)
    return { kind: 'finding', note: `its message would drive a terminal: ${plain(message)}` }
  return { kind: 'refused', note: message }
}
