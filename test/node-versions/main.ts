// npm run -s node:check -- [--node VERSIONS] [--libtorch FOLDERS]: the package as it is built, under each Node.js and each LibTorch.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { findLibTorch } from '../../lib/libtorch/index.js'
import { runCommand } from '../command.js'
import { drawnFaces } from '../training/small-training.js'
import { checkNode, installNode } from './versions.js'

const USAGE =
  'Usage: npm run -s node:check -- [--node 20.19.0,20,22,24] [--libtorch FOLDER,FOLDER]; without --libtorch the one at hand'

interface Asked {
  readonly versions: readonly string[]
  readonly libtorchs: readonly string[]
}

function readArguments(args: string[]): Asked {
  const list = { type: 'string' } as const
  const { values } = parseArgs({ args, options: { node: list, libtorch: list } })
  const versions = (values.node ?? '20.19.0,20,22,24').split(',')
  for (const version of versions)
    if (!/^\d+(?:\.\d+){0,2}$/.test(version))
      throw new RangeError(`Expected versions such as 20.19.0 or 22 for --node but received ${version}`)
  const libtorchs = values.libtorch === undefined ? [findLibTorch().root] : values.libtorch.split(',')
  if (libtorchs.includes('')) throw new RangeError('Expected folders separated by commas for --libtorch')
  return { versions, libtorchs: libtorchs.map((folder) => resolve(folder)) }
}

/** @returns The exit code. */
async function run({ versions, libtorchs }: Asked): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'facecls-node-'))
  let failures = 0
  try {
    const photographs = join(folder, 'photographs')
    await drawnFaces(['anna', 'ben'], 6, photographs)
    console.log(['Node.js', 'outcome', 'seconds', 'losses', 'device', 'on CUDA', 'LibTorch'].join('  '))
    for (const version of versions) {
      const node = installNode(version, folder)
      for (const [index, libtorch] of libtorchs.entries()) {
        const output = join(folder, `run-${version}-${index}`)
        const { outcome, findings, seconds } = checkNode(node, photographs, output, libtorch)
        if (findings.length > 0) failures++
        const losses = outcome?.losses.map((loss) => loss.toFixed(4)).join(' ') ?? ''
        const device = outcome === null ? '' : `${outcome.device.name}, as ${outcome.device.reason}`
        const name = (outcome?.node ?? version).padEnd(8)
        const state = findings.length === 0 ? 'ok' : 'FAILED'
        console.log(
          [name, state, seconds.toFixed(1), losses, device, outcome?.cuda ?? '', libtorch].join('  '),
        )
        for (const finding of findings) console.log(`  ${finding}`)
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  return failures === 0 ? 0 : 1
}

await runCommand(USAGE, readArguments, run)
