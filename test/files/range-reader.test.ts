import { execFileSync } from 'node:child_process'
import { truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { RangeReader } from '../../lib/files/index.js'
import { temporaryFolder } from './temporary-folder.js'

async function opened(path: string): Promise<RangeReader> {
  const reader = await RangeReader.open(path)
  onTestFinished(() => reader.close())
  return reader
}

test('refuses arguments of the wrong type or range', async () => {
  await expect(RangeReader.open('')).rejects.toThrow(TypeError)
  const path = join(temporaryFolder(), 'a')
  writeFileSync(path, 'content')
  const reader = await opened(path)
  await expect(reader.read(-1, 1)).rejects.toThrow(RangeError)
  await expect(reader.read(0, -1)).rejects.toThrow(RangeError)
  await expect(reader.read(0.5, 1)).rejects.toThrow(TypeError)
  await expect(reader.read('0' as never, 1)).rejects.toThrow(TypeError)
})

test('opens regular files only, and never waits for a pipe', async () => {
  const folder = temporaryFolder()
  await expect(RangeReader.open(join(folder, 'no'))).rejects.toMatchObject({
    code: 'FILE',
    message: `Cannot read "${join(folder, 'no')}": it does not exist. Check the path.`,
  })
  await expect(RangeReader.open(folder)).rejects.toMatchObject({
    code: 'FILE',
    message: `Cannot read "${folder}": it is a folder, not a file. Choose the path of a file.`,
  })
  execFileSync('mkfifo', [join(folder, 'pipe')])
  await expect(RangeReader.open(join(folder, 'pipe'))).rejects.toThrow('it is a device or a pipe, not a file')
  await expect(RangeReader.open('/dev/zero')).rejects.toThrow('it is a device or a pipe, not a file')
})

test('reads any part of a file as a copy of its own', async () => {
  const path = join(temporaryFolder(), 'a')
  writeFileSync(path, 'the content')
  const reader = await opened(path)
  expect(reader.size).toBe(11)
  const part = await reader.read(4, 7)
  expect(Buffer.from(part).toString()).toBe('content')
  expect(part.byteOffset).toBe(0)
  expect(part.buffer.byteLength).toBe(7)
  expect(await reader.read(11, 0)).toHaveLength(0)
})

test('refuses what lies past the end, also of a file that was cut while it was open', async () => {
  const path = join(temporaryFolder(), 'a')
  writeFileSync(path, 'the content')
  const reader = await opened(path)
  const refusal = {
    code: 'FILE',
    message: `Cannot read "${path}" to byte 12: it ends before. It is damaged, or is being written.`,
  }
  await expect(reader.read(4, 8)).rejects.toMatchObject(refusal)
  await expect(reader.read(2 ** 52, 2 ** 52)).rejects.toMatchObject({ code: 'FILE' })
  truncateSync(path, 5)
  await expect(reader.read(0, 11)).rejects.toMatchObject({ code: 'FILE' })
})
