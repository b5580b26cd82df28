// Words the refusal of a weight file: the file, the reason and the remedy.

import { TorchError } from '../errors.js'
import { quoted } from '../files/index.js'

/** Makes the error for a reason. What the reason cites of the file is {@link shortened}. */
export type Refuse = (reason: string) => TorchError

export function refusalOf(path: string): Refuse {
  return (reason) =>
    new TorchError(
      'WEIGHTS',
      `Cannot load ${quoted(path)}: ${reason}. The file is damaged: save or fetch it again.`,
    )
}

/** A text of the file in quotes, escaped, and cut where it is too long for a message. */
export function shortened(text: string): string {
  return quoted(text.length > 100 ? `${text.slice(0, 100)}...` : text)
}

/**
 * The error for a file whose first bytes are no header of safetensors: it tells a PyTorch file, which users
 * have, from anything else.
 */
export function notSafetensors(path: string, start: Uint8Array): TorchError {
  const [a, b, c, d] = start
  const zip = a === 0x50 && b === 0x4b && c === 3 && d === 4 // "PK", 3, 4
  const pickle = a === 0x80 && b !== undefined && b >= 2 && b <= 5 // PROTO and a protocol's number
  if (!zip && !pickle) {
    return new TorchError(
      'WEIGHTS',
      `Cannot load ${quoted(path)}: it is no .safetensors file. Choose a file of weights, or fetch it again.`,
    )
  }
  return new TorchError(
    'WEIGHTS',
    `Cannot load ${quoted(path)}: it is a PyTorch ${zip ? 'zip' : 'pickle'} file (.pt, .pth), and this version reads ` +
      '.safetensors only. Convert it once in Python: from safetensors.torch import save_file; ' +
      "save_file(torch.load('weights.pt', weights_only=True), 'weights.safetensors')",
  )
}
