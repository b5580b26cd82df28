import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readCsv } from '../../lib/data/index.js'
import { checkTemplate, type SubmissionForm, submissionForm } from '../../lib/inference/submission-form.js'
import { checkSubmission, type WriteSubmissionOptions } from '../../lib/inference/submission-options.js'
import { thrownBy } from '../data/thrown.js'
import { temporaryFolder } from '../files/temporary-folder.js'

type Paths = Record<string, string> & { output: string; template: string }

/** Files of these contents and the path of an output beside them. */
function tables(contents: Record<string, string | Buffer>): Paths {
  const root = temporaryFolder()
  for (const [name, text] of Object.entries(contents)) writeFileSync(join(root, `${name}.csv`), text)
  const names = [...Object.keys(contents), 'output', 'template']
  return Object.fromEntries(names.map((name) => [name, join(root, `${name}.csv`)])) as Paths
}

interface Options {
  template?: string
  columns?: { file?: string; label?: string }
  probabilityColumn?: string
}

function formOf(files: readonly string[], options: Options = {}): Promise<SubmissionForm> {
  const { template = null, columns, probabilityColumn = null } = options
  return submissionForm(files, '/t', { template, columns, probabilityColumn })
}

/** Names each photograph after itself: the identity of '7.jpg' is 'who-7'. */
function fill(form: SubmissionForm, places: Iterable<number> = form.files.keys()): void {
  for (const place of places) {
    const identity = `who-${(form.files[place] as string).match(/(\w+)\.\w+$/)?.[1]}`
    form.fill(place, [{ identity, probability: 0.5 }])
  }
}

/** The CSV that a template becomes. */
async function filled(text: string | Buffer, files: readonly string[], options: Options = {}) {
  const { template, output } = tables({ template: text })
  const form = await formOf(files, { template, ...options })
  fill(form)
  await form.write(output)
  return { csv: readFileSync(output, 'utf8'), form }
}

test('wrong arguments are refused by name', () => {
  const check = (options: unknown) => checkSubmission(options as WriteSubmissionOptions, ['anna', 'ben b'])
  const output = 'output.csv'
  for (const wrong of [
    ...[undefined, {}, { output: '' }, { output: 7 }, { output, template: 7 }],
    ...[
      { output, top: 1.5 },
      { output, probabilityColumn: '' },
    ],
  ])
    expect(() => check(wrong)).toThrow(TypeError)
  expect(() => check({ output, separator: ';' })).toThrow(/Unknown option separator/)
  expect(() => check({ output, template: './output.csv' })).toThrow(RangeError)
  expect(() => check({ output, top: 0 })).toThrow(RangeError)
  expect(() => check({ output, top: 2 })).toThrow(/"ben b"/)
  expect(check({ output, top: 1 }).top).toBe(1)
})

test('a missing template and other columns are refused', async () => {
  const { template } = tables({ template: 'alpha,beta,gamma\n1,2,3\n' })
  expect(await thrownBy(formOf(['/t/1.jpg'], { template: `${template}.none` }))).toMatchObject({
    code: 'FILE',
  })
  const error = await thrownBy(formOf(['/t/1.jpg'], { template }))
  expect(error).toMatchObject({ name: 'TorchError', code: 'DATASET' })
  expect(error.message).toContain('"alpha", "beta", "gamma"')
})

test.each([
  ['nothing', ''],
  ['a byte-order mark', '\ufeff'],
  ['blank lines', '\r\n\r\n'],
  ['a header alone', 'id,label\n'],
])('a template of %s is refused', async (_, text) => {
  const { template } = tables({ template: text })
  expect(await thrownBy(formOf(['/t/1.jpg'], { template }))).toMatchObject({ code: 'DATASET' })
})

test('a template of another folder is refused before anything is predicted', async () => {
  const { template } = tables({ template: 'id,label\n1,x\n2,x\n' })
  const error = await thrownBy(formOf(['/t/8.jpg', '/t/9.jpg'], { template }))
  expect(error).toMatchObject({ name: 'TorchError', code: 'DATASET' })
  expect(error.message).toContain('2 of 2 rows')
  expect(error.message).toContain('"1", "2"')
  expect(error.message).toContain(template)
})

test('rows without a photograph keep their cells, photographs without a row are not predicted: both are named', async () => {
  const files = ['/t/3.jpg', '/t/4.jpg', '/t/1.jpg', '/t/5.jpg']
  const { csv, form } = await filled('id,label\n1,x\n2,y\n3,z\n', files)
  expect(csv).toBe('id,label\n1,who-1\n2,y\n3,who-3\n')
  expect(form.files).toEqual(['/t/3.jpg', '/t/1.jpg'])
  expect(form.predicted).toBe(2)
  expect(form.report).toEqual({
    missing: { count: 1, names: ['2'] },
    extra: { count: 2, names: ['/t/4.jpg', '/t/5.jpg'] },
    repeated: { count: 0, names: [] },
  })
})

test('of thousands of names a report has the first hundred and their number', async () => {
  const ids = Array.from({ length: 2500 }, (_, id) => `${id}`)
  const { form } = await filled(
    `id,label\n${ids.map((id) => `${id},x\n`).join('')}`,
    ids.map((id) => `/t/${Number(id) + 1250}.jpg`),
  )
  const { missing, extra } = form.report
  expect([missing.count, extra.count, form.predicted]).toEqual([1250, 1250, 1250])
  expect(missing.names).toEqual(ids.slice(0, 100))
  expect(extra.names).toHaveLength(100)
})

test("a template's columns, order, other cells and delimiter are kept; its ids may have extensions or not", async () => {
  const text = '\ufeffUsage;Id;Label \r\npublic;2;x\r\n;1.jpg;x\r\n"a;b";3.png;x\r\n'
  const { csv } = await filled(text, ['/t/3.jpg', '/t/1.jpg', '/t/2.jpg'])
  expect(csv).toBe('Usage;Id;Label \npublic;2;who-2\n;1.jpg;who-1\n"a;b";3.png;who-3\n')
})

test('quotes, line breaks and spaces around ids are read and written again', async () => {
  const { csv } = await filled(
    '"id","note","label"\r\n" 1 ","said ""no""\r\nand went",x\r\n"2.jpg",",",x\r\n',
    ['/t/1.jpg', '/t/2.jpg'],
  )
  expect(csv).toBe('id,note,label\n 1 ,"said ""no""\r\nand went",who-1\n2.jpg,",",who-2\n')
})

test('ids with folders find photographs below the folder; one that names two is refused', async () => {
  const files = ['/t/a/1.jpg', '/t/b/1.jpg', '/t/b/2.jpg']
  const { csv } = await filled('id,label\nb/1,x\n./a/1.jpg,x\n2,x\n', files)
  expect(csv).toBe('id,label\nb/1,who-1\n./a/1.jpg,who-1\n2,who-2\n')
  const { template } = tables({ template: 'id,label\n1,x\n' })
  const error = await thrownBy(formOf(files, { template }))
  expect(error).toMatchObject({ code: 'DATASET' })
  expect(error.message).toContain('"/t/a/1.jpg" and "/t/b/1.jpg"')
})

test('ids that stand twice have the prediction twice and are named', async () => {
  const { csv, form } = await filled('id,label\n1,x\n2,x\n1,x\n1.jpg,x\n', ['/t/1.jpg', '/t/2.jpg'])
  expect(csv).toBe('id,label\n1,who-1\n2,who-2\n1,who-1\n1.jpg,who-1\n')
  expect(form.report.repeated).toEqual({ count: 2, names: ['1', '1.jpg'] })
  expect(form.predicted).toBe(4)
})

test('accents match however a table and a file system write them, other scripts as they are', async () => {
  const files = ['/t/Zoe\u0308.jpg', '/t/\u738b\u82b3.png', '/t/\u{1f642}.jpg']
  const { form } = await filled('id,label\nZo\u00eb,x\n\u738b\u82b3,x\n\u{1f642},x\n', files)
  expect(form.predicted).toBe(3)
})

test('columns can be named', async () => {
  const columns = { file: 'b', label: 'c' }
  const { csv } = await filled('a,b,c\n1,2,3\n', ['/t/2.jpg'], { columns })
  expect(csv).toBe('a,b,c\n1,2,who-2\n')
})

test("probabilities go into the template's column of that name, or into a new one", async () => {
  const files = ['/t/1.jpg']
  const text = 'id,score,label\n1,?,x\n2,?,y\n'
  const own = await filled(text, files, { probabilityColumn: 'score' })
  expect(own.csv).toBe('id,score,label\n1,0.5,who-1\n2,?,y\n')
  const other = await filled(text, files, { probabilityColumn: 'p, in [0, 1]' })
  expect(other.csv).toBe('id,score,label,"p, in [0, 1]"\n1,?,who-1,0.5\n2,?,y,\n')
  const { template } = tables({ template: text })
  expect(await thrownBy(formOf(files, { template, probabilityColumn: 'label' }))).toBeInstanceOf(RangeError)
})

test('several identities and their probabilities stand in one cell each, with spaces between them', async () => {
  const { template, output } = tables({ template: 'id,label\n1,x\n' })
  const form = await formOf(['/t/1.jpg'], { template, probabilityColumn: 'p' })
  form.fill(0, [
    { identity: 'anna', probability: Math.fround(0.7) },
    { identity: 'ben', probability: 0.3 - 1e-9 },
    { identity: 'carl', probability: 1e-9 },
  ])
  await form.write(output)
  expect(readFileSync(output, 'utf8')).toBe('id,label,p\n1,anna ben carl,0.7 0.3 1e-9\n')
})

test('without a template there is a row for each prediction, by path below the folder', async () => {
  const { output } = tables({})
  const form = await formOf(['/t/b.jpg', '/t/10.jpg', '/t/more/9.jpg', '/t/more/10.jpg', '/t/B.jpg'])
  fill(form, [0, 1, 2, 3])
  expect(await form.write(output)).toBe(4)
  expect(readFileSync(output, 'utf8')).toBe(
    'id,label\n10.jpg,who-10\nb.jpg,who-b\nmore/10.jpg,who-10\nmore/9.jpg,who-9\n',
  )
})

test('identities of any name come back from the CSV exactly as they were', async () => {
  const { output } = tables({})
  const names = [
    ...['=1+1', '+1', '-1', '@x', 'a,b', 'a"b', 'line\nbreak', 'line\rbreak', ' spaced ', ''],
    ...['\u00e9', '\u001b[2J'],
  ]
  const form = await formOf(names.map((_, index) => `/t/${String(index).padStart(2, '0')}.jpg`))
  for (const [place, identity] of names.entries()) form.fill(place, [{ identity, probability: 1 }])
  await form.write(output)
  const { rows } = await readCsv(output)
  expect(rows.map(([, label]) => label)).toEqual(names)
})

test('many rows are written whole and in order, and nothing is left beside them', async () => {
  const { output } = tables({ output: 'older' })
  const files = Array.from({ length: 3000 }, (_, index) => `/t/${String(index).padStart(5, '0')}.jpg`)
  const form = await formOf(files.toReversed())
  fill(form)
  expect(await form.write(output)).toBe(3000)
  const lines = readFileSync(output, 'utf8').trimEnd().split('\n')
  expect(lines).toHaveLength(3001)
  expect([...lines.slice(1)].sort()).toEqual(lines.slice(1))
  expect(readdirSync(join(output, '..'))).toEqual(['output.csv'])
})

test('an output that cannot be written is FILE', async () => {
  const { blocked } = tables({ blocked: '' })
  const form = await formOf(['/t/1.jpg'])
  const error = await thrownBy(form.write(join(blocked as string, 'submission.csv')))
  expect(error).toMatchObject({ name: 'TorchError', code: 'FILE' })
  expect(error.message).toContain(blocked)
})

test('a table is checked against photographs before any is predicted', async () => {
  const { table, other } = tables({ table: 'id,label\n1,x\n2,y\n', other: 'a,b,c\n1,2,3\n' })
  await checkTemplate(table as string, ['/t/2.jpg', '/t/1.png', '/t/3.png'])
  const missing = await thrownBy(checkTemplate(table as string, ['/t/1.jpg']))
  expect(missing).toMatchObject({ code: 'DATASET', message: expect.stringContaining('1 of 2 rows') })
  expect(missing.message).toContain('"2"')
  expect(await thrownBy(checkTemplate(other as string, ['/t/1.jpg']))).toMatchObject({ code: 'DATASET' })
})
