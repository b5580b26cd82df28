// The refusal of a call for which there is no room.

import { TorchError } from '../errors.js'

/** Too many requests wait already, code OVERLOADED: nothing was begun, so the call can be made again. */
export class OverloadedError extends TorchError {
  /** Milliseconds after which all that waits now should be answered, by the time that batches took; at least 1. */
  readonly retryAfterMs: number

  constructor(waiting: number, retryAfterMs: number) {
    super(
      'OVERLOADED',
      `${waiting} photographs wait already, so this call is refused. Make it again in ${retryAfterMs} ms, or open the ` +
        'predictor with a larger maxQueue.',
    )
    this.retryAfterMs = retryAfterMs
  }
}
