import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { cacheFolder, ensureFolder, freshFolder } from '../../lib/files/index.js'
import { smallDisk, temporaryFolder, whyNoMounts } from './temporary-folder.js'

const noMounts = whyNoMounts()

test.each([ensureFolder, freshFolder])('%o refuses arguments of the wrong type', async (make) => {
  for (const path of ['', undefined, null, 7, {}]) {
    await expect(make(path as never)).rejects.toThrow(/^Expected a non-empty string for path but received/)
  }
})

test.each([ensureFolder, freshFolder])(
  '%o refuses a path that is a file or has a file as parent',
  async (make) => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'file'), 'x')
    await expect(make(join(folder, 'file'))).rejects.toMatchObject({
      code: 'FILE',
      message: `Cannot make the folder "${join(folder, 'file')}": a file of that name is in the way. Choose another path, or move that file away.`,
    })
    await expect(make(join(folder, 'file', 'runs', 'a'))).rejects.toMatchObject({
      code: 'FILE',
      message: expect.stringContaining('a part of the path is a file, not a folder'),
    })
    expect(readdirSync(folder)).toEqual(['file'])
  },
)

test.skipIf(noMounts)('refuses a read-only place', async () => {
  const disk = smallDisk('size=1m,ro')
  await expect(ensureFolder(disk)).rejects.toMatchObject({
    code: 'FILE',
    message: `Cannot write in the folder "${disk}": the file system is read-only. Choose a folder on a file system that can be written.`,
  })
  await expect(freshFolder(join(disk, 'run'))).rejects.toMatchObject({
    code: 'FILE',
    message: expect.stringMatching(/^Cannot make the folder .* read-only/),
  })
})

test.each([ensureFolder, freshFolder])('%o refuses a file system that takes no folders', async (make) => {
  await expect(make('/proc/facecls/runs')).rejects.toMatchObject({
    code: 'FILE',
    message: 'Cannot make the folder "/proc/facecls/runs": it does not exist. Check the path.',
  })
})

test.skipIf(noMounts)('refuses a full disk and leaves no probe', async () => {
  const disk = smallDisk('size=64k')
  mkdirSync(join(disk, 'run'))
  expect(() => writeFileSync(join(disk, 'filler'), new Uint8Array(2 ** 20))).toThrow('ENOSPC')
  await expect(ensureFolder(join(disk, 'run'))).rejects.toMatchObject({
    code: 'FILE',
    message: expect.stringContaining('the disk is full'),
  })
  expect(readdirSync(join(disk, 'run'))).toEqual([])
})

test('ensureFolder makes what is missing and keeps what is there', async () => {
  const folder = temporaryFolder()
  const path = join(folder, 'a', 'b')
  await ensureFolder(path)
  writeFileSync(join(path, 'kept'), 'x')
  await ensureFolder(path)
  expect(readdirSync(path)).toEqual(['kept'])
})

test('freshFolder takes a missing or an empty folder and never another run', async () => {
  const folder = temporaryFolder()
  const run = join(folder, 'runs', 'a')
  await freshFolder(run)
  await freshFolder(run)
  for (const name of ['history.csv', '.hidden', 'c', 'd']) writeFileSync(join(run, name), 'x')
  await expect(freshFolder(run)).rejects.toMatchObject({
    code: 'FILE',
    message:
      `The folder "${run}" is not empty (".hidden", "c", "d" and 1 more): it may be an earlier run, which is never ` +
      'overwritten. Choose another folder, or move this one away.',
  })
  expect(readdirSync(run)).toHaveLength(4)
})

test('cacheFolder follows FACECLS_CACHE, then XDG_CACHE_HOME, then the home folder, and makes nothing', () => {
  onTestFinished(() => {
    vi.unstubAllEnvs()
  })
  const folder = temporaryFolder()
  vi.stubEnv('FACECLS_CACHE', join(folder, 'own'))
  vi.stubEnv('XDG_CACHE_HOME', join(folder, 'xdg'))
  expect(cacheFolder()).toBe(join(folder, 'own'))
  vi.stubEnv('FACECLS_CACHE', 'relative')
  expect(cacheFolder()).toBe(resolve('relative'))
  vi.stubEnv('FACECLS_CACHE', '')
  expect(cacheFolder()).toBe(join(folder, 'xdg', 'facecls-torch'))
  vi.stubEnv('XDG_CACHE_HOME', 'relative')
  expect(cacheFolder()).toBe(join(homedir(), '.cache', 'facecls-torch'))
  vi.stubEnv('XDG_CACHE_HOME', undefined)
  expect(cacheFolder()).toBe(join(homedir(), '.cache', 'facecls-torch'))
  expect(existsSync(join(folder, 'own'))).toBe(false)
})
