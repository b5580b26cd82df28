// Does what is missing before `npm start` and `npm test`: packages, TypeScript, LibTorch, the native build.

import { provideLibTorch } from './bootstrap/libtorch.mjs'
import { buildNative } from './bootstrap/native.mjs'
import { installPackages } from './bootstrap/packages.mjs'
import { checkPlatform } from './bootstrap/platform.mjs'
import { ROOT } from './bootstrap/stamp.mjs'
import { exitCodeOf } from './bootstrap/terminal.mjs'
import { compileTypeScript } from './bootstrap/typescript.mjs'

process.exitCode = await exitCodeOf(async () => {
  checkPlatform()
  await installPackages(ROOT)
  await compileTypeScript(ROOT)
  const libtorch = await provideLibTorch(ROOT)
  await buildNative(ROOT, libtorch)
})
