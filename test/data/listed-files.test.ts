import { symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { FaceDataset, type ListedFile } from '../../lib/data/index.js'
import { temporaryFolder } from '../files/temporary-folder.js'
import { place } from './drawn.js'
import { thrownBy } from './thrown.js'

/** A folder of photographs, flat and in sub-folders. */
function photographs(names: readonly string[] = ['1.jpg', '2.PNG', 'sub/1.jpg', 'sub/deep/3.webp']): string {
  const folder = temporaryFolder()
  place(folder, names)
  return folder
}

function table(text: string, folder = photographs()): string {
  const path = join(folder, 'train.csv')
  writeFileSync(path, text)
  return path
}

const pairs = (faces: FaceDataset, folder: string) =>
  [...faces].map(({ file, label }) => [file.replace(`${folder}/`, ''), faces.classes[label]])

describe('wrong arguments', () => {
  test.each<[unknown, unknown, string]>([
    [undefined, undefined, 'an array of { file, label } for files but received undefined'],
    [[], undefined, 'at least one file for files but received an array of 0'],
    [['1.jpg'], undefined, 'an object { file, label } for files[0] but received "1.jpg"'],
    [[{ file: '' }], undefined, 'for files[0].file'],
    [[{ file: '1.jpg', label: '' }], undefined, 'for files[0].label'],
    [
      [{ file: '1.jpg', label: 'a' }, { file: '2.PNG' }],
      undefined,
      'a label for all files or for none, for files[1].label',
    ],
    [[{ file: '1.jpg' }], { root: '.' }, 'Unknown option root'],
    [[{ file: '1.jpg' }], { folder: 1 }, 'for folder but received 1'],
    [[{ file: '1.jpg' }], { signal: true }, 'an AbortSignal'],
  ])('%j, %j', async (files, options, message) => {
    await expect(FaceDataset.fromList(files as ListedFile[], options as object)).rejects.toThrow(message)
  })

  test('of a table', async () => {
    await expect(FaceDataset.fromCsv('')).rejects.toThrow(TypeError)
    await expect(FaceDataset.fromCsv('a.csv', { folder: '' })).rejects.toThrow('for folder')
    await expect(FaceDataset.fromCsv(join(photographs(), 'no.csv'))).rejects.toMatchObject({ code: 'FILE' })
  })
})

describe('lists that cannot be trained on', () => {
  test.each<[string, ListedFile[], RegExp]>([
    [
      'photographs that are not there',
      [{ file: '1.jpg' }, { file: 'no.jpg' }, { file: 'sub/no' }],
      /^The list names 2 photographs of 3 that are not there: "no\.jpg", "sub\/no"\. Looked in ".*"; give the folder/,
    ],
    ['a file that is no photograph', [{ file: 'sub' }], /are not there: "sub"\./],
    [
      'a photograph twice',
      [{ file: '1.jpg' }, { file: 'sub/../1' }],
      /names 1 photographs twice: "sub\/\.\.\/1"/,
    ],
    ['one identity', [{ file: '1.jpg', label: 'anna' }], /^The list has a single identity, "anna"/],
  ])('%s', async (_, files, message) => {
    const error = await thrownBy(FaceDataset.fromList(files, { folder: photographs() }))
    expect(error.code).toBe('DATASET')
    expect(error.message).toMatch(message)
  })

  test('a folder that is not there', async () => {
    const folder = photographs()
    await expect(FaceDataset.fromList([{ file: 'nowhere/1.jpg' }], { folder })).rejects.toMatchObject({
      code: 'DATASET',
      message: expect.stringContaining('nowhere" does not exist'),
    })
  })

  test('a name without extension that two photographs have', async () => {
    const folder = photographs(['a.jpg', 'a.png'])
    await expect(FaceDataset.fromList([{ file: 'a' }], { folder })).rejects.toThrow('are not there: "a".')
    expect(await FaceDataset.fromList([{ file: 'a.png' }, { file: 'a.jpg' }], { folder })).toHaveLength(2)
  })

  test('an abort', async () => {
    const options = { folder: photographs(), signal: AbortSignal.abort() }
    await expect(FaceDataset.fromList([{ file: '1.jpg' }], options)).rejects.toMatchObject({
      code: 'ABORTED',
    })
  })
})

describe('a list in code', () => {
  test('keeps its order; identities are sorted by code point', async () => {
    const folder = photographs()
    const list = [
      { file: 'sub/deep/3', label: 'zoe' },
      { file: '2.PNG', label: 'Anna' },
      { file: './sub/1.jpg', label: 'zoe' },
      { file: join(folder, '1'), label: 'anna' },
    ]
    const faces = await FaceDataset.fromList(list, { folder })
    expect(faces.classes).toEqual(['Anna', 'anna', 'zoe'])
    expect(pairs(faces, folder)).toEqual([
      ['sub/deep/3.webp', 'zoe'],
      ['2.PNG', 'Anna'],
      ['sub/1.jpg', 'zoe'],
      ['1.jpg', 'anna'],
    ])
    expect(faces.ignored).toEqual([])
  })

  test('without labels has none; links are followed', async () => {
    const folder = photographs()
    symlinkSync(join(folder, '1.jpg'), join(folder, 'link.jpg'))
    const faces = await FaceDataset.fromList([{ file: 'link' }, { file: '1' }], { folder })
    expect(faces.classes).toEqual([])
    expect([...faces.labels()]).toEqual([-1, -1])
  })
})

describe('a table', () => {
  test.each([
    ['commas', 'id,label\n1,b\n2,a\nsub/1.jpg,b\n', {}],
    ['tabs, a byte-order mark and CRLF', '\ufefffile\tidentity\r\n1.jpg\tb\r\n2\ta\r\nsub/1\tb\r\n', {}],
    [
      'columns that are named',
      'when;what;who\n0;1;b\n0;2;a\n0;sub/1;b\n',
      { columns: { file: 'what', label: 'who' } },
    ],
  ])('with %s', async (_, text, options) => {
    const folder = photographs()
    const path = table(text, folder)
    const elsewhere = join(temporaryFolder(), 'train.csv')
    writeFileSync(elsewhere, text)
    for (const faces of [
      await FaceDataset.fromCsv(path, options),
      await FaceDataset.fromCsv(elsewhere, { ...options, folder }),
    ]) {
      expect(pairs(faces, folder)).toEqual([
        ['1.jpg', 'b'],
        ['2.PNG', 'a'],
        ['sub/1.jpg', 'b'],
      ])
      expect(faces.classes).toEqual(['a', 'b'])
    }
  })

  test('names itself in a refusal', async () => {
    const path = table('id,label\n1,a\n7,b\n')
    await expect(FaceDataset.fromCsv(path)).rejects.toThrow(
      `The table ${JSON.stringify(path)} names 1 photographs of 2`,
    )
  })
})
