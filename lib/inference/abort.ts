// Ends work that its signal no longer wants.

import { TorchError } from '../errors.js'

/** Throws ABORTED if the signal asks for it; `task` is what is interrupted: 'The evaluation'. */
export function stopIfAborted(signal: AbortSignal | undefined, task: string): void {
  if (signal?.aborted)
    throw new TorchError('ABORTED', `${task} was stopped by its signal`, { cause: signal.reason })
}
