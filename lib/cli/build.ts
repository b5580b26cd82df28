// Compiles the native addon, by the script that a checkout builds with.

import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const SCRIPT = fileURLToPath(new URL('../../scripts/build-native.mjs', import.meta.url))

/** Returns the exit code. The script has the terminal to itself. */
export function runBuild(script = SCRIPT): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script], { stdio: 'inherit' })
    child.on('error', reject)
    child.on('close', (code) => resolve(code ?? 1))
  })
}
