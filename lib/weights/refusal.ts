// Words the refusal of a weight file: the file, the reason and the remedy.

import { TorchError } from '../errors.js'
import { quoted } from '../files/index.js'

/**
 * Makes the error for a reason, both without a full stop. What the reason cites of the file is {@link shortened}.
 * The remedy defaults to saving or fetching the file again.
 */
export type Refuse = (reason: string, remedy?: string) => TorchError

export function refusalOf(path: string): Refuse {
  return (reason, remedy = 'The file is damaged: save or fetch it again') =>
    new TorchError('WEIGHTS', `Cannot load ${quoted(path)}: ${reason}. ${remedy}.`)
}

/** A text of the file in quotes, escaped, and cut where it is too long for a message. */
export function shortened(text: string): string {
  return quoted(text.length > 100 ? `${text.slice(0, 100)}...` : text)
}
