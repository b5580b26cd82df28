// The check of a folder of weight files: the project's own copy passes, and whatever is wrong is told.

import { cpSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { temporaryFolder } from '../files/temporary-folder.js'
import { checkBadFile } from './bad-file.js'
import type { FolderCheck } from './checks.js'
import { parseLenient } from './expected.js'
import { checkFolder } from './folder.js'
import { folderOf, hole, type Made, plain } from './made-folders.js'
import { OWN_FOLDER } from './own-files.js'
import { ReaderProcess } from './reader-process.js'
import { doublesOf, isSame } from './values.js'

function problemsIn({ good, bad }: FolderCheck): string[] {
  return [...good, ...bad].flatMap(({ file, problems }) => problems.map((problem) => `${file}: ${problem}`))
}

it("passes the project's own copy", async () => {
  const checked = await checkFolder(OWN_FOLDER)
  expect(problemsIn(checked)).toEqual([])
  expect(checked.pass).toBe(true)
  for (const kind of ['good', 'bad'] as const) {
    const files = readdirSync(join(OWN_FOLDER, kind)).filter((name) => name !== 'expected.json')
    expect(checked[kind].map(({ file }) => file).sort()).toEqual(files.sort())
  }
  expect([checked.good.length, checked.bad.length]).toEqual([12, 34])
})

describe('a folder fails with', () => {
  const others = { c: { dtype: 'float32', shape: [], values: [1] } }
  it.each<[string, Made, string]>([
    ['a wrong value', { good: plain({ values: [1, 2, 4] }), bad: hole }, '"b" has 3 as value 2, not 4'],
    ['too few values', { good: plain({ values: [1, 2] }), bad: hole }, '"b" has 3 values, not 2'],
    ['a wrong dtype', { good: plain({ dtype: 'int32' }), bad: hole }, '"b" is int64, not int32'],
    ['a wrong shape', { good: plain({ shape: [3, 1] }), bad: hole }, '"b" has the shape [3], not [3,1]'],
    ['a missing tensor', { good: plain({}, others), bad: hole }, 'the tensor "c" is missing'],
    [
      'a tensor without values',
      { good: plain({ values: 7 }), bad: hole },
      '"b" has no dtype, shape and values',
    ],
    [
      'a tensor that is not listed',
      { good: { 'plain.safetensors': {} }, bad: hole },
      'the tensor "a" is read, which expected.json does not list',
    ],
    [
      'a missing good file',
      { good: { ...plain(), 'gone.pt': {} }, bad: hole },
      'gone.pt: the file is missing, which expected.json lists',
    ],
    [
      'a missing bad file',
      { good: plain(), bad: { ...hole, 'gone.pt': 'damaged' } },
      'gone.pt: the file is missing, which expected.json lists',
    ],
    ['an unlisted bad file', { good: plain(), bad: {} }, 'hole.safetensors: expected.json does not list it'],
    ['no entries at all', { good: plain(), bad: {} }, 'expected.json: it lists no file'],
  ])('%s', async (_, made, problem) => {
    const checked = await checkFolder(folderOf(made))
    expect(checked.pass).toBe(false)
    expect(problemsIn(checked).join('\n')).toContain(problem)
  })

  it('a bad file that loads, and a good one that does not', async () => {
    const folder = folderOf({ good: plain(), bad: hole }, (made) => {
      cpSync(join(OWN_FOLDER, 'good/plain.safetensors'), join(made, 'bad/hole.safetensors'))
      cpSync(join(OWN_FOLDER, 'bad/hole.safetensors'), join(made, 'good/plain.safetensors'))
    })
    expect(problemsIn(await checkFolder(folder))).toEqual([
      expect.stringContaining('plain.safetensors: it does not load: Cannot load'),
      'hole.safetensors: it loads, with 2 tensors',
    ])
  })

  it('nothing in it', async () => {
    const { pass, good, bad } = await checkFolder(temporaryFolder())
    expect([pass, good.length, bad.length]).toEqual([false, 1, 1])
    expect(good[0]?.problems[0]).toContain('ENOENT')
  })

  it('an expected.json that is no object', async () => {
    const folder = folderOf({ good: plain(), bad: hole }, (made) =>
      writeFileSync(join(made, 'bad/expected.json'), '[]'),
    )
    expect(problemsIn(await checkFolder(folder))).toEqual(['expected.json: it is no object of files'])
  })
})

describe('a bad file fails whose reading', () => {
  const program = new URL('./misbehaving.ts', import.meta.url)
  it.each([
    ['exits', 'it ended the process: exit code 3'],
    ['dies', 'it ended the process: SIGSEGV'],
    ['hangs', 'it hangs'],
    ['runs-code', 'it ran code'],
    ['type-error', 'it is refused with TypeError : x is undefined'],
    ['other-code', 'it is refused with TorchError NATIVE'],
    ['nameless', 'the message does not name the file and a reason'],
    ['without-reason', 'the message does not name the file and a reason'],
    ['slow', 'it takes 1500 ms'],
    ['large', 'the peak of memory grows by 300 MB'],
    ['spoils', 'good files cannot be read afterwards: it is closed'],
  ])('%s, and the next one is read all the same', async (name, problem) => {
    const reader = new ReaderProcess(program, 500)
    onTestFinished(() => reader.close())
    const folder = temporaryFolder()
    const check = await checkBadFile(join(folder, name), null, reader)
    expect([check.pass, check.problems]).toEqual([false, [expect.stringContaining(problem)]])
    expect(await checkBadFile(join(folder, 'refused'), null, reader)).toMatchObject({
      pass: true,
      problems: [],
      reason: 'it is damaged.',
    })
  })
})

describe('values', () => {
  it('that JSON lacks are written in three ways', () => {
    expect(parseLenient('{"NaN": [NaN, -Infinity, Infinity, "a \\" NaN", null, -1e5]}')).toEqual({
      NaN: ['NaN', '-Infinity', 'Infinity', 'a " NaN', null, -1e5],
    })
    for (const expected of [null, 'NaN']) expect(isSame(NaN, expected)).toBe(true)
    for (const expected of [null, '-Infinity']) expect(isSame(-Infinity, expected)).toBe(true)
    for (const expected of ['Infinity', 0, '1']) expect(isSame(NaN, expected)).toBe(false)
    expect(isSame(1, null)).toBe(false)
    expect([isSame(1, true), isSame(1, false)]).toEqual([true, false])
  })

  it.each([
    [
      'float16',
      Uint16Array.of(0x3c00, 0xc000, 0x0001, 0x7bff, 0xfc00, 0x7e00),
      [1, -2, 2 ** -24, 65504, -Infinity, NaN],
    ],
    ['bfloat16', Uint16Array.of(0x3f80, 0xc000, 0x7f80), [1, -2, Infinity]],
    ['int64', BigInt64Array.of(-1n, 2n ** 53n + 1n), [-1, 2 ** 53]],
  ] as const)('of %s are decoded', (dtype, { buffer }, values) => {
    expect(doublesOf({ name: 'x', dtype, shape: [], data: new Uint8Array(buffer) })).toEqual(values)
  })
})
