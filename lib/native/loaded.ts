// Tells which LibTorch this process has loaded already, for another environment (worker thread) than this one.

import { readFileSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * The folder of the LibTorch that lies in memory beside the core; null where the core is not loaded. A second one in one process
 * would end it, and what would be found may have changed since: LIBTORCH, the cache, the driver.
 */
export function loadedRoot(core: string, maps: string = ownMaps()): string | null {
  const files = new Set(maps.split('\n').flatMap((line) => /\s(\/.*)$/.exec(line)?.[1] ?? []))
  if (!files.has(core)) return null
  const library = [...files].find((file) => file.endsWith('/lib/libtorch_cpu.so'))
  return library === undefined ? null : dirname(dirname(library))
}

function ownMaps(): string {
  try {
    return readFileSync('/proc/self/maps', 'utf8')
  } catch {
    return '' // another system than Linux, on which nothing is loaded
  }
}
