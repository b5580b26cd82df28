// What a call throws, so that a test can look at code and message at once.

/** The error that the work rejects with; fails where it does not. */
export async function thrownBy(work: Promise<unknown> | (() => unknown)): Promise<Error & { code?: string }> {
  try {
    await (typeof work === 'function' ? work() : work)
  } catch (thrown) {
    return thrown as Error
  }
  throw new Error('nothing was thrown')
}
