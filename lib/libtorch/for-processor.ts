// The LibTorch that takes the place of one for CUDA which cannot be loaded.

import { damageOf } from './damage.js'
import { cachedLibTorchs, type LibTorch, packagedLibTorch } from './find.js'
import { minorOf, supportedVersion } from './version.js'

/** A whole LibTorch for the processor, that of the platform package first; null where there is none. */
export function libtorchForProcessor(): LibTorch | null {
  const wanted = minorOf(supportedVersion())
  const fits = (one: LibTorch): boolean =>
    one.variant === 'cpu' && minorOf(one.version) === wanted && damageOf(one) === null
  return [...packaged(), ...cachedLibTorchs()].find(fits) ?? null
}

/** A package of another version is none that can take a place. */
function packaged(): LibTorch[] {
  try {
    const found = packagedLibTorch()
    return found === null ? [] : [found]
  } catch {
    return []
  }
}
