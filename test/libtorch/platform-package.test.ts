import { existsSync, mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { findLibTorch, librariesOf, PLATFORM_PACKAGE, packagedLibTorch } from '../../lib/libtorch/index.js'
import { temporaryFolder } from '../files/temporary-folder.js'
import { writePlatformPackage, writeStandIn } from '../scripts/stand-in.js'
import { archive, cached, giving, provide, scene, servedAt, withNothing } from './providing.js'

/** Where the package is installed for the running test; the search itself has a test of its own. */
const installed: { folder: string | null } = { folder: null }
vi.mock(import('../../lib/libtorch/platform-package.js'), async (original) => ({
  ...(await original()),
  platformPackageFolder: () => installed.folder,
}))
const { platformPackageFolder } = await vi.importActual<
  typeof import('../../lib/libtorch/platform-package.js')
>('../../lib/libtorch/platform-package.js')

withNothing()

function install(version = '2.13.0'): string {
  installed.folder = writePlatformPackage(join(temporaryFolder(), 'node_modules', PLATFORM_PACKAGE), version)
  return installed.folder
}

function putInCache(): string {
  return writeStandIn(join(scene.cache, 'libtorch/2.13.0-cpu/torch'), '2.13.0')
}

describe('an installed package that does not fit is refused, whatever the cache has', () => {
  test.each(['2.12.1', '2.14.0'])('version %s', async (version) => {
    const folder = install(version)
    putInCache()
    const message =
      `The installed package ${PLATFORM_PACKAGE} ("${folder}") is LibTorch ${version}, but LibTorch 2.13.x is needed. ` +
      'Install its version 2.13, or remove it.'
    expect(() => findLibTorch()).toThrow(expect.objectContaining({ code: 'LIBTORCH', message }))
    await expect(provide()).rejects.toThrow(message)
  })

  test.each<[string, (folder: string) => void]>([
    ['without its libraries', (folder) => rmSync(join(folder, 'lib'), { recursive: true })],
    ['of another name', (folder) => writeFileSync(join(folder, 'package.json'), '{"version":"2.13.0"}')],
    ['without a version', (folder) => writeFileSync(join(folder, 'package.json'), '{}')],
    ['whose package.json is cut', (folder) => truncateSync(join(folder, 'package.json'), 9)],
  ])('one %s', (_what, spoil) => {
    spoil(install())
    expect(() => findLibTorch()).toThrow(/holds no LibTorch, but LibTorch 2\.13\.x is needed/)
  })

  test('a damaged one is not set up anew, and stays where it is', async () => {
    const folder = install()
    truncateSync(join(folder, 'lib/libtorch_cpu.so'), 64)
    await servedAt(giving(archive))
    await expect(provide()).rejects.toThrow(
      `The package ${PLATFORM_PACKAGE} ("${folder}") is damaged: lib/libtorch_cpu.so is cut: it has 64 of at least 66 bytes. ` +
        'Install it again, or remove it.',
    )
    expect(existsSync(join(folder, 'package.json'))).toBe(true)
    expect(cached()).toEqual([])
  })
})

describe('what goes first', () => {
  test('the package before the cache, and its origin is told', () => {
    putInCache()
    const root = install('2.13.2')
    const origin = `the package ${PLATFORM_PACKAGE}`
    expect(findLibTorch()).toEqual({ root, version: '2.13.2', variant: 'cpu', origin })
    const names = ['libgomp-0a1b2c3d.so.1', 'libc10.so', 'libtorch_cpu.so', 'libtorch.so']
    expect(librariesOf(findLibTorch())).toEqual(names.map((name) => join(root, 'lib', name)))
  })

  test('LIBTORCH before the package, of which nothing is asked then', () => {
    install('2.12.0')
    const folder = writeStandIn(temporaryFolder(), '2.13.0')
    vi.stubEnv('LIBTORCH', folder)
    expect(findLibTorch()).toMatchObject({ root: folder, origin: 'LIBTORCH' })
  })

  test('LIBTORCH may name the package', () => {
    const root = install()
    installed.folder = null
    vi.stubEnv('LIBTORCH', root)
    expect(findLibTorch()).toMatchObject({ root, version: '2.13.0', origin: 'LIBTORCH' })
  })

  test('nothing where it is not installed', () => expect(packagedLibTorch(null)).toBeNull())
})

describe('setup', () => {
  test.each([undefined, 'cpu'] as const)('has nothing to do for variant %s', async (variant) => {
    const root = install()
    expect(await provide({ variant })).toMatchObject({ libtorch: { root }, wasThere: true })
    expect(cached()).toEqual([])
  })

  test('fetches what a file holds all the same', async () => {
    install()
    const file = join(temporaryFolder(), 'libtorch.zip')
    writeFileSync(file, archive)
    expect(await provide({ from: file })).toMatchObject({ wasThere: false })
    expect(cached()).toEqual(['2.13.0-cpu', 'chosen'])
  })
})

describe('a build needs headers, which the package lacks', () => {
  test('one of the cache is taken, and why', async () => {
    install()
    const root = putInCache()
    expect(await provide({ headers: true })).toMatchObject({ libtorch: { root }, wasThere: true })
    expect(scene.said).toEqual([
      `${PLATFORM_PACKAGE} has no headers, which a build needs: taking a LibTorch that has`,
    ])
  })

  test('one is fetched where there is none', async () => {
    install()
    await servedAt(giving(archive))
    expect(await provide({ headers: true })).toMatchObject({ wasThere: false })
    expect(cached()).toContain('2.13.0-cpu')
  })

  test('LIBTORCH without any is refused', async () => {
    const root = install()
    vi.stubEnv('LIBTORCH', root)
    await expect(provide({ headers: true })).rejects.toThrow(
      `LIBTORCH="${root}" has no headers, which a build needs: looked for include/torch/headeronly/version.h in it. ` +
        'Set LIBTORCH to a whole LibTorch 2.13, or unset it.',
    )
  })
})

describe('it is found in every layout of node_modules', () => {
  const self = 'node_modules/@facecls/torch/dist/libtorch/find.js'

  function written(file: string): string {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, '')
    return file
  }

  test('not where there is none', () => {
    expect(platformPackageFolder(written(join(temporaryFolder(), self)))).toBeNull()
  })

  test('flat, as of npm and Yarn', () => {
    const project = temporaryFolder()
    const folder = writePlatformPackage(join(project, 'node_modules', PLATFORM_PACKAGE), '2.13.0')
    expect(platformPackageFolder(written(join(project, self)))).toBe(folder)
  })

  test('linked beside this package, in a store that lies elsewhere, as of pnpm', () => {
    const store = temporaryFolder()
    const folder = writePlatformPackage(join(store, 'one/node_modules', PLATFORM_PACKAGE), '2.13.0')
    const from = written(join(store, 'other', self))
    symlinkSync(folder, join(store, 'other/node_modules', PLATFORM_PACKAGE))
    expect(platformPackageFolder(from)).toBe(folder)
  })
})
