// Which group each photograph belongs to: by tables of photographs, by tables of identities, by functions.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { checkGroups, type Groups, readGroups } from '../../lib/data/index.js'
import { temporaryFolder } from '../files/temporary-folder.js'
import { thrownBy } from './thrown.js'

const photographs = [
  { file: '/faces/anna/1.jpg', identity: 'anna' },
  { file: '/faces/anna/2.jpg', identity: 'anna' },
  { file: '/faces/ben/3.jpg', identity: 'ben' },
]

function table(text: string): string {
  const path = join(temporaryFolder(), 'groups.csv')
  writeFileSync(path, text)
  return path
}

const read = (groups: Groups) => readGroups(checkGroups(groups), photographs)

describe('wrong arguments', () => {
  test.each<[string, unknown, ErrorConstructor, string]>([
    [
      'a number',
      7,
      TypeError,
      'Expected a path, an object { table } or a function for groups but received 7',
    ],
    ['null', null, TypeError, 'for groups but received null'],
    ['an empty path', '', TypeError, 'Expected a non-empty string for groups'],
    ['a list', ['a'], TypeError, 'Expected an object for groups'],
    ['no table', {}, TypeError, 'for groups.table'],
    ['another key', { table: 'a.csv', column: 'b' }, TypeError, 'Unknown option column in groups'],
    ['a column', { table: 'a.csv', columns: 7 }, TypeError, 'for groups.columns'],
    ['no columns', { table: 'a.csv', columns: [] }, RangeError, 'Expected at least one column'],
    ['an empty column', { table: 'a.csv', columns: ['a', ''] }, TypeError, 'for groups.columns[1]'],
    ['a column twice', { table: 'a.csv', columns: ['a', 'a'] }, RangeError, 'Expected columns that differ'],
    ['a file column', { table: 'a.csv', file: 1 }, TypeError, 'for groups.file'],
    [
      'both keys',
      { table: 'a.csv', file: 'a', identity: 'b' },
      TypeError,
      'Expected either file or identity',
    ],
  ])('%s', async (_, groups, type, message) => {
    const error = await thrownBy(() => checkGroups(groups))
    expect(error).toBeInstanceOf(type)
    expect(error.message).toContain(message)
  })
})

describe('a table of photographs', () => {
  test('names them with or without extension and folders; a column called group is found', async () => {
    const path = table('id,group\n1,young\nanna/2.jpg, old \n/faces/ben/3,young\nelsewhere,old\n')
    expect(await read(path)).toEqual([{ column: 'group', groupOf: ['young', 'old', 'young'] }])
  })

  test('has several columns, and empty cells and absent rows for photographs without a group', async () => {
    const path = table('photo;gender;age\n1;f;20\n2;;30\n')
    expect(await read({ table: path, columns: ['age', 'gender'], file: 'photo' })).toEqual([
      { column: 'age', groupOf: ['20', '30', null] },
      { column: 'gender', groupOf: ['f', null, null] },
    ])
  })

  test('finds a photograph that a dataset holds several times', async () => {
    const [first] = photographs as [(typeof photographs)[0]]
    const groups = await readGroups(checkGroups(table('id,group\n1,a\n')), [first, first])
    expect(groups[0]?.groupOf).toEqual(['a', 'a'])
  })

  test('may hold any name', async () => {
    const path = table('id,group\n1,"=cmd|\'/C calc\'!A0"\n2,"two\nlines, ""quoted"""\n')
    const [grouping] = await read(path)
    expect(grouping?.groupOf).toEqual(["=cmd|'/C calc'!A0", 'two\nlines, "quoted"', null])
  })

  test('may repeat a row, but not contradict one', async () => {
    expect((await read(table('id,group\n1,a\n1,a\n')))[0]?.groupOf[0]).toBe('a')
    const error = await thrownBy(read(table('id,group\n1,a\n1.jpg,b\n')))
    expect(error).toMatchObject({ code: 'DATASET' })
    expect(error.message).toContain('two values of "group" for "1.jpg", "a" and "b"')
  })

  test.each([
    ['no photograph of the dataset', 'id,group\n9,a\n', undefined, 'No row of the table'],
    ['no row', 'id,group\n', undefined, 'No row of the table'],
    ['no column of photographs', 'x,group\n1,a\n', undefined, 'expected one named id, file or image'],
    ['no column of groups', 'id,gender\n1,a\n', undefined, 'expected one named group'],
    ['no column of that name', 'id,gender\n1,a\n', 'age', 'expected a column "age" for the group'],
  ])('with %s is refused', async (_, text, columns, message) => {
    const path = table(text)
    const error = await thrownBy(read(columns === undefined ? path : { table: path, columns }))
    expect(error).toMatchObject({ code: 'DATASET' })
    expect(error.message).toContain(message)
    expect(error.message).toContain(path)
  })

  test('that is not there is FILE', async () => {
    expect(await thrownBy(read('nowhere.csv'))).toMatchObject({ code: 'FILE' })
  })

  test('that names two photographs by one id is refused', async () => {
    const twins = [...photographs, { file: '/faces/ben/1.jpg', identity: 'ben' }]
    const error = await thrownBy(readGroups(checkGroups(table('id,group\n1,a\n')), twins))
    expect(error.message).toContain('names two photographs')
  })
})

describe('a table of identities', () => {
  test('gives every photograph the group of whom it shows', async () => {
    const path = table('Class_ID, Gender\nanna, f\nben, m\ncarl, m\n')
    expect(await read({ table: path, columns: 'Gender', identity: 'Class_ID' })).toEqual([
      { column: 'Gender', groupOf: ['f', 'f', 'm'] },
    ])
  })

  test('without one of the dataset, or with two rows that contradict each other, is refused', async () => {
    const other = await thrownBy(read({ table: table('who,group\ncarl,a\n'), identity: 'who' }))
    expect(other.message).toMatch(/names an identity of the dataset, such as "anna"/)
    const twice = await thrownBy(read({ table: table('who,group\nben,a\nben,b\n'), identity: 'who' }))
    expect(twice.message).toContain('for "ben"')
  })
})

describe('a function', () => {
  test('tells the group of each photograph, or none', async () => {
    const asked: unknown[] = []
    const groups = await read((photograph) => {
      asked.push(photograph)
      return photograph.identity === 'anna' ? (asked.length === 1 ? 'a' : '') : undefined
    })
    expect(asked).toEqual(photographs)
    expect(groups).toEqual([{ column: 'group', groupOf: ['a', null, null] }])
  })

  test('that returns something else is refused with the photograph; what it throws is passed on', async () => {
    const error = await thrownBy(read((() => 7) as never))
    expect(error).toBeInstanceOf(TypeError)
    expect(error.message).toContain(
      'Expected a string or null for groups("/faces/anna/1.jpg") but received 7',
    )
    const own = new Error('mine')
    expect(
      await thrownBy(
        read(() => {
          throw own
        }),
      ),
    ).toBe(own)
  })
})
