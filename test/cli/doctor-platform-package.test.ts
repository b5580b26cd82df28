import { truncateSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, expect, test, vi } from 'vitest'
import { examine } from '../../lib/cli/doctor/examine.js'
import type { Probed } from '../../lib/cli/doctor/probe.js'
import { PLATFORM_PACKAGE } from '../../lib/libtorch/index.js'
import { temporaryFolder } from '../files/temporary-folder.js'
import { writePlatformPackage } from '../scripts/stand-in.js'
import { GOOD_HOST } from './hosts.js'

const installed: { folder: string } = { folder: '' }
vi.mock(import('../../lib/libtorch/platform-package.js'), async (original) => ({
  ...(await original()),
  platformPackageFolder: () => installed.folder,
}))

const BROKEN: Probed = { code: null, message: 'The process that loaded it was killed by the system' }

beforeEach(() => {
  vi.unstubAllEnvs()
  vi.stubEnv('FACECLS_CACHE', temporaryFolder())
  vi.stubEnv('LIBTORCH', undefined)
})

async function examined(version: string, spoil: (folder: string) => void = () => undefined) {
  installed.folder = writePlatformPackage(join(temporaryFolder(), PLATFORM_PACKAGE), version)
  spoil(installed.folder)
  const { checks, libtorch } = await examine(GOOD_HOST, async () => BROKEN)
  const of = (wanted: string) => checks.find(({ name }) => name === wanted)
  return { libtorch, check: of('LibTorch'), loading: of('loading') }
}

test('another version: the one to install', async () => {
  const { check } = await examined('2.12.1')
  expect(check).toEqual({
    name: 'LibTorch',
    state: 'problem',
    found: `The installed package ${PLATFORM_PACKAGE} ("${installed.folder}") is LibTorch 2.12.1, but LibTorch 2.13.x is needed`,
    advice: `Install ${PLATFORM_PACKAGE}@2.13, or remove it and run: npx facecls-torch setup`,
  })
})

test('a damaged one is installed again, not fetched', async () => {
  const { check } = await examined('2.13.0', (folder) => truncateSync(join(folder, 'lib/libc10.so'), 10))
  expect(check?.found).toContain(`from the package ${PLATFORM_PACKAGE}; damaged: lib/libc10.so`)
  expect(check?.advice).toBe(
    `Install ${PLATFORM_PACKAGE} again, or remove it and run: npx facecls-torch setup`,
  )
})

test('one that ends the process that loads it', async () => {
  const { libtorch, check, loading } = await examined('2.13.0')
  expect(libtorch).toMatchObject({ root: installed.folder, origin: `the package ${PLATFORM_PACKAGE}` })
  expect(check?.state).toBe('ok')
  expect(loading?.advice).toBe(
    `Install ${PLATFORM_PACKAGE} again, or remove it and run: npx facecls-torch setup`,
  )
})
