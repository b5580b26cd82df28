// Puts the two native products into prebuilds/linux-x64, as prebuildify does: `npm run prebuild`.

import { existsSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { provideLibTorch } from './bootstrap/libtorch.mjs'
import { buildNative } from './bootstrap/native.mjs'
import { run } from './bootstrap/run.mjs'
import { ROOT } from './bootstrap/stamp.mjs'
import { exitCodeOf, SetupError, startStep } from './bootstrap/terminal.mjs'

process.exitCode = await exitCodeOf(async () => {
  const libtorch = await provideLibTorch(ROOT)
  await prebuild()
  // prebuildify empties build and takes the addon out of it.
  await buildNative(ROOT, libtorch)
})

async function prebuild() {
  const step = startStep('prebuild')
  const prefix = dirname(dirname(process.execPath))
  if (!existsSync(join(prefix, 'include', 'node', 'common.gypi'))) {
    throw new SetupError(
      `The headers of Node.js are not in ${prefix}/include. Use a Node.js from https://nodejs.org, which has them.`,
    )
  }
  rmSync(join(ROOT, 'prebuilds'), { recursive: true, force: true })
  const script = join(ROOT, 'node_modules', 'prebuildify', 'bin.js')
  const { code, output } = await run(process.execPath, [script, '--napi', '--strip', '--tag-libc'], {
    cwd: ROOT,
    env: { ...process.env, npm_config_nodedir: prefix }, // else node-gyp fetches headers
    onLine: (line) => step.progress(line),
  })
  if (code !== 0) throw new SetupError(`prebuildify failed:\n${output}\nSee it again with: npm run prebuild`)
  step.done('prebuilds/linux-x64')
}
