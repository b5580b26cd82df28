// Makes the folder of the platform package: the libraries that the addon opens, their licenses, and no headers.

import { constants, copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { SetupError } from '../bootstrap/terminal.mjs'

const HERE = fileURLToPath(new URL('.', import.meta.url))
const OTHERS = 'licenses' // of libraries whose licenses PyTorch's wheel lacks

/**
 * @param {string} folder an empty one
 * @param {{ name: string, libtorch: { root: string, version: string, variant: string }, libraries: string[] }} content
 */
export function makePackage(folder, { name, libtorch, libraries }) {
  if (libtorch.variant !== 'cpu') {
    throw new SetupError(
      `The LibTorch at hand, ${libtorch.root}, is built for CUDA, and ${name} for the processor alone. ` +
        'Set LIBTORCH to one for the processor.',
    )
  }
  const licenses = licensesOf(libtorch)
  mkdirSync(join(folder, 'lib'), { recursive: true })
  for (const library of libraries)
    copyFileSync(library, join(folder, 'lib', basename(library)), constants.COPYFILE_FICLONE)
  cpSync(licenses, join(folder, 'licenses'), { recursive: true })
  cpSync(join(HERE, OTHERS), join(folder, 'licenses'), { recursive: true })
  // Where npm and whoever looks for a license expect it.
  copyFileSync(join(licenses, 'LICENSE'), join(folder, 'LICENSE'))
  for (const file of ['README.md', 'NOTICE.md']) copyFileSync(join(HERE, file), join(folder, file))
  writeFileSync(
    join(folder, 'package.json'),
    `${JSON.stringify(manifestOf(name, libtorch.version), null, 2)}\n`,
  )
}

function manifestOf(name, version) {
  return {
    name,
    version,
    description: 'The libraries of LibTorch for @facecls/torch on Linux x64, for the processor',
    license: 'SEE LICENSE IN NOTICE.md',
    os: ['linux'],
    cpu: ['x64'],
    libc: ['glibc'],
    preferUnplugged: true, // the system loads no library out of a zip, which Yarn keeps packages in
  }
}

/** The folder of licenses that a wheel of PyTorch has beside its folder torch. */
function licensesOf({ root, version }) {
  const beside = dirname(root)
  const folders = readdirSync(beside)
    .filter((entry) => entry.startsWith(`torch-${version}`) && entry.endsWith('.dist-info'))
    .map((entry) => join(beside, entry, 'licenses'))
  const found = folders.find((folder) => existsSync(join(folder, 'LICENSE')))
  if (found !== undefined) return found
  throw new SetupError(
    `The licenses of LibTorch ${version} were not found beside ${root}, and without them it cannot be passed on. ` +
      'A wheel of PyTorch has them: name its folder torch by LIBTORCH, or fetch it with: ' +
      `pip download --no-deps torch==${version} && npx facecls-torch setup --from FILE`,
  )
}
