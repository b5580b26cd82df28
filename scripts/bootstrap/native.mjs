// The step that compiles native/ through cmake-js, in .cmake, and puts the two products into build/Release.

import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { availableParallelism, totalmem } from 'node:os'
import { dirname, join, sep } from 'node:path'
import { findProgram, run } from './run.mjs'
import { hashOf, isCurrent, stamp } from './stamp.mjs'
import { SetupError, startStep } from './terminal.mjs'

const BUILD = '.cmake' // not build, which node-gyp empties
const PRODUCTS = ['facecls_torch.node', 'libfacecls_core.so']
const INPUTS = ['native', 'CMakeLists.txt', 'package-lock.json']
const JOB_BYTES = 2e9 // what one compiler needs at its peak

/** @param {{ root: string, version: string }} libtorch */
export async function buildNative(root, libtorch) {
  const step = startStep('native addon')
  const hash = hashOf(root, [...INPUTS, { text: `${realpathSync(libtorch.root)} ${libtorch.version}` }])
  const made = PRODUCTS.every((name) => existsSync(join(root, BUILD, 'Release', name)))
  if (made && isCurrent(root, 'native', hash)) {
    placeProducts(root, (name) => !existsSync(join(root, 'build', 'Release', name)))
    return step.skip('up to date')
  }
  checkTools(root)
  if (findProgram('ninja', 'ninja-build') === null) step.say('ninja was not found: building with make')
  clearForeignBuild(root)
  step.say(`compiling native/ against ${libtorch.root}`)
  await cmakeJs(root, ['configure', `--CDLIBTORCH=${libtorch.root}`], step)
  await cmakeJs(root, ['build'], step)
  placeProducts(root, () => true)
  stamp(root, 'native', hash)
  step.done('built')
}

/** Throws what says how to install the first thing that a build lacks; a LibTorch of 200 MB need not be fetched for that. */
export function checkTools(root) {
  if (findProgram('cmake') === null) {
    throw new SetupError(
      'CMake was not found. Install it with: apt-get install cmake (or: dnf install cmake)',
    )
  }
  if (!process.env.CXX && findProgram('g++', 'clang++', 'c++') === null) {
    throw new SetupError(
      'No C++ compiler was found. Install one with: apt-get install g++ (or: dnf install gcc-c++)',
    )
  }
  if (findProgram('ninja', 'ninja-build', 'make') === null) {
    throw new SetupError('Neither ninja nor make was found. Install one with: apt-get install ninja-build')
  }
  cmakeJsOf(root)
}

// CMake refuses a folder that was configured for another place or another generator.
function clearForeignBuild(root) {
  const cache = join(root, BUILD, 'CMakeCache.txt')
  if (!existsSync(cache)) return
  const text = readFileSync(cache, 'utf8')
  const value = (name) => new RegExp(`^${name}:\\w+=(.*)$`, 'm').exec(text)?.[1] ?? ''
  const generator = findProgram('ninja', 'ninja-build') === null ? 'Unix Makefiles' : 'Ninja'
  const same =
    existsSync(value('CMAKE_HOME_DIRECTORY')) &&
    realpathSync(value('CMAKE_HOME_DIRECTORY')) === realpathSync(root)
  if (!same || value('CMAKE_GENERATOR') !== generator) rmSync(join(root, BUILD), { recursive: true })
}

// In a checkout it lies in its own node_modules; in a project that has installed the package, beside the package.
function cmakeJsOf(root) {
  try {
    return join(
      dirname(createRequire(join(root, 'package.json')).resolve('cmake-js/package.json')),
      'bin',
      'cmake-js',
    )
  } catch {
    throw new SetupError(
      'cmake-js was not found. Install what a build needs with: npm install --save-dev cmake-js node-addon-api node-api-headers',
    )
  }
}

async function cmakeJs(root, args, step) {
  const script = cmakeJsOf(root)
  const jobs = Math.max(1, Math.min(availableParallelism(), Math.floor(totalmem() / JOB_BYTES)))
  const { MAKEFLAGS: _, ...env } = { CMAKE_BUILD_PARALLEL_LEVEL: String(jobs), ...process.env }
  // ninja says [n/m], make [ n%].
  const onLine = (line) => {
    if (/^\[\s*\d+(%|\/\d+)\]/.test(line)) step.progress(line, { every: 0 })
  }
  const { code, output } = await run(process.execPath, [script, ...args, '-O', BUILD], {
    cwd: root,
    env,
    onLine,
  })
  if (code !== 0) {
    throw new SetupError(
      `The native build failed:\n${reasonIn(output)}\nSee it again with: ${commandIn(root)}`,
    )
  }
}

/** What builds again: in a project that has installed the package nobody sees its scripts. */
function commandIn(root) {
  return root.split(sep).includes('node_modules')
    ? 'npx facecls-torch build'
    : 'node scripts/build-native.mjs'
}

function reasonIn(output) {
  const lines = output.split('\n').filter((line) => !line.startsWith('ERROR OMG'))
  const first = lines.findIndex((line) => /\berror:|CMake Error|undefined reference|Killed/.test(line))
  return (first < 0 ? lines.slice(-20) : lines.slice(first, first + 20)).join('\n')
}

// Each file is replaced as a whole: a running process keeps the one that it has open.
function placeProducts(root, isWanted) {
  const folder = join(root, 'build', 'Release')
  mkdirSync(folder, { recursive: true })
  for (const name of readdirSync(folder)) {
    if (name.endsWith('.node') && !PRODUCTS.includes(name)) rmSync(join(folder, name))
  }
  for (const name of PRODUCTS.filter(isWanted)) {
    const staged = join(folder, `.${name}.${process.pid}`)
    copyFileSync(join(root, BUILD, 'Release', name), staged)
    renameSync(staged, join(folder, name))
  }
}
