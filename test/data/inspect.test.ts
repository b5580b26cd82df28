import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import sharp, { type Sharp } from 'sharp'
import { describe, expect, test } from 'vitest'
import {
  type DatasetReport,
  FaceDataset,
  type FindingKind,
  type InspectOptions,
} from '../../lib/data/index.js'
import type { Progress } from '../../lib/progress/index.js'
import { temporaryFolder } from '../files/temporary-folder.js'
import { drawn, place } from './drawn.js'
import { scene } from './scenes.js'
import { thrownBy } from './thrown.js'

const png = (image: Sharp) => image.png().toBuffer()

/** Six photographs of anna and of ben in which nothing is to be found, and these. */
async function withOrdinary(files: Readonly<Record<string, Promise<Buffer> | Buffer>>): Promise<FaceDataset> {
  const root = temporaryFolder()
  for (let seed = 0; seed < 12; seed++)
    place(root, [`${seed < 6 ? 'anna' : 'ben'}/ordinary-${seed}.png`], await png(scene(seed)))
  for (const [name, content] of Object.entries(files)) place(root, [name], await content)
  return FaceDataset.fromFolder(root)
}

/** What was found: names and notes by kind. */
function found(report: DatasetReport): Partial<Record<FindingKind, string[]>> {
  return Object.fromEntries(
    report.findings.map(({ kind, photographs }) => [
      kind,
      photographs.map(({ file, note }) => `${file.split('/').at(-1)}: ${note}`),
    ]),
  )
}

describe('wrong arguments', () => {
  test.each<[string, unknown, ErrorConstructor, string]>([
    ['null', null, TypeError, 'Expected an object for options but received null'],
    ['an unknown option', { few: 3 }, TypeError, 'Unknown option few in options'],
    ['other', { other: [] }, TypeError, 'Expected a FaceDataset for other but received an array of 0'],
    ['fewPhotographs', { fewPhotographs: -1 }, RangeError, 'at least 0 for fewPhotographs'],
    ['nearDistance', { nearDistance: 12 }, RangeError, 'between 0 and 11 for nearDistance'],
    ['tinySide', { tinySide: 1.5 }, TypeError, 'for tinySide'],
    ['sideRatio', { sideRatio: 0.5 }, RangeError, 'at least 1 for sideRatio'],
    ['contentShare', { contentShare: 2 }, RangeError, 'between 0 and 1 for contentShare'],
    ['signal', { signal: 'now' }, TypeError, 'Expected an AbortSignal for signal'],
    ['onProgress', { onProgress: 1 }, TypeError, 'Expected a function for onProgress'],
  ])('%s', async (_, options, error, message) => {
    const root = temporaryFolder()
    place(root, ['never-read.jpg'])
    const thrown = await thrownBy((await FaceDataset.unlabelled(root)).inspect(options as InspectOptions))
    expect(thrown).toBeInstanceOf(error)
    expect(thrown.message).toContain(message)
  })

  test('a dataset without photographs', async () => {
    const faces = (await withOrdinary({})).filter(() => false)
    expect(await thrownBy(faces.inspect())).toMatchObject({ code: 'DATASET' })
  })
})

test('an ordinary dataset has no finding', async () => {
  const report = await (await withOrdinary({})).inspect()
  expect(report.findings).toEqual([])
  expect(report.photographs).toBe(12)
  expect(report.sizes?.width).toEqual({ min: 96, p5: 96, p25: 96, median: 96, p75: 96, p95: 96, max: 96 })
  expect(report.identities).toMatchObject({ count: 2, photographs: { min: 6, max: 6 }, imbalance: 1 })
  expect(`${report}`).toBe(
    [
      '12 photographs, 2 identities',
      'width 96 to 96, median 96 pixels; height 96 to 96, median 96 pixels',
      'photographs an identity: 6 to 6, median 6; the most are 1.0 times the fewest',
      'Nothing was found.',
    ].join('\n'),
  )
})

test('each kind of photograph is found by what it is', async () => {
  const bordered = scene(21, 80, 80).extend({ top: 30, bottom: 30, background: '#102030' })
  const faces = await withOrdinary({
    'anna/broken.jpg': Buffer.from('no image'),
    'anna/blank.png': png(drawn(96, 96, (x) => [200, 100 + (x % 4), 100])),
    'anna/tiny.png': png(scene(22, 96, 50)),
    'ben/wide.png': png(scene(23, 150, 70)),
    'ben/letterbox.png': bordered.png().toBuffer(),
    'ben/letterbox.jpg': scene(24, 80, 80)
      .extend({ top: 20, bottom: 20, left: 20, right: 20, background: '#ffffff' })
      .jpeg({ quality: 80 })
      .toBuffer(),
    'ben/narrow-border.png': png(scene(25, 80, 80).extend({ top: 8, bottom: 8, background: '#ffffff' })),
    'ben/grey.png': scene(26).greyscale().png().toBuffer(),
    'ben/grey.jpg': scene(27).greyscale().toColourspace('srgb').jpeg({ quality: 50 }).toBuffer(),
    'ben/scene.jpg': png(scene(28, 600, 500)),
  })
  const report = await faces.inspect()
  expect(found(report)).toEqual({
    unreadable: [expect.stringMatching(/^broken\.jpg: The photograph ".*broken\.jpg" is no JPEG/)],
    blank: ['blank.png: standard deviation 0.5'],
    tiny: ['tiny.png: 96 x 50'],
    elongated: ['wide.png: 150 x 70'],
    bordered: [expect.stringMatching(/^letterbox\.jpg: content 4\d %$/), 'letterbox.png: content 57 %'],
    'unlike-the-rest': [
      'tiny.png: 96 x 50',
      'letterbox.png: 80 x 140',
      'scene.jpg: 600 x 500',
      'wide.png: 150 x 70',
    ],
    grey: [expect.stringContaining('grey.jpg'), expect.stringContaining('grey.png')],
  })
})

test('limits are those that are asked for', async () => {
  const faces = await withOrdinary({ 'ben/wide.png': png(scene(23, 130, 90)) })
  const options = { tinySide: 95, sideRatio: 1.4, fewPhotographs: 7 }
  const report = await faces.inspect(options)
  expect(found(report)).toMatchObject({ tiny: ['wide.png: 130 x 90'], elongated: ['wide.png: 130 x 90'] })
  expect(report.finding('few-photographs')?.identities).toEqual([{ name: 'anna', photographs: 6 }])
  const lax = { tinySide: 0, sideRatio: 9, fewPhotographs: 0, contentShare: 0 }
  expect(found(await faces.inspect(lax))).toEqual({})
})

test('a photograph counts with its size before it was shrunk, and as its EXIF orientation turns it', async () => {
  const noise = drawn(700, 300, (x, y) => [(x * y) % 251, (x * 7 + y * y) % 241, (x + y * 3) % 239])
  const turned = await noise.withMetadata({ orientation: 6 }).jpeg().toBuffer()
  expect(turned.length).toBeGreaterThan(32 * 1024)
  const faces = await withOrdinary({ 'ben/turned.jpg': turned })
  expect(found(await faces.inspect())).toMatchObject({ elongated: ['turned.jpg: 300 x 700'] })
})

describe('identities', () => {
  /** So many photographs of each, one bit of each photograph its own. */
  async function people(counts: Readonly<Record<string, number>>): Promise<FaceDataset> {
    const root = temporaryFolder()
    let seed = 40
    for (const [name, count] of Object.entries(counts))
      for (let i = 0; i < count; i++) place(root, [`${name}/${i}.png`], await png(scene(seed++, 64, 64)))
    return FaceDataset.fromFolder(root)
  }

  test('with few photographs are found, the rarest first', async () => {
    const report = await (await people({ anna: 6, ben: 4, carl: 1 })).inspect()
    const finding = report.finding('few-photographs')
    expect(finding).toMatchObject({ count: 2, share: 2 / 3, severity: 'warning' })
    expect(finding?.identities).toEqual([
      { name: 'carl', photographs: 1 },
      { name: 'ben', photographs: 4 },
    ])
    expect(finding?.files).toHaveLength(5)
    expect(report.finding('imbalance')).toBeUndefined()
    expect(report.identities).toMatchObject({ count: 3, imbalance: 6, photographs: { median: 4 } })
  })

  test('are unbalanced where the most are over ten times the fewest', async () => {
    const faces = await people({ anna: 22, ben: 6, carl: 5, dora: 2 })
    const report = await faces.inspect()
    expect(report.identities?.imbalance).toBe(11)
    expect(report.finding('imbalance')?.identities).toEqual([{ name: 'anna', photographs: 22 }])
    const without = faces.filter(({ label }) => label !== 3)
    const report2 = await without.inspect()
    expect(report2.finding('imbalance')).toBeUndefined()
    expect(report2.finding('few-photographs')?.identities).toEqual([{ name: 'dora', photographs: 0 }])
  })
})

test('progress counts every photograph, and never goes down', async () => {
  const faces = await withOrdinary({})
  const seen: Progress[] = []
  await faces.inspect({ other: faces, onProgress: (progress) => seen.push(progress) })
  const looked = seen.filter(({ task }) => task === 'Inspecting photographs')
  expect(looked.map(({ done }) => done)).toEqual(Array.from({ length: 24 }, (_, i) => i + 1))
  expect(new Set(looked.map(({ total }) => total))).toEqual(new Set([24]))
  const searched = seen.filter(({ task }) => task === 'Searching for duplicates')
  expect(searched.at(-1)).toMatchObject({ done: 12, total: 12 })
})

test('a signal ends it, before and in between', async () => {
  const faces = await withOrdinary({})
  expect(await thrownBy(faces.inspect({ signal: AbortSignal.abort() }))).toMatchObject({ code: 'ABORTED' })
  for (const task of ['Inspecting photographs', 'Searching for duplicates']) {
    const controller = new AbortController()
    const onProgress = (progress: Progress) => {
      if (progress.task === task) controller.abort()
    }
    const thrown = await thrownBy(faces.inspect({ signal: controller.signal, onProgress }))
    expect(thrown).toMatchObject({ code: 'ABORTED', message: `${task} was stopped by its signal` })
  }
})

describe('a report', () => {
  async function messy(): Promise<FaceDataset> {
    return withOrdinary({
      'anna/copy.png': png(scene(7)),
      'anna/\u001b[31mname\n.jpg': Buffer.from('no image'),
      [`ben/${'long-'.repeat(20)}1.png`]: png(scene(30, 40, 40)),
    })
  }

  test('prints a line a finding and what to do about it', async () => {
    const report = await (await messy()).inspect()
    const lines = `${report}`.split('\n')
    expect(lines.filter((line) => /^-+$/.test(line))).toHaveLength(3)
    const table = lines.slice(lines.findIndex((line) => line.startsWith('---')))
    expect(table.slice(1, -5).map((line) => line.replace(/ {2,}/g, '  '))).toEqual([
      'finding  severity  count  share  examples',
      expect.stringMatching(/^-+$/),
      'Unreadable files  error  1  6.7 %  "anna/\\u001b[31mname\\n.jpg"',
      'Same photograph, two identities  error  2  13.3 %  "anna/copy.png" = "ben/ordinary-7.png"',
      'Same file more than once  warning  2  13.3 %  "anna/copy.png" = "ben/ordinary-7.png"',
      'Tiny photographs  warning  1  6.7 %  "...g-long-long-long-long-long-long-1.png"',
    ])
    expect(lines.at(-1)).toMatch(/^Tiny photographs: Replace these by larger ones/)
    expect(`${report}`).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/)
  })

  test('is data that cannot be changed', async () => {
    const report = await (await messy()).inspect()
    expect(Object.isFrozen(report) && Object.isFrozen(report.findings)).toBe(true)
    expect(JSON.parse(JSON.stringify(report)).findings).toHaveLength(4)
    expect(report.finding('near-duplicate')).toBeUndefined()
  })

  test('writes a contact sheet of what was found, the same each time', async () => {
    const report = await (await messy()).inspect()
    const root = temporaryFolder()
    const sheet = await report.contactSheet(join(root, 'sheet.png'))
    const { width, height, format } = await sharp(sheet.file).metadata()
    expect(sheet).toEqual({ file: join(root, 'sheet.png'), width, height })
    expect(format).toBe('png')
    const again = await report.contactSheet(join(root, 'again.png'))
    expect(readFileSync(again.file)).toEqual(readFileSync(sheet.file))
    // The first photograph, 96 pixels a side, is enlarged to a tile of 128 at the sheet's margin.
    const { data, info } = await sharp(sheet.file)
      .extract({ left: 28, top: 28 + 27 + 12 + 20 + 8, width: 128, height: 128 })
      .raw()
      .toBuffer({ resolveWithObject: true })
    expect(info.channels).toBe(3)
    const copy = report.finding('same-file')?.files[0] as string
    const expected = await sharp(copy).resize(128).raw().toBuffer()
    const difference = data.reduce((sum, value, i) => sum + Math.abs(value - (expected[i] as number)), 0)
    expect(difference / data.length).toBeLessThan(2)
  })

  test('leaves out of its sheet what can no longer be read', async () => {
    const faces = await messy()
    const report = await faces.inspect()
    for (const { file } of faces) rmSync(file)
    const sheet = await report.contactSheet(join(temporaryFolder(), 'sheet.png'))
    expect(sheet.height).toBeLessThan(500)
  })

  test('refuses a wrong sheet', async () => {
    const report = await (await withOrdinary({})).inspect()
    const output = join(temporaryFolder(), 'sheet.png')
    expect(await thrownBy(report.contactSheet(''))).toBeInstanceOf(TypeError)
    expect(await thrownBy(report.contactSheet(output, { signal: 1 as never }))).toBeInstanceOf(TypeError)
    const signal = AbortSignal.abort()
    expect(await thrownBy(report.contactSheet(output, { signal }))).toMatchObject({ code: 'ABORTED' })
    expect(existsSync(output)).toBe(false)
    expect(await thrownBy(report.contactSheet('/dev/null/sheet.png'))).toMatchObject({ code: 'FILE' })
  })
})
