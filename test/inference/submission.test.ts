import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  checkTemplate,
  type Prediction,
  type SubmissionOptions,
  writeSubmission,
} from '../../lib/inference/submission.js'
import { thrownBy } from '../data/thrown.js'
import { temporaryFolder } from '../files/temporary-folder.js'

/** One prediction a file; the identity of '7.jpg' is 'who-7'. */
function predictionsOf(...files: string[]): Prediction[] {
  return files.map((file) => ({ file, identity: `who-${file.match(/(\w+)\.\w+$/)?.[1]}` }))
}

function tables(contents: Record<string, string>): Record<string, string> {
  const root = temporaryFolder()
  for (const [name, text] of Object.entries(contents)) writeFileSync(join(root, `${name}.csv`), text)
  const names = [...Object.keys(contents), 'output']
  return Object.fromEntries(names.map((name) => [name, join(root, `${name}.csv`)]))
}

test('wrong arguments are refused by name', async () => {
  const { template, output } = tables({ template: 'id,label\n1,x\n' })
  const write = (options: unknown) => thrownBy(writeSubmission([], options as SubmissionOptions))
  for (const options of [
    undefined,
    {},
    { output: '' },
    { output: 7 },
    { output, template: 7 },
    { output, folder: 7 },
  ]) {
    expect(await write(options)).toBeInstanceOf(TypeError)
  }
  expect((await write({ output, separator: ';' })).message).toContain('Unknown option separator')
  expect(await write({ output: template, template })).toBeInstanceOf(RangeError)
  expect(readFileSync(template as string, 'utf8')).toBe('id,label\n1,x\n')
})

test('a missing template and other columns are refused, an older output stays', async () => {
  const { template, output } = tables({ template: 'alpha,beta,gamma\n1,2,3\n', output: 'older' }) as Record<
    string,
    string
  >
  const missing = `${template}.none`
  const options = { output: output as string }
  expect(await thrownBy(writeSubmission([], { ...options, template: missing }))).toMatchObject({
    code: 'FILE',
  })
  const error = await thrownBy(writeSubmission([], { ...options, template: template as string }))
  expect(error).toMatchObject({ name: 'TorchError', code: 'DATASET' })
  expect(error.message).toContain('"alpha", "beta", "gamma"')
  expect(readFileSync(output as string, 'utf8')).toBe('older')
})

test('a row without a prediction is refused, an older output stays and nothing is left beside it', async () => {
  const paths = tables({ template: 'id,label\n1,x\n2,x\n3,x\n', output: 'older' })
  const { template, output } = paths as { template: string; output: string }
  const error = await thrownBy(writeSubmission(predictionsOf('/t/2.jpg', '/t/9.jpg'), { output, template }))
  expect(error).toMatchObject({ name: 'TorchError', code: 'DATASET' })
  expect(error.message).toContain('2 of 3 rows')
  expect(error.message).toContain('"1", "3"')
  expect(error.message).toContain(template)
  expect(readFileSync(output, 'utf8')).toBe('older')
  expect(readdirSync(join(output, '..')).sort()).toEqual(['output.csv', 'template.csv'])
})

test('known files are checked before the first prediction is asked for', async () => {
  const { template, output } = tables({ template: 'id,label\n1,x\n2,x\n' }) as {
    template: string
    output: string
  }
  let asked = 0
  async function* predictions(): AsyncGenerator<Prediction> {
    asked++
    yield* predictionsOf('/t/1.jpg', '/t/2.jpg')
  }
  const files = ['/t/1.jpg']
  expect(await thrownBy(writeSubmission(predictions(), { output, template, files }))).toMatchObject({
    code: 'DATASET',
  })
  expect(asked).toBe(0)
  await writeSubmission(predictions(), { output, template, files: [...files, '/t/2.jpg'] })
  expect(asked).toBe(1)
})

test('an output that cannot be written is FILE, before the first prediction is asked for', async () => {
  const { blocked } = tables({ blocked: '' })
  let asked = 0
  async function* predictions(): AsyncGenerator<Prediction> {
    asked++
    yield* predictionsOf('/t/1.jpg')
  }
  const error = await thrownBy(
    writeSubmission(predictions(), { output: join(blocked as string, 'submission.csv') }),
  )
  expect(error).toMatchObject({ name: 'TorchError', code: 'FILE' })
  expect(error.message).toContain(blocked)
  expect(asked).toBe(0)
})

test('a prediction that fails leaves the older output', async () => {
  const { output } = tables({ output: 'older' }) as { output: string }
  async function* failing(): AsyncGenerator<Prediction> {
    yield* predictionsOf('/t/1.jpg')
    throw new Error('mine')
  }
  expect((await thrownBy(writeSubmission(failing(), { output }))).message).toBe('mine')
  expect(readFileSync(output, 'utf8')).toBe('older')
})

test("a template's columns, order, other cells and delimiter are kept; its ids may have extensions or not", async () => {
  const { template, output } = tables({
    template: '\ufeffUsage;Id;Label \r\npublic;2;x\r\n;1.jpg;x\r\n"a;b";3.png;x\r\n',
  })
  const predictions = predictionsOf('/t/3.jpg', '/t/1.jpg', '/t/9.jpg', '/t/2.jpg', '/t/8.jpg')
  const summary = await writeSubmission(predictions, {
    output: output as string,
    template: template as string,
  })
  expect(readFileSync(output as string, 'utf8')).toBe(
    'Usage;Id;Label \npublic;2;who-2\n;1.jpg;who-1\n"a;b";3.png;who-3\n',
  )
  expect(summary).toEqual({ output, rows: 3, notInTemplate: ['/t/8.jpg', '/t/9.jpg'] })
})

test('columns can be named', async () => {
  const { template, output } = tables({ template: 'a,b,c\n1,2,3\n' }) as { template: string; output: string }
  await writeSubmission(predictionsOf('/t/2.jpg'), { output, template, columns: { file: 'b', label: 'c' } })
  expect(readFileSync(output, 'utf8')).toBe('a,b,c\n1,2,who-2\n')
})

test('without a template the columns are id and label, by file name', async () => {
  const { output } = tables({}) as { output: string }
  const predictions = predictionsOf('/t/b.jpg', '/t/10.jpg', '/t/more/9.jpg', '/t/B.jpg')
  const summary = await writeSubmission(predictions, { output })
  expect(readFileSync(output, 'utf8')).toBe(
    'id,label\n10.jpg,who-10\n9.jpg,who-9\nB.jpg,who-B\nb.jpg,who-b\n',
  )
  expect(summary).toEqual({ output, rows: 4, notInTemplate: [] })
  await writeSubmission(predictions, { output, folder: '/t' })
  expect(readFileSync(output, 'utf8')).toBe(
    'id,label\n10.jpg,who-10\nB.jpg,who-B\nb.jpg,who-b\nmore/9.jpg,who-9\n',
  )
})

test('two photographs of one name need the folder or a template', async () => {
  const { output } = tables({}) as { output: string }
  const predictions = predictionsOf('/t/a/1.jpg', '/t/b/1.jpg')
  const error = await thrownBy(writeSubmission(predictions, { output }))
  expect(error).toMatchObject({ code: 'DATASET' })
  expect(error.message).toContain('the id "1.jpg"')
  expect(existsSync(output)).toBe(false)
  await writeSubmission(predictions, { output, folder: '/t' })
  expect(readFileSync(output, 'utf8')).toBe('id,label\na/1.jpg,who-1\nb/1.jpg,who-1\n')
})

test('identities of any name come back from the CSV exactly as they were', async () => {
  const { output } = tables({}) as { output: string }
  const names = [
    '=1+1',
    '+1',
    '-1',
    '@x',
    'a,b',
    'a"b',
    'line\nbreak',
    'line\rbreak',
    ' spaced ',
    '',
    'é',
    '\u001b[2J',
  ]
  const predictions = names.map((identity, index) => ({
    file: `/t/${String(index).padStart(2, '0')}.jpg`,
    identity,
  }))
  await writeSubmission(predictions, { output })
  const { rows } = await import('../../lib/data/index.js').then(({ readCsv }) => readCsv(output))
  expect(rows.map(([, label]) => label)).toEqual(names)
})

test('many rows are written whole and in order', async () => {
  const { output } = tables({}) as { output: string }
  const files = Array.from({ length: 3000 }, (_, index) => `/t/${String(index).padStart(5, '0')}.jpg`)
  const { rows } = await writeSubmission(predictionsOf(...files.toReversed()), { output })
  expect(rows).toBe(3000)
  const lines = readFileSync(output, 'utf8').trimEnd().split('\n')
  expect(lines).toHaveLength(3001)
  expect([...lines.slice(1)].sort()).toEqual(lines.slice(1))
})

test('a photograph without a prediction keeps the cell of its row, and has no row of its own', async () => {
  const paths = tables({ template: 'id,label\n1,x\n2,y\n' }) as Record<'template' | 'output', string>
  const predictions = [...predictionsOf('/t/1.jpg'), { file: '/t/2.jpg', identity: null }]
  await writeSubmission(predictions, paths)
  expect(readFileSync(paths.output, 'utf8')).toBe('id,label\n1,who-1\n2,y\n')
  const { rows } = await writeSubmission(predictions, { output: paths.output })
  expect(rows).toBe(1)
  expect(readFileSync(paths.output, 'utf8')).toBe('id,label\n1.jpg,who-1\n')
})

test('a table is checked against photographs before any is predicted', async () => {
  const { table, other } = tables({ table: 'id,label\n1,x\n2,y\n', other: 'a,b,c\n1,2,3\n' }) as Record<
    string,
    string
  >
  await checkTemplate(table as string, ['/t/2.jpg', '/t/1.png', '/t/3.png'])
  const missing = await thrownBy(checkTemplate(table as string, ['/t/1.jpg']))
  expect(missing).toMatchObject({ code: 'DATASET', message: expect.stringContaining('1 of 2 rows') })
  expect(missing.message).toContain('"2"')
  expect(await thrownBy(checkTemplate(other as string, ['/t/1.jpg']))).toMatchObject({ code: 'DATASET' })
})
