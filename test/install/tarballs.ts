// The two tarballs that are installed: the package's, and the platform package's.

import { readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { PLATFORM_PACKAGE } from '../../lib/libtorch/index.js'
import { run } from '../../scripts/bootstrap/run.mjs'
import { contentProblems } from '../package/contents.js'
import type { Tarball } from './managers.js'

export interface Tarballs {
  readonly package: Tarball
  readonly platform: Tarball
}

const NAMES = { package: '@facecls/torch', platform: PLATFORM_PACKAGE } as const
const PATTERNS = { package: /^facecls-torch-.*\.tgz$/, platform: /^facecls-libtorch-.*\.tgz$/ } as const

/** Makes both of this checkout, the platform package of the LibTorch at hand. */
export async function makeTarballs(root: string, folder: string): Promise<Tarballs> {
  await made(root, ['npm', 'run', '--silent', 'prebuild'])
  const pack = ['npm', 'pack', '--json', '--ignore-scripts', '--loglevel=error', '--pack-destination', folder]
  const [{ files, size }] = JSON.parse(await made(root, pack)) as [
    { files: { path: string }[]; size: number },
  ]
  const problems = contentProblems(
    files.map(({ path }) => path),
    size,
  )
  if (problems.length > 0) throw new Error(`The tarball is not as it should be: ${problems.join('; ')}`)
  console.log(`The package: ${files.length} files, ${(size / 1e6).toFixed(1)} MB`)
  await made(root, ['npm', 'run', '--silent', 'pack:libtorch', '--', '--pack-destination', folder])
  return foundTarballs(folder)
}

/** @throws Error where the folder has not exactly one of each. */
export function foundTarballs(folder: string): Tarballs {
  const names = readdirSync(folder)
  const one = (which: keyof Tarballs): Tarball => {
    const found = names.filter((name) => PATTERNS[which].test(name))
    if (found.length !== 1)
      throw new Error(`Expected one tarball of ${NAMES[which]} in ${folder} but found ${found.length}`)
    return { name: NAMES[which], file: resolve(join(folder, found[0] as string)) }
  }
  return { package: one('package'), platform: one('platform') }
}

async function made(cwd: string, [command = '', ...args]: readonly string[]): Promise<string> {
  console.log(`${command} ${args.filter((arg) => !arg.startsWith('-')).join(' ')}`)
  const { code, output } = await run(command, args, { cwd })
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}:\n${output}`)
  return output
}
