// The native addon, loaded at its first use. Importing this file loads nothing and never throws.

import type { NativeAddon } from './addon.js'
import { type Loaded, loadAddon, type Purpose } from './load.js'
import type { UsableLibTorch } from './usable.js'

export type * from './addon.js'
export { nativeCall, nativeNow } from './call.js'
export { addonFile } from './load.js'
export type { UsableLibTorch } from './usable.js'

let loaded: Loaded | undefined

/**
 * The native addon of this environment.
 *
 * @param purpose Whether its threads spin or sleep while they wait. It counts at the first use of the process alone.
 *   Defaults to 'inference', which disturbs others least.
 * @throws TorchError ADDON where the addon is missing or does not fit this process, LIBTORCH where LibTorch is.
 */
export function native(purpose: Purpose = 'inference'): NativeAddon {
  loaded ??= loadAddon(purpose)
  return loaded.addon
}

/**
 * The LibTorch that the addon runs on, loaded like {@link native}.
 *
 * @throws TorchError as {@link native} does.
 */
export function libtorchInUse(): UsableLibTorch {
  loaded ??= loadAddon('inference')
  return loaded
}
