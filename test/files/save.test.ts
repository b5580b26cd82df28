import { spawn } from 'node:child_process'
import { once } from 'node:events'
import fs, { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test, vi } from 'vitest'
import { saveDurably } from '../../lib/files/index.js'
import { smallDisk, temporaryFolder, whyNoMounts } from './temporary-folder.js'

const noMounts = whyNoMounts()

/** Makes the next flush fail with this errno. */
function failNextFlush(code: string): void {
  const spy = vi.spyOn(fs, 'fsync')
  spy.mockImplementationOnce((_file, done) => done(Object.assign(new Error(code), { code })))
  onTestFinished(() => spy.mockRestore())
}

test('refuses arguments of the wrong type before it touches the disk', async () => {
  const folder = temporaryFolder()
  await expect(saveDurably('', 'x')).rejects.toThrow(TypeError)
  await expect(saveDurably(7 as never, 'x')).rejects.toThrow('for path but received 7 of type number')
  for (const data of [undefined, null, 7, [1, 2], {}]) {
    await expect(saveDurably(join(folder, 'a'), data as never)).rejects.toThrow(
      /^Expected a Uint8Array, a string or an async iterable of Uint8Array for data/,
    )
  }
  expect(readdirSync(folder)).toEqual([])
})

test('saves bytes, strings and streams, and replaces an older file', async () => {
  const folder = temporaryFolder()
  const path = join(folder, 'a.bin')
  await saveDurably(path, Uint8Array.of(1, 2, 255))
  expect([...readFileSync(path)]).toEqual([1, 2, 255])
  await saveDurably(path, 'naïve\n')
  expect(readFileSync(path, 'utf8')).toBe('naïve\n')
  async function* chunks() {
    yield Buffer.from('one ')
    yield new Uint8Array(0)
    yield Buffer.from('two')
  }
  await saveDurably(path, chunks())
  expect(readFileSync(path, 'utf8')).toBe('one two')
  await saveDurably(path, '')
  expect(readFileSync(path, 'utf8')).toBe('')
  expect(readdirSync(folder)).toEqual(['a.bin'])
})

test('saves under a name of the greatest length', async () => {
  const folder = temporaryFolder()
  const name = `${'\u4e2d'.repeat(84)}.pt`
  await saveDurably(join(folder, name), 'x')
  expect(readdirSync(folder)).toEqual([name])
})

test('names the file and the remedy where the folder is missing, a parent is a file, or a folder has the name', async () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'file'), 'x')
  mkdirSync(join(folder, 'folder'))
  const code = 'FILE'
  await expect(saveDurably(join(folder, 'no', 'a'), 'x')).rejects.toMatchObject({
    code,
    message: `Cannot save "${join(folder, 'no', 'a')}": it does not exist. Check the path.`,
  })
  await expect(saveDurably(join(folder, 'file', 'a'), 'x')).rejects.toMatchObject({
    code,
    message: expect.stringMatching(
      /file\/a": a part of the path is a file, not a folder\. Choose a path whose/,
    ),
  })
  await expect(saveDurably(join(folder, 'folder'), 'x')).rejects.toMatchObject({
    code,
    message: expect.stringMatching(/folder": it is a folder, not a file\. Choose the path of a file\.$/),
  })
  await expect(saveDurably(join(folder, 'a\0b'), 'x')).rejects.toMatchObject({ code })
  await expect(saveDurably(join(folder, 'no\u001b[2J', 'a'), 'x')).rejects.toThrow(/no\\u001b\[2J/)
  expect(readdirSync(folder).sort()).toEqual(['file', 'folder'])
})

test.skipIf(noMounts)('a full disk fails the save and leaves the older file', async () => {
  const disk = smallDisk('size=1m')
  const path = join(disk, 'model')
  await saveDurably(path, 'old')
  await expect(saveDurably(path, new Uint8Array(2 ** 21))).rejects.toMatchObject({
    code: 'FILE',
    message: `Cannot save "${path}": the disk is full. Free some space, or choose a folder on another disk.`,
  })
  expect(readFileSync(path, 'utf8')).toBe('old')
  expect(readdirSync(disk)).toEqual(['model'])
})

test('a failed flush fails the save and leaves the older file', async () => {
  const folder = temporaryFolder()
  const path = join(folder, 'model')
  await saveDurably(path, 'old')
  failNextFlush('EIO')
  await expect(saveDurably(path, 'new')).rejects.toMatchObject({
    code: 'FILE',
    message: expect.stringContaining('the disk reported an error'),
    cause: { code: 'EIO' },
  })
  expect(readFileSync(path, 'utf8')).toBe('old')
  expect(readdirSync(folder)).toEqual(['model'])
})

test('what the stream of data throws is passed on as it is, and leaves the older file', async () => {
  const folder = temporaryFolder()
  const path = join(folder, 'model')
  await saveDurably(path, 'old')
  const thrown = new Error('no more')
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('new')
    throw thrown
  }
  await expect(saveDurably(path, broken())).rejects.toBe(thrown)
  expect(readFileSync(path, 'utf8')).toBe('old')
  expect(readdirSync(folder)).toEqual(['model'])
})

test.each(['write', 'rename'])(
  'a process killed before its %s ends leaves the older file whole',
  async (moment) => {
    const folder = temporaryFolder()
    const path = join(folder, 'model')
    await saveDurably(path, 'old content')
    const script = fileURLToPath(new URL('./killed-while-saving.ts', import.meta.url))
    const child = spawn(process.execPath, ['--import', 'tsx', script, path, moment], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [told] = (await once(child.stdout, 'data')) as [Buffer]
    expect(told.toString()).toBe('here')
    child.kill('SIGKILL')
    expect(await once(child, 'exit')).toEqual([null, 'SIGKILL'])

    expect(readFileSync(path, 'utf8')).toBe('old content')
    const left = readdirSync(folder).filter((name) => name !== 'model')
    expect(left).toHaveLength(1)
    expect(left[0]).toMatch(/^\.model\.[0-9a-f]{12}\.tmp$/)
    const half = moment === 'write' ? 'new con' : 'new content'
    expect(readFileSync(join(folder, left[0] as string), 'utf8')).toBe(half)
    await saveDurably(path, 'newer content')
    expect(readFileSync(path, 'utf8')).toBe('newer content')
  },
)
