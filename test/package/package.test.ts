import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findLibTorch } from '../../lib/libtorch/index.js'
import { writeStandIn } from '../scripts/stand-in.js'
import { contentProblems } from './contents.js'

const root = join(import.meta.dirname, '../..')
let folder: string // holds the tarball, and the empty project that it is installed into
let packed: { filename: string; size: number; files: { path: string }[] }

function run(cwd: string, command: string, ...args: string[]): string {
  const { NODE_OPTIONS: _, VITEST: __, NODE_ENV: ___, ...inherited } = process.env
  const env = { ...inherited, LIBTORCH: findLibTorch().root }
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, env, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}:\n${stdout}${stderr}`)
  return stdout
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'facecls-package-'))
  run(root, process.execPath, 'scripts/bootstrap.mjs')
  run(root, 'npm', 'run', '--silent', 'prebuild')
  const [description] = JSON.parse(run(root, 'npm', 'pack', '--json', '--pack-destination', folder))
  packed = description
  writeFileSync(join(folder, 'package.json'), '{ "name": "empty", "private": true }')
  const options = ['--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund']
  run(folder, 'npm', 'install', ...options, join(folder, packed.filename))
}, 900_000)

afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('the tarball', () => {
  test('holds what a user needs, and neither binding.gyp nor tests', () => {
    const paths = packed.files.map(({ path }) => path)
    expect(contentProblems(paths, packed.size)).toEqual([])
  })

  test('runs no script when it is installed, and neither does anything that it brings', () => {
    const lock = JSON.parse(readFileSync(join(folder, 'node_modules/.package-lock.json'), 'utf8')) as {
      packages: Record<string, { hasInstallScript?: boolean }>
    }
    const scripted = Object.entries(lock.packages).filter(([, { hasInstallScript }]) => hasInstallScript)
    expect(scripted).toEqual([])
  })
})

describe('installed in an empty folder with scripts off', () => {
  test('import and require give the same public names', () => {
    const names =
      "Object.keys(m).sort().filter((name) => name !== 'default' && name !== 'module.exports').join()"
    const imported = run(
      folder,
      'node',
      '--input-type=module',
      '-e',
      `import * as m from '@facecls/torch'; console.log(${names})`,
    )
    const required = run(
      folder,
      'node',
      '--no-warnings',
      '--input-type=commonjs',
      '-e',
      `const m = require('@facecls/torch'); console.log(${names})`,
    )
    expect(imported).toContain('FaceClassifier')
    expect(required).toBe(imported)
  })

  test('its command says that all is well', () => {
    expect(run(folder, 'npx', '--no-install', 'facecls-torch', '--version')).toMatch(/^\d+\.\d+\.\d+$/m)
    expect(JSON.parse(run(folder, 'npx', '--no-install', 'facecls-torch', 'doctor', '--json')).healthy).toBe(
      true,
    )
  })

  test('its prebuild takes no LibTorch of another minor version, and loads nothing of it', () => {
    const manifest = join(folder, 'node_modules/@facecls/torch/package.json')
    const own = readFileSync(manifest, 'utf8')
    // As if the package asked for it: it is the prebuild that has to refuse.
    writeFileSync(manifest, JSON.stringify({ ...JSON.parse(own), libtorch: '2.12.0' }))
    const env = { ...process.env, LIBTORCH: writeStandIn(join(folder, 'other'), '2.12.0') }
    const args = ['node_modules/@facecls/torch/dist/cli/main.js', 'doctor']
    const { status, stdout } = spawnSync(process.execPath, args, { cwd: folder, env, encoding: 'utf8' })
    writeFileSync(manifest, own)
    expect(status).toBe(1)
    expect(stdout).toMatch(
      /loading +The native addon was built with LibTorch 2\.13 and takes no other minor version, but .* is 2\.12\.0/,
    )
  })

  test('trains on ten photographs and classifies one', () => {
    copyFileSync(join(import.meta.dirname, 'train-and-classify.mjs'), join(folder, 'main.mjs'))
    const { samples, best, answers } = JSON.parse(
      run(folder, 'node', 'main.mjs').trim().split('\n').at(-1) ?? '',
    )
    expect(samples).toBe(10)
    expect(best).toMatch(/\.safetensors$/)
    expect(answers.map(({ identity }: { identity: string }) => identity).sort()).toEqual(['anna', 'ben'])
    const total = answers.reduce(
      (sum: number, { probability }: { probability: number }) => sum + probability,
      0,
    )
    expect(total).toBeCloseTo(1, 5)
  })
})

test('a second run of the set-up has nothing to do', () => {
  const lines = run(root, process.execPath, 'scripts/bootstrap.mjs').trim().split('\n')
  expect(lines).toHaveLength(4)
  expect(lines.filter((line) => line.endsWith('up to date'))).toHaveLength(3)
})
