// The native addon, loaded at its first use. Importing this file loads nothing and never throws.

import type { NativeAddon } from './addon.js'
import { loadAddon } from './load.js'

export type * from './addon.js'
export { nativeCall, nativeNow } from './call.js'

let addon: NativeAddon | undefined

/**
 * The native addon of this environment.
 *
 * @throws TorchError ADDON where the addon is missing or does not fit this process, LIBTORCH where LibTorch is.
 */
export function native(): NativeAddon {
  addon ??= loadAddon()
  return addon
}
