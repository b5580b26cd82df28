// Makes the platform package of the LibTorch at hand and packs it: `npm run pack:libtorch [-- --pack-destination FOLDER]`.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { provideLibTorch } from './bootstrap/libtorch.mjs'
import { run } from './bootstrap/run.mjs'
import { ROOT } from './bootstrap/stamp.mjs'
import { exitCodeOf, megabytes, SetupError, startStep } from './bootstrap/terminal.mjs'
import { makePackage } from './libtorch-package/make.mjs'

process.exitCode = await exitCodeOf(async () => {
  const destination = resolve(destinationIn(process.argv.slice(2)))
  const libtorch = await provideLibTorch(ROOT)
  const { librariesOf, PLATFORM_PACKAGE: name } = await import('../dist/libtorch/index.js')
  const step = startStep('package')
  const folder = mkdtempSync(join(tmpdir(), 'facecls-libtorch-'))
  try {
    makePackage(folder, { name, libtorch, libraries: librariesOf(libtorch) })
    step.say(`${name} ${libtorch.version}: loading it`)
    await checkLoads(folder)
    step.say('packing it')
    const { filename, size, unpackedSize } = await pack(folder, destination)
    step.done(`${join(destination, filename)}: ${megabytes(size)}, unpacked ${megabytes(unpackedSize)}`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

function destinationIn(argv) {
  const options = { 'pack-destination': { type: 'string', default: '.' } }
  try {
    return parseArgs({ args: argv, options }).values['pack-destination']
  } catch (error) {
    throw new SetupError(`${error.message}\nUsage: npm run pack:libtorch [-- --pack-destination FOLDER]`)
  }
}

/** A library that is needed and not in the package would show here, and not first at a user's. */
async function checkLoads(folder) {
  const command = join(ROOT, 'dist', 'cli', 'main.js')
  const { code, output } = await run(process.execPath, [command, 'doctor'], {
    env: { ...process.env, LIBTORCH: folder },
  })
  if (code !== 0) throw new SetupError(`The package cannot be used:\n${output}`)
}

async function pack(folder, destination) {
  const options = ['--json', '--ignore-scripts', '--loglevel=error', '--pack-destination', destination]
  const { code, output } = await run('npm', ['pack', folder, ...options])
  if (code !== 0) throw new SetupError(`npm pack failed:\n${output}`)
  return Object.values(JSON.parse(output))[0]
}
