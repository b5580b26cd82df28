import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findLibTorch } from '../../lib/libtorch/index.js'

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
    expect(paths).toEqual(
      expect.arrayContaining([
        'dist/index.js',
        'dist/index.d.ts',
        'prebuilds/linux-x64/@facecls+torch.glibc.node',
        'prebuilds/linux-x64/libfacecls_core.so',
        'native/border/core.cc',
        'CMakeLists.txt',
        'dist/cli/main.js',
        'scripts/build-native.mjs',
        'LICENSE',
        'README.md',
      ]),
    )
    expect(
      paths.filter((path) =>
        /binding\.gyp|^(test|build|lib|node_modules|\.cmake)\/|\.map$|tsbuildinfo/.test(path),
      ),
    ).toEqual([])
    expect(packed.size).toBeLessThan(10e6)
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
