// Compiles the native addon against the LibTorch at hand. binding.gyp calls this; so can you.

import { provideLibTorch } from './bootstrap/libtorch.mjs'
import { buildNative, checkTools } from './bootstrap/native.mjs'
import { ROOT } from './bootstrap/stamp.mjs'
import { exitCodeOf } from './bootstrap/terminal.mjs'

process.exitCode = await exitCodeOf(async () => {
  checkTools(ROOT)
  await buildNative(ROOT, await provideLibTorch(ROOT))
})
