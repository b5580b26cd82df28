// How many photographs may be unreadable before a dataset is refused.

import { TorchError } from '../../errors.js'
import type { SkippedPhotograph } from './source.js'

/** Above this share of unreadable photographs something is wrong with the dataset, not with a few files. */
const TOLERATED_SHARE = 0.01
/** Unreadable photographs that an error shows. */
const SHOWN = 10

/** @throws TorchError DATASET where more than 1 % of `total` photographs cannot be read, with the first ten reasons. */
export function refuseUnreadable(skipped: readonly SkippedPhotograph[], total: number): void {
  if (skipped.length <= TOLERATED_SHARE * total) return
  const lines = skipped.slice(0, SHOWN).map(({ reason }) => `\n  ${reason}`)
  const more = skipped.length > SHOWN ? `\n  ... and ${skipped.length - SHOWN} more` : ''
  throw new TorchError(
    'DATASET',
    `${skipped.length} of ${total} photographs cannot be read, more than ${100 * TOLERATED_SHARE} %. ` +
      `Replace or remove them, or leave them out with faces.filter(({ file }) => ...):${lines.join('')}${more}`,
  )
}
