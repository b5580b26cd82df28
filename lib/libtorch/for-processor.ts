// The LibTorch that takes the place of one for CUDA which cannot be loaded.

import { damageOf } from './damage.js'
import { cachedLibTorchs, type LibTorch } from './find.js'
import { minorOf, supportedVersion } from './version.js'

/** A whole LibTorch for the processor; null where there is none. */
export function libtorchForProcessor(): LibTorch | null {
  const wanted = minorOf(supportedVersion())
  const fits = (one: LibTorch): boolean =>
    one.variant === 'cpu' && minorOf(one.version) === wanted && damageOf(one) === null
  return cachedLibTorchs().find(fits) ?? null
}
