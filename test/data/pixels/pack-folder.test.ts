import { readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import { clearPacks, listPacks, type PhotographSource } from '../../../lib/data/index.js'
import { native } from '../../../lib/native/index.js'
import { temporaryFolder } from '../../files/temporary-folder.js'
import { thrownBy } from '../thrown.js'
import { onDisk, open, packed, packIn, people, seen } from './photographs.js'

const RECORD = 4 * 4 * 3
/** Where records begin in a pack of few photographs: behind two pages. */
const RECORDS = 2 * 4096

describe('the folder of packs', () => {
  const bytesOf = (count: number) => RECORDS + count * RECORD

  it('stays within its limit: what was not used for longest goes first', async () => {
    const folder = temporaryFolder()
    const [a, b, c] = [await people(4), await people(5), await people(6)]
    for (const faces of [a, b]) await packed([faces], folder)
    const [newest, oldest] = await listPacks({ folder })
    if (newest === undefined || oldest === undefined) throw new Error('two packs are missing')
    const room = newest.bytes + oldest.bytes + bytesOf(6) - 1
    for (const [pack, age] of [
      [oldest, 100],
      [newest, 200],
    ] as const)
      utimesSync(pack.file, new Date(Date.now() - age * 1000), new Date(Date.now() - age * 1000))
    const opened = await open([c], onDisk(folder, room))
    opened.close()
    const left = (await listPacks({ folder })).map(({ file }) => file)
    expect(left).toHaveLength(2)
    expect(left).toContain(oldest.file)
    expect(left).not.toContain(newest.file)
  })

  it('stays within its limit also where two packs are written at once', async () => {
    const [folder, a, b] = [temporaryFolder(), await people(60), await people(62)]
    await packed([a], folder)
    const limit = statSync(packIn(folder)).size + 5000 // too little for two
    await clearPacks({ folder })
    for (const opened of await Promise.all([a, b].map((faces) => open([faces], onDisk(folder, limit))))) {
      const [source] = opened.sources
      expect((await seen(source as PhotographSource)).length).toBeGreaterThanOrEqual(60)
      opened.close()
    }
    expect((await listPacks({ folder })).length).toBeLessThan(2) // each made room, perhaps by the other's pack
  })

  it('may be cleared at any moment: who wants a pack then builds it', async () => {
    const [folder, faces] = [temporaryFolder(), await people(4)]
    for (let round = 0; round < 40; round++) {
      const opening = packed([faces], folder)
      for (let turn = 0; turn < round % 8; turn++) await new Promise((resolve) => setImmediate(resolve))
      await clearPacks({ folder })
      expect((await opening).brightnesses).toEqual([0, 1, 2, 3])
    }
  })

  it('is told by an absolute path, and keeps no lock of what was refused', async () => {
    const [folder, faces] = [temporaryFolder(), await people(20, [3])]
    await thrownBy(packed([faces], folder))
    await clearPacks({ folder })
    expect(readdirSync(folder)).toEqual([])
    await packed([await people(2)], folder)
    const [pack] = await listPacks({ folder: relative(process.cwd(), folder) })
    expect(pack?.file).toBe(packIn(folder))
  })

  it('refuses a pack that is larger than its limit, and says what to do', async () => {
    const faces = await people(4)
    const folder = temporaryFolder()
    const error = await thrownBy(open([faces], onDisk(folder, bytesOf(4) - 1)))
    expect(error).toMatchObject({ code: 'FILE' })
    expect(error.message).toContain("cache('none')")
    expect(await listPacks({ folder })).toEqual([])
  })

  it('is cleared of packs and of nothing else; what is being written stays', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'mine.txt'), 'mine')
    const faces = await people(4)
    await packed([faces], folder)
    const [pack] = await listPacks({ folder })
    if (pack === undefined) throw new Error('no pack')
    expect(pack).toMatchObject({ file: packIn(folder), photographs: 4, imageSize: 4, whole: true })
    expect(pack.bytes).toBe(statSync(pack.file).size)
    const lock = native().lockFile(pack.file.replace(/pack$/, 'lock'))
    expect(await clearPacks({ folder })).toEqual([])
    lock?.release()
    const opened = await open([faces], onDisk(folder))
    expect((await clearPacks({ folder })).map(({ file }) => file)).toEqual([pack.file])
    expect(readdirSync(folder)).toEqual(['mine.txt'])
    // Who uses it goes on with it.
    const [source] = opened.sources
    if (source === undefined) throw new Error('no source')
    expect((await seen(source)).map(({ brightness }) => brightness)).toEqual([0, 1, 2, 3])
    opened.close()
    expect(await listPacks({ folder })).toEqual([])
    expect(await clearPacks({ folder: join(folder, 'nowhere') })).toEqual([])
  })

  it('that cannot be made is an error that names it', async () => {
    const file = join(temporaryFolder(), 'file')
    writeFileSync(file, '')
    const error = await thrownBy(open([await people(2)], onDisk(join(file, 'packs'))))
    expect(error).toMatchObject({ code: 'FILE' })
    expect(error.message).toContain(join(file, 'packs'))
  })
})
