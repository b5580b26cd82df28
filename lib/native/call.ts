// Turns what native code throws into this library's errors.

import { messageOf, TorchError, type TorchErrorCode } from '../errors.js'

/**
 * Waits for a native call. A rejection becomes a TorchError with the native code and message and the stack of the
 * caller, since the compute thread has no JavaScript stack. A TypeError or RangeError passes as it is.
 */
export async function nativeCall<T>(work: Promise<T>): Promise<T> {
  const caller = new Error() // taken before the wait, while the caller is still on the stack
  try {
    return await work
  } catch (thrown) {
    throw torchErrorOf(thrown, caller)
  }
}

/** Runs a synchronous native call; what it throws is turned as in {@link nativeCall}. */
export function nativeNow<T>(work: () => T): T {
  try {
    return work()
  } catch (thrown) {
    throw torchErrorOf(thrown, new Error())
  }
}

function torchErrorOf(thrown: unknown, caller: Error): unknown {
  if (thrown instanceof TypeError || thrown instanceof RangeError || thrown instanceof TorchError)
    return thrown
  const code = (thrown as { code?: unknown } | null | undefined)?.code
  const error = new TorchError(
    typeof code === 'string' ? (code as TorchErrorCode) : 'NATIVE',
    messageOf(thrown),
  )
  const frames = caller.stack?.split('\n').slice(2) ?? [] // without its message and this file's own frame
  error.stack = [`${error.name}: ${error.message}`, ...frames].join('\n')
  return error
}
