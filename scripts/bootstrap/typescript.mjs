// The step that compiles lib to dist.

import { chmodSync, existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { run } from './run.mjs'
import { hashOf, isCurrent, stamp } from './stamp.mjs'
import { SetupError, startStep } from './terminal.mjs'

const SHOWN_LINES = 20
const INPUTS = ['lib', 'tsconfig.json', 'package.json', 'package-lock.json']

export async function compileTypeScript(root) {
  const step = startStep('TypeScript')
  const hash = hashOf(root, INPUTS)
  if (isCurrent(root, 'typescript', hash) && existsSync(join(root, 'dist', 'index.js')))
    return step.skip('up to date')

  step.say('tsc: lib -> dist')
  rmSync(join(root, 'dist'), { recursive: true, force: true }) // nothing of a file that is gone stays behind
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  const { code, output } = await run(
    process.execPath,
    [compiler, '-p', 'tsconfig.json', '--pretty', 'false'],
    { cwd: root },
  )
  if (code !== 0) {
    const first = output.split('\n').slice(0, SHOWN_LINES).join('\n')
    throw new SetupError(
      `TypeScript found errors:\n${first}\nSee all with: npx tsc --noEmit -p tsconfig.json`,
    )
  }
  chmodSync(join(root, 'dist', 'cli', 'main.js'), 0o755) // npm does it where it installs the package
  stamp(root, 'typescript', hash)
  step.done('compiled')
}
