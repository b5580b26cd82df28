// The step that installs the npm packages of package-lock.json.

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { findProgram, run } from './run.mjs'
import { SetupError, startStep } from './terminal.mjs'

const KINDS = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies']

export async function installPackages(root) {
  const step = startStep('npm packages')
  const wanted = readLock(join(root, 'package-lock.json'))
  const fits =
    wanted !== null && lockFits(wanted[''], JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')))
  // npm writes this one when an install has ended well.
  const installed = readLock(join(root, 'node_modules', '.package-lock.json'))
  if (fits && installed !== null && holdsAll(installed, wanted)) return step.skip('up to date')

  if (findProgram('npm') === null) {
    throw new SetupError(
      'npm was not found. It comes with Node.js: install it from https://nodejs.org, or set PATH.',
    )
  }
  const command = fits ? 'ci' : 'install'
  const total = fits ? Object.entries(wanted).filter(isForThisMachine).length : null
  step.say(`npm ${command}: ${total === null ? 'the packages of package.json' : `${total} packages`}`)
  let fetched = 0
  const onLine = (line) => {
    if (/^npm http .*\.tgz /.test(line))
      step.progress(`${++fetched}${total === null ? '' : ` of ${total}`} packages`)
  }
  const args = [command, '--no-audit', '--no-fund', '--ignore-scripts', '--include=dev', '--loglevel=http']
  const { code, output } = await run('npm', args, { cwd: root, onLine })
  if (code !== 0)
    throw new SetupError(`npm ${command} failed: ${reasonIn(output)}. Mend it, then run: npm ${command}`)
  step.done('installed')
}

/** The packages of a lock file by their folder; the root's own folder is ''. */
function readLock(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).packages : null
}

/** Whether the lock was made for what package.json asks for now: npm ci refuses it otherwise. */
export function lockFits(locked, manifest) {
  return KINDS.every((kind) => isDeepStrictEqual(locked?.[kind] ?? {}, manifest[kind] ?? {}))
}

/** Whether every package of the lock is there with the content that the lock names. */
export function holdsAll(installed, wanted) {
  return Object.entries(wanted).every(([folder, { version, integrity, optional }]) => {
    const found = installed[folder]
    if (folder === '' || (found === undefined && optional)) return true
    return found?.version === version && found?.integrity === integrity
  })
}

function isForThisMachine([folder, { os, cpu, libc }]) {
  const fits = (list, value) => list === undefined || list.includes(value)
  return folder !== '' && fits(os, process.platform) && fits(cpu, process.arch) && fits(libc, 'glibc')
}

function reasonIn(output) {
  const errors = output.split('\n').filter((line) => /^npm (error|ERR!) /.test(line))
  const words = errors.map((line) => line.replace(/^npm (error|ERR!) /, '').trim())
  const told = words.filter((line) => line !== '' && !/^(code|errno|syscall|A complete log)/.test(line))
  if (words.some((line) => /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH/.test(line))) {
    return `the package registry is out of reach (${told[0] ?? 'no network'})`
  }
  return told[0] ?? 'no reason given'
}
