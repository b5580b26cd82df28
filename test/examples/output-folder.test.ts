import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newOutputFolder } from '../../examples/01-train-a-classifier/output-folder.js'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'output-folder-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('the output folder', () => {
  it('is refused where a file is in its place or above it', async () => {
    const file = join(folder, 'file')
    await writeFile(file, 'kept')
    await expect(newOutputFolder(file)).rejects.toThrow(
      `"${file}" cannot be made: a file is in its place; name another`,
    )
    await expect(newOutputFolder(join(file, 'below'))).rejects.toThrow('a file is in its place')
    expect(await readFile(file, 'utf8')).toBe('kept')
  })

  it('is refused where it holds something', async () => {
    const held = join(folder, 'held\u001b')
    await mkdir(held)
    await writeFile(join(held, 'history.csv'), 'kept')
    await expect(newOutputFolder(held)).rejects.toThrow(
      'held\\u{1b}" is not empty, and nothing is overwritten',
    )
    expect(await readFile(join(held, 'history.csv'), 'utf8')).toBe('kept')
  })

  it('may be new or empty', async () => {
    const path = join(folder, 'a', 'b')
    expect(await newOutputFolder(path)).toBe(path)
    expect(await newOutputFolder(path)).toBe(path)
  })
})
