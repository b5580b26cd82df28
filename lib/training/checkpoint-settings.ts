// When a run saves what it can be resumed from, as it is said and with every default filled in.

import * as check from '../check.js'

/** Of `Trainer.checkpoints()`. */
export interface CheckpointOptions {
  /** Saves one after every so many steps, at least 1, besides those at the ends of epochs. Defaults to none. */
  everySteps?: number
  /** The end of an epoch makes one where the last, or the run's beginning, is so many seconds ago, at least 0. Defaults to 30. */
  minSeconds?: number
  /** The latest so many stay, at least 1; with 1 there is nothing to go on from once it is damaged. Defaults to 2. */
  keep?: number
}

/** What `Trainer.checkpoints()` made of its options. */
export interface CheckpointSettings {
  readonly everySteps: number | null
  readonly minSeconds: number
  readonly keep: number
}

export const DEFAULT_CHECKPOINTS: CheckpointSettings = Object.freeze({
  everySteps: null,
  minSeconds: 30,
  keep: 2,
})

export function checkpointSettings(options: CheckpointOptions): CheckpointSettings {
  if (options === undefined) throw new TypeError(check.expected('an object', 'checkpoints', options))
  const given = check.options('checkpoints', options, ['everySteps', 'minSeconds', 'keep'])
  const { everySteps, minSeconds = DEFAULT_CHECKPOINTS.minSeconds, keep = DEFAULT_CHECKPOINTS.keep } = given
  return Object.freeze({
    everySteps: everySteps === undefined ? null : check.integer('everySteps', everySteps, 1),
    minSeconds: check.number('minSeconds', minSeconds, 0),
    keep: check.integer('keep', keep, 1),
  })
}
