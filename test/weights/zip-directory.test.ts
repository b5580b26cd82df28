// Zip archives that lie about where their entries are, or how large, and such as are cut off or changed.

import { expect, test } from 'vitest'
import { readWeights } from '../../lib/weights/index.js'
import { zipOf } from '../scripts/zip-writer.js'
import { rawFile, refusal } from './files.js'
import { archive, floats, vector } from './torch-files.js'

const WHOLE = archive({ a: vector() })
const RESAVE = 'PyTorch stores its files uncompressed: save it again with torch.save.'

/** Where the first central header, the last one and the end record begin. */
const CENTRAL = WHOLE.indexOf('PK\x01\x02', 0, 'latin1')
const LAST_CENTRAL = WHOLE.lastIndexOf('PK\x01\x02', WHOLE.length, 'latin1')
const END = WHOLE.lastIndexOf('PK\x05\x06', WHOLE.length, 'latin1')
const LAST_LOCAL = WHOLE.readUInt32LE(LAST_CENTRAL + 42)

/** The good archive with a number of its own at some place. */
function patched(at: number, value: number, bytes: 2 | 4 = 4, whole = WHOLE): Buffer {
  const copy = Buffer.from(whole)
  copy.writeUIntLE(value, at, bytes)
  return copy
}

function reasonOf(bytes: Uint8Array): Promise<string> {
  return refusal(rawFile(bytes, 'made.pt'))
}

test.each<[string, Buffer, string]>([
  [
    'an encrypted entry',
    patched(CENTRAL + 8, 1, 2),
    `its zip entry "archive/data.pkl" is encrypted. ${RESAVE}`,
  ],
  ['a directory past the end', patched(END + 16, WHOLE.length), 'its zip directory lies outside it'],
  [
    'a directory of 4 GiB',
    patched(END + 12, 2 ** 32 - 1),
    'its zip directory of 4294967295 bytes is longer than',
  ],
  ['a directory that begins late', patched(END + 16, CENTRAL + 1), 'its zip directory is damaged'],
  ['a directory that ends late', patched(END + 12, END - CENTRAL + 1), 'its zip directory is damaged'],
  ['a directory that ends early', patched(END + 12, END - CENTRAL - 1), 'its zip directory is damaged'],
  ['a name past the directory', patched(LAST_CENTRAL + 28, 60_000, 2), 'its zip directory is damaged'],
  ['a comment past the directory', patched(LAST_CENTRAL + 32, 60_000, 2), 'its zip directory is damaged'],
  [
    'a content past the end',
    patched(LAST_CENTRAL + 24, 999, 4, patched(LAST_CENTRAL + 20, 999)),
    'reaches past its end',
  ],
  [
    'two sizes',
    patched(LAST_CENTRAL + 24, 4),
    'the sizes of its zip entry "archive/data/0" contradict each other',
  ],
  ['a size that no Zip64 tells', patched(LAST_CENTRAL + 24, 2 ** 32 - 1), 'contradict each other'],
  ['a place that no Zip64 tells', patched(LAST_CENTRAL + 42, 2 ** 32 - 1), 'contradict each other'],
  ['an entry past the end', patched(LAST_CENTRAL + 42, WHOLE.length - 29), 'is not where its directory says'],
  ['an entry where none is', patched(LAST_CENTRAL + 42, LAST_LOCAL + 1), 'is not where its directory says'],
  [
    'no local header',
    patched(LAST_LOCAL, 0),
    'its zip entry "archive/data/0" is not where its directory says',
  ],
  [
    'a local name past the end',
    patched(LAST_LOCAL + 26, 60_000, 2),
    'its zip entry "archive/data/0" reaches past its',
  ],
  [
    'a comment that is missing',
    patched(END + 20, 5, 2),
    'its zip directory is missing: the file is truncated',
  ],
])('%s', async (_, bytes, reason) => {
  expect(await reasonOf(bytes)).toContain(reason)
})

test('an entry twice', async () => {
  const whole = zipOf({ 'm/data/0': floats(1), 'm/data/1': floats(2) }, { deflate: false })
  const twice = Buffer.from(whole.toString('latin1').replaceAll('m/data/1', 'm/data/0'), 'latin1')
  expect(await reasonOf(twice)).toContain('its zip directory has the entry "m/data/0" twice')
})

test('a Zip64 end record elsewhere, or none where the locator points', async () => {
  const wide = archive({ a: vector() }, undefined, { zip64: true })
  const locator = wide.lastIndexOf('PK\x06\x07', wide.length, 'latin1')
  const past = patched(locator + 8, wide.length, 4, wide)
  expect(await reasonOf(past)).toContain('its Zip64 end record lies outside it')
  expect(await reasonOf(patched(locator + 12, 2 ** 31, 4, wide))).toContain(
    'its Zip64 end record lies outside it',
  )
  expect(await reasonOf(patched(locator + 8, 1, 4, wide))).toContain('its Zip64 end record is missing')
  const end = wide.lastIndexOf('PK\x06\x06', wide.length, 'latin1')
  expect(await reasonOf(patched(end + 52, 2 ** 31, 4, wide))).toContain('its zip directory lies outside it')
  expect(await reasonOf(patched(end + 44, 2 ** 31, 4, wide))).toContain('bytes is longer than 8388608')
})

test('cut off anywhere, it is refused', async () => {
  for (let end = 1; end < WHOLE.length; end += end < CENTRAL ? 13 : 1)
    expect(await reasonOf(WHOLE.subarray(0, end))).toMatch(/the file is truncated|neither a \.safetensors/)
})

test('whatever one byte of it becomes, it is read or refused', async () => {
  for (let at = CENTRAL; at < WHOLE.length - 1; at++) {
    for (const value of [0, 1, 0x7f, 0xff]) {
      const [read] = await Promise.allSettled([readWeights(rawFile(patched(at, value, 2), 'made.pt'))])
      if (read.status === 'rejected') expect(read.reason).toMatchObject({ code: 'WEIGHTS' })
    }
  }
})
