import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  closeSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, test } from 'vitest'
import { clearPacks, FaceDataset, listPacks } from '../../../lib/data/index.js'
import { contentKey } from '../../../lib/data/pixels/fingerprint.js'
import { packName } from '../../../lib/data/pixels/pack-cache.js'
import {
  FOOTER_BYTES,
  footerOf,
  HEADER_BYTES,
  headerOf,
  indexBytes,
  namesOffset,
  PackIndex,
} from '../../../lib/data/pixels/pack-layout.js'
import type { Progress } from '../../../lib/progress/index.js'
import { temporaryFolder } from '../../files/temporary-folder.js'
import { thrownBy } from '../thrown.js'
import { brightnessOf, onDisk, open, packed, packIn, people } from './photographs.js'

const RECORD = 4 * 4 * 3
/** Where records begin in a pack of few photographs: behind two pages. */
const RECORDS = 2 * 4096

function overwrite(file: string, position: number, bytes: Uint8Array): void {
  const handle = openSync(file, 'r+')
  writeSync(handle, bytes, 0, bytes.length, position)
  closeSync(handle)
}

const inOrder = (count: number) => Array.from({ length: count }, (_, i) => i)

describe('a pack on disk', () => {
  it('is found again, whatever the seed of the split, and not decoded twice', async () => {
    const [faces, folder] = [await people(30), temporaryFolder()]
    const split = (seed: number) => Object.values(faces.split({ train: 0.7, val: 0.3 }, { seed }))
    expect(await packed(split(1), folder)).toMatchObject({ decoded: 30, told: [] })
    const again = await packed(split(2), folder)
    expect(again).toMatchObject({ decoded: 0, told: [] })
    expect(again.brightnesses.sort((a, b) => a - b)).toEqual(inOrder(30))
    expect(readdirSync(folder).filter((name) => name.endsWith('.pack'))).toHaveLength(1)
  })

  it('is another for another size, another choice of photographs and changed ones', async () => {
    const [faces, folder] = [await people(10), temporaryFolder()]
    expect((await packed([faces], folder)).decoded).toBe(10)
    const larger = await open([faces], onDisk(folder), { size: 5 })
    larger.close()
    expect((await packed([faces.take(9)], folder)).decoded).toBe(9)
    const { file } = faces.at(4)
    const bytes = readFileSync(file)
    writeFileSync(file, readFileSync(faces.at(5).file))
    expect((await packed([faces], folder)).brightnesses[4]).toBe(5)
    writeFileSync(file, bytes)
    expect((await packed([faces], folder)).brightnesses).toEqual(inOrder(10))
    expect(await listPacks({ folder })).toHaveLength(4) // the first one served again
  })

  it('is found by the content of the photographs, wherever they lie and whenever they were written', async () => {
    const [faces, folder] = [await people(10), temporaryFolder()]
    await packed([faces], folder)
    const old = dirname(dirname(faces.at(0).file))
    const moved = join(temporaryFolder(), 'moved')
    renameSync(old, moved)
    const there = await FaceDataset.fromFolder(moved)
    for (const { file } of there.take(3)) utimesSync(file, new Date(0), new Date(0))
    expect(await packed([there], folder)).toMatchObject({ decoded: 0, brightnesses: inOrder(10) })
    // Other identities of the same photographs are another dataset.
    renameSync(join(moved, 'anna'), join(moved, 'zoe'))
    expect((await packed([await FaceDataset.fromFolder(moved)], folder)).decoded).toBe(10)
    expect(await listPacks({ folder })).toHaveLength(2)
  })

  it('notices a photograph that was replaced by one of the same length and date', async () => {
    const [faces, folder] = [await people(4), temporaryFolder()]
    await packed([faces], folder)
    const { file } = faces.at(1)
    const { atime, mtime } = statSync(file)
    writeFileSync(file, readFileSync(faces.at(2).file))
    utimesSync(file, atime, mtime)
    expect((await packed([faces], folder)).brightnesses).toEqual([0, 2, 2, 3])
  })

  it('remembers which photographs cannot be read', async () => {
    const [faces, folder] = [await people(200, [7]), temporaryFolder()]
    await packed([faces], folder)
    const opened = await open([faces], onDisk(folder))
    expect(opened.sources[0]?.skipped.map(({ file }) => brightnessOf(file))).toEqual([7])
    opened.close()
  })

  it('tries again what could not be read before', async () => {
    const [faces, folder] = [await people(200, [7]), temporaryFolder()]
    await packed([faces], folder)
    const bytes = readFileSync(packIn(folder))
    // As a disk that was out of reach for a while: the pack is that of the photographs as they are.
    writeFileSync(faces.at(7).file, readFileSync(faces.at(8).file))
    const shape = {
      ...{ count: 200, size: 4 },
      key: await contentKey(faces, 4, { signal: undefined, onProgress: undefined }),
    }
    const index = new PackIndex(shape, bytes.subarray(HEADER_BYTES, HEADER_BYTES + indexBytes(shape)))
    const names = bytes.subarray(namesOffset(shape), bytes.length - FOOTER_BYTES)
    headerOf(shape).copy(bytes, 0)
    footerOf(shape, index, names).copy(bytes, bytes.length - FOOTER_BYTES)
    await clearPacks({ folder })
    writeFileSync(join(folder, `${packName(shape)}.pack`), bytes)
    const again = await packed([faces], folder)
    expect(again).toMatchObject({ decoded: 1, told: [] })
    expect(again.brightnesses).toEqual(inOrder(200).map((own) => (own === 7 ? 8 : own)))
    expect(await packed([faces], folder)).toMatchObject({ decoded: 0 })
  })

  it('goes on after an abort where it stopped', async () => {
    const [faces, folder] = [await people(60), temporaryFolder()]
    const controller = new AbortController()
    const onProgress = ({ task, done }: Progress) => {
      if (task === 'Decoding photographs' && done === 30) controller.abort()
    }
    const stopped = open([faces], onDisk(folder), { signal: controller.signal, onProgress })
    expect(await thrownBy(stopped)).toMatchObject({ code: 'ABORTED' })
    expect((await listPacks({ folder }))[0]).toMatchObject({ whole: false, photographs: 60, imageSize: 4 })
    const resumed = await packed([faces], folder)
    expect(resumed.decoded).toBeLessThanOrEqual(30)
    expect(resumed.brightnesses).toEqual(inOrder(60))
  })
})

test('photographs that are refused leave nothing behind', async () => {
  const [faces, folder] = [await people(20, [3]), temporaryFolder()]
  expect(await thrownBy(packed([faces], folder))).toMatchObject({ code: 'DATASET' })
  expect(await listPacks({ folder })).toEqual([])
})

describe('damage', () => {
  it('of records is found, named and mended; the others stay', async () => {
    const [faces, folder] = [await people(50), temporaryFolder()]
    await packed([faces], folder)
    const whole = readFileSync(packIn(folder))
    overwrite(packIn(folder), RECORDS + 17 * RECORD + 5, Buffer.of(0xff))
    overwrite(packIn(folder), RECORDS + 40 * RECORD, Buffer.alloc(RECORD, 9))
    const mended = await packed([faces], folder)
    expect(mended.decoded).toBe(2)
    expect(mended.brightnesses).toEqual(inOrder(50))
    expect(mended.told).toHaveLength(1)
    expect(mended.told[0]).toContain('2 of 50 decoded photographs')
    for (const record of [17, 40]) expect(mended.told[0]).toContain(faces.at(record).file)
    expect(readFileSync(packIn(folder)).equals(whole)).toBe(true)
    expect(await packed([faces], folder)).toMatchObject({ decoded: 0, told: [] })
  })

  it.each([
    ['the header', () => 9],
    ['the index', () => 4096 + 12 * 3],
    ['the names', (size: number) => size - 128 - 40],
    ['the footer', (size: number) => size - 128 + 20],
  ])('of %s is told, and the pack is built anew', async (_, position) => {
    const [faces, folder] = [await people(20), temporaryFolder()]
    await packed([faces], folder)
    const whole = readFileSync(packIn(folder))
    const at = position(whole.length)
    overwrite(packIn(folder), at, Buffer.of((whole[at] as number) ^ 0x5a))
    const anew = await packed([faces], folder)
    expect(anew.told).toEqual([expect.stringContaining('was damaged')])
    expect(anew.brightnesses).toEqual(inOrder(20))
    expect(readFileSync(packIn(folder)).equals(whole)).toBe(true)
  })

  it.each([0, 100, 5000, RECORDS + 10 * RECORD, -1])('of a file cut to %i bytes is told', async (length) => {
    const [faces, folder] = [await people(20), temporaryFolder()]
    await packed([faces], folder)
    const whole = readFileSync(packIn(folder))
    writeFileSync(packIn(folder), whole.subarray(0, length < 0 ? whole.length - 1 : length))
    const anew = await packed([faces], folder)
    expect(anew.told).toHaveLength(1)
    expect(anew.brightnesses).toEqual(inOrder(20))
  })

  it('of an unfinished pack is no pixels: only records that fit their checksum are kept', async () => {
    const [faces, folder] = [await people(60), temporaryFolder()]
    const controller = new AbortController()
    const onProgress = ({ task, done }: Progress) => {
      if (task === 'Decoding photographs' && done === 40) controller.abort()
    }
    await thrownBy(open([faces], onDisk(folder), { signal: controller.signal, onProgress }))
    const part = join(folder, readdirSync(folder).find((name) => name.endsWith('.part')) as string)
    overwrite(part, RECORDS + 3 * RECORD, Buffer.alloc(5 * RECORD, 77))
    expect((await packed([faces], folder)).brightnesses).toEqual(inOrder(60))
  })
})

/** Starts a process that packs; resolves with what it printed and how it ended. */
function packInChild(faces: FaceDataset, folder: string, onLine: (line: string, kill: () => void) => void) {
  const script = fileURLToPath(new URL('packing-child.ts', import.meta.url))
  const root = dirname(dirname(faces.at(0).file))
  const child = spawn(process.execPath, ['--import', 'tsx', script, root, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const lines: string[] = []
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    for (const line of text.split('\n').filter(Boolean)) {
      lines.push(line)
      onLine(line, () => child.kill('SIGKILL'))
    }
  })
  return once(child, 'close').then(([code, signal]) => ({ lines, code, signal }))
}

test('a killed process leaves what the next one goes on with, and no lock', async () => {
  const [faces, folder] = [await people(250), temporaryFolder()]
  const root = dirname(dirname(faces.at(0).file))
  // More photographs than the index on disk lags behind by.
  for (let copy = 0; copy < 4; copy++) {
    for (const { file } of faces) writeFileSync(file.replace(/\.png$/, `-${copy}.png`), readFileSync(file))
  }
  const all = await FaceDataset.fromFolder(root)
  const killed = await packInChild(all, folder, (line, kill) => {
    if (line === 'decoded 900') kill()
  })
  expect(killed).toMatchObject({ signal: 'SIGKILL' })
  expect(await listPacks({ folder })).toMatchObject([{ whole: false, photographs: 1250 }])
  const resumed = await packed([all], folder)
  expect(resumed.decoded).toBeGreaterThan(0)
  expect(resumed.decoded).toBeLessThan(1250 - 256)
  expect(resumed.brightnesses).toEqual(
    all.samples.map(({ file }) => Number(file.match(/(\d+)(?:-\d)?\.png$/)?.[1])),
  )
})

test('two processes that want the same pack build it once', async () => {
  const [faces, folder] = [await people(200), temporaryFolder()]
  const both = await Promise.all([packInChild(faces, folder, () => {}), packInChild(faces, folder, () => {})])
  for (const { code, lines } of both) expect([code, lines.at(-1)]).toEqual([0, 'open'])
  expect(both.map(({ lines }) => lines.length - 1).sort((a, b) => a - b)).toEqual([0, 200])
})

test('two openings in one process build it once too', async () => {
  const [faces, folder] = [await people(40), temporaryFolder()]
  const both = await Promise.all([packed([faces], folder), packed([faces], folder)])
  expect(both.map(({ decoded }) => decoded).sort((a, b) => a - b)).toEqual([0, 40])
  for (const { brightnesses } of both) expect(brightnesses).toEqual(inOrder(40))
})
