/** Every stable code that a {@link TorchError} can carry. */
export type TorchErrorCode =
  | 'ABORTED' // an AbortSignal ended the work
  | 'ADDON' // the native addon is missing or does not fit this process
  | 'CLOSED' // the object was closed before the call
  | 'DATASET' // a folder or list of photographs cannot be trained on
  | 'DEADLINE' // a request waited longer than it may
  | 'DEVICE' // the device asked for is not there
  | 'DOWNLOAD' // a file cannot be fetched from its address
  | 'FILE' // a file or folder cannot be read or written
  | 'IMAGE' // a photograph cannot be decoded
  | 'LIBTORCH' // LibTorch is missing or of another version
  | 'NETWORK' // a network cannot be built or does not fit its weights or input
  | 'NOT_FINITE' // a loss or the norm of the gradients became NaN or infinite
  | 'NATIVE' // LibTorch refused an operation
  | 'OVERLOADED' // too many requests wait already
  | 'PRECISION' // the processor or GPU has no instructions for the precision asked for
  | 'WEIGHTS' // a weight file is damaged, hostile or of no known format

/**
 * Everything that can go wrong besides wrong arguments, which are TypeError or RangeError.
 * `code` is stable across versions; `message` names the thing and the remedy.
 */
export class TorchError extends Error {
  override readonly name = 'TorchError'
  readonly code: TorchErrorCode

  constructor(code: TorchErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** The message of whatever was thrown: user code may throw anything, null included. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}
