import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readCsv, readLabels, readTemplate } from '../../lib/data/index.js'
import { temporaryFolder } from '../files/temporary-folder.js'
import { thrownBy } from './thrown.js'

function table(text: string | Uint8Array, name = 'table.csv'): string {
  const path = join(temporaryFolder(), name)
  writeFileSync(path, text)
  return path
}

test('wrong arguments are refused by name', async () => {
  const path = table('id,label\n1,anna\n')
  for (const read of [readLabels, readTemplate]) {
    expect(await thrownBy(read(undefined as never))).toBeInstanceOf(TypeError)
    expect(await thrownBy(read(''))).toBeInstanceOf(TypeError)
    expect((await thrownBy(read(path, { file: 7 as never }))).message).toContain('columns.file')
    expect((await thrownBy(read(path, { id: 'id' } as never))).message).toContain('Unknown option id')
  }
})

test('a missing table and a folder are FILE and named', async () => {
  const root = temporaryFolder()
  for (const path of [join(root, 'none.csv'), root]) {
    const error = await thrownBy(readCsv(path))
    expect(error).toMatchObject({ name: 'TorchError', code: 'FILE' })
    expect(error.message).toContain(path)
  }
})

test.each([
  ['nothing', '', 'is empty'],
  ['empty lines', '\n\r\n\n', 'is empty'],
  ['a row of three', 'id,label\n1,anna\n2,ben,3\n', 'line 3'],
  ['an open quote', 'id,label\n1,"anna\n2,ben\n', 'damaged'],
  ['an endless cell', `id,label\n1,"${'a'.repeat(2 ** 21)}`, 'damaged'],
  ['a header alone', 'id,label\n', 'no row below its header'],
  ['no label', 'id,label\n1,anna\n2,\n', 'Row 2'],
  ['no id', 'id,label\n ,anna\n', 'has no "id"'],
])('%s is DATASET and named', async (_, text, reason) => {
  const path = table(text)
  const error = await thrownBy(readLabels(path))
  expect(error).toMatchObject({ name: 'TorchError', code: 'DATASET' })
  expect(error.message).toContain(path)
  expect(error.message).toContain(reason)
})

test('other columns than expected: those found and those wanted are named', async () => {
  const path = table('alpha,beta,\u001b[2Jgamma\n1,2,3\n')
  for (const read of [readLabels, readTemplate]) {
    const error = await thrownBy(read(path))
    expect(error).toMatchObject({ name: 'TorchError', code: 'DATASET' })
    expect(error.message).toContain(path)
    expect(error.message).toContain('"alpha", "beta", "\\u001b[2Jgamma"')
    expect(error.message).toContain('id, file or image')
    expect((await thrownBy(read(path, { file: 'delta', label: 'beta' }))).message).toContain(
      'a column "delta"',
    )
  }
  expect((await thrownBy(readTemplate(table('id\n1\n')))).message).toContain('has the columns "id"')
  expect((await thrownBy(readTemplate(path, { file: 'beta', label: 'beta' }))).message).toContain(
    'expected one named',
  )
})

test('a byte-order mark, mixed line ends, quotes, empty lines and no end of line are read', async () => {
  const path = table('\ufeffid,"label"\r\n"1","anna ""the first"""\n\r\n2,"a,\r\nb"\r\n3, ben ')
  expect(await readCsv(path)).toMatchObject({
    columns: ['id', 'label'],
    delimiter: ',',
    rows: [
      ['1', 'anna "the first"'],
      ['2', 'a,\r\nb'],
      ['3', ' ben '],
    ],
  })
  expect((await readLabels(path))[2]).toEqual({ file: '3', label: 'ben' })
})

test.each([
  ['tabs', 'file\tlabel\na,b.jpg\tanna\n'],
  ['semicolons', 'file;label\na,b.jpg;anna\n'],
  ['commas in quotes', '"file","label"\n"a,b.jpg",anna\n'],
])('%s delimit where the header says so', async (_, text) => {
  expect(await readLabels(table(text, 'table.tsv'))).toEqual([{ file: 'a,b.jpg', label: 'anna' }])
})

test.each([
  ['Image_Name,Person', 'a.jpg,anna'],
  ['CLASS,Weight,file name', 'anna,3,a.jpg'],
  ['identity,path,id', 'anna,a.jpg,17'], // a path says more than an id
  ['image-id,category', 'a.jpg,anna'],
])('finds file and label in %s', async (header, row) => {
  expect(await readLabels(table(`${header}\n${row}\n`))).toEqual([{ file: 'a.jpg', label: 'anna' }])
})

test('given names beat detection', async () => {
  const path = table('id,label,photo of,who\n1,x,a.jpg,anna\n')
  expect(await readLabels(path, { file: 'photo of', label: 'who' })).toEqual([
    { file: 'a.jpg', label: 'anna' },
  ])
})

test('a template keeps its columns and rows, and knows which to fill', async () => {
  const path = table('Usage,Id,Category\nPublic,0002,n1\nPrivate,0001,n1\n')
  expect(await readTemplate(path)).toEqual({
    file: path,
    delimiter: ',',
    columns: ['Usage', 'Id', 'Category'],
    rows: [
      ['Public', '0002', 'n1'],
      ['Private', '0001', 'n1'],
    ],
    idColumn: 1,
    labelColumn: 2,
  })
})

test.each([
  ['Nr,Answer', [0, 1]],
  ['label,Nr', [1, 0]],
  ['Answer,id', [1, 0]],
])('of the two columns %s one is the id and one the label', async (header, wanted) => {
  const { idColumn, labelColumn } = await readTemplate(table(`${header}\n1,2\n`))
  expect([idColumn, labelColumn]).toEqual(wanted)
})

test('a table larger than a read is whole', async () => {
  const rows = Array.from({ length: 20_000 }, (_, index) => `photograph-${index}.jpg,person-${index % 7}`)
  const labels = await readLabels(table(`file,label\n${rows.join('\n')}\n`))
  expect(labels).toHaveLength(20_000)
  expect(labels[19_999]).toEqual({ file: 'photograph-19999.jpg', label: 'person-0' })
})
