// Listens to signals that many calls share: each gets one listener, since Node prints a warning at the eleventh.

const callbacks = new WeakMap<AbortSignal, Set<() => void>>()

/** Calls back once the signal aborts. What comes back ends the listening. */
export function onAbort(signal: AbortSignal, callback: () => void): () => void {
  const all = callbacks.get(signal) ?? listening(signal)
  all.add(callback)
  return () => {
    all.delete(callback)
    if (all.size > 0 || callbacks.get(signal) !== all) return
    callbacks.delete(signal)
    signal.removeEventListener('abort', tell)
  }
}

function listening(signal: AbortSignal): Set<() => void> {
  const all = new Set<() => void>()
  callbacks.set(signal, all)
  signal.addEventListener('abort', tell, { once: true })
  return all
}

function tell(this: AbortSignal): void {
  const all = callbacks.get(this) ?? []
  callbacks.delete(this)
  for (const callback of [...all]) callback()
}
