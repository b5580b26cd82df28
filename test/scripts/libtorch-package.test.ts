import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { librariesOf, PLATFORM_PACKAGE } from '../../lib/libtorch/index.js'
import { makePackage } from '../../scripts/libtorch-package/make.mjs'
import { temporaryFolder } from '../files/temporary-folder.js'
import { writeStandIn } from './stand-in.js'

/** A LibTorch as pip installs it, with a wheel's licenses beside it where a folder is named for them. */
function libtorchWith(licenses: string | null) {
  const site = temporaryFolder()
  const root = writeStandIn(join(site, 'torch'), '2.13.0')
  if (licenses !== null) {
    mkdirSync(join(site, licenses, 'licenses/third_party/sleef'), { recursive: true })
    writeFileSync(join(site, licenses, 'licenses/LICENSE'), 'of PyTorch')
    writeFileSync(join(site, licenses, 'licenses/third_party/sleef/LICENSE'), 'of SLEEF')
  }
  return { root, version: '2.13.0', variant: 'cpu' as 'cpu' | 'cuda', origin: 'a test' }
}

function made(libtorch: ReturnType<typeof libtorchWith>): string {
  const folder = temporaryFolder()
  makePackage(folder, { name: PLATFORM_PACKAGE, libtorch, libraries: librariesOf(libtorch) })
  return folder
}

describe('no package is made', () => {
  test('of a LibTorch for CUDA', () => {
    const libtorch = { ...libtorchWith('torch-2.13.0.dist-info'), variant: 'cuda' as const }
    expect(() => made(libtorch)).toThrow(/is built for CUDA, and .* for the processor alone\. Set LIBTORCH/)
  })

  test.each([null, 'torch-2.12.0.dist-info', 'torch-2.13.0'])('without its licenses: %s', (licenses) => {
    expect(() => made(libtorchWith(licenses))).toThrow(
      /The licenses of LibTorch 2\.13\.0 were not found beside/,
    )
  })
})

test.each(['torch-2.13.0.dist-info', 'torch-2.13.0+cpu.dist-info'])('with the licenses of %s', (licenses) => {
  const folder = made(libtorchWith(licenses))
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1))
  expect(files.sort()).toEqual([
    'LICENSE',
    'NOTICE.md',
    'README.md',
    'lib/libc10.so',
    'lib/libgomp-0a1b2c3d.so.1',
    'lib/libtorch.so',
    'lib/libtorch_cpu.so',
    'licenses/LICENSE',
    'licenses/gcc/GCC-exception-3.1.txt',
    'licenses/gcc/GPL-3.0.txt',
    'licenses/onemkl/license.txt',
    'licenses/onemkl/third-party-programs.txt',
    'licenses/third_party/sleef/LICENSE',
    'package.json',
  ])
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  expect(manifest).toMatchObject({
    name: PLATFORM_PACKAGE,
    version: '2.13.0',
    os: ['linux'],
    cpu: ['x64'],
    libc: ['glibc'],
  })
  expect(Object.keys(manifest)).not.toContain('scripts')
})

test('what is made is found as a LibTorch by its package.json alone', async () => {
  const root = made(libtorchWith('torch-2.13.0.dist-info'))
  vi.stubEnv('LIBTORCH', root)
  const { findLibTorch } = await import('../../lib/libtorch/index.js')
  expect(findLibTorch()).toMatchObject({ root, version: '2.13.0', variant: 'cpu' })
  vi.unstubAllEnvs()
})

test('this package takes the platform package of its own LibTorch', () => {
  const file = join(import.meta.dirname, '../../package.json')
  const { libtorch, peerDependencies, peerDependenciesMeta } = JSON.parse(readFileSync(file, 'utf8'))
  expect(peerDependencies[PLATFORM_PACKAGE]).toBe(`${libtorch.split('.').slice(0, 2).join('.')}.x`)
  expect(peerDependenciesMeta[PLATFORM_PACKAGE]).toEqual({ optional: true })
})
