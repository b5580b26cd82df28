import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { appendLine } from '../../lib/files/index.js'
import { smallDisk, temporaryFolder, whyNoMounts } from './temporary-folder.js'

const noMounts = whyNoMounts()

test('refuses arguments of the wrong type', async () => {
  await expect(appendLine('', 'x')).rejects.toThrow(TypeError)
  await expect(appendLine('a', 7 as never)).rejects.toThrow(
    'Expected a string for line but received 7 of type number',
  )
  await expect(appendLine('a', undefined as never)).rejects.toThrow(TypeError)
})

test('names the file that cannot be appended to', async () => {
  const folder = temporaryFolder()
  await expect(appendLine(join(folder, 'no', 'history.csv'), 'x')).rejects.toMatchObject({
    code: 'FILE',
    message: `Cannot append to "${join(folder, 'no', 'history.csv')}": it does not exist. Check the path.`,
  })
  await expect(appendLine(folder, 'x')).rejects.toMatchObject({ code: 'FILE' })
})

test('makes the file and adds lines to it', async () => {
  const path = join(temporaryFolder(), 'history.csv')
  await appendLine(path, 'epoch,loss')
  await appendLine(path, '1,"a, ""b"""')
  await appendLine(path, '')
  expect(readFileSync(path, 'utf8')).toBe('epoch,loss\n1,"a, ""b"""\n\n')
})

test.skipIf(noMounts)('a line that does not fit on the disk leaves no half of itself', async () => {
  const path = join(smallDisk('size=64k'), 'history.csv')
  writeFileSync(path, 'epoch,loss\n')
  await expect(appendLine(path, 'x'.repeat(2 ** 20))).rejects.toMatchObject({
    code: 'FILE',
    message: expect.stringContaining('the disk is full'),
  })
  expect(readFileSync(path, 'utf8')).toBe('epoch,loss\n')
})
