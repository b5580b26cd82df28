// Fetches the LibTorch that this package takes into the per-user cache, unless LIBTORCH or the cache has one.

import { provideLibTorch } from './bootstrap/libtorch.mjs'
import { ROOT } from './bootstrap/stamp.mjs'
import { exitCodeOf } from './bootstrap/terminal.mjs'

process.exitCode = await exitCodeOf(() => provideLibTorch(ROOT))
