// Small files that ask for gigabytes or hours are refused with some MB, and the process lives on.

import { expect, test } from 'vitest'
import { zipOf } from '../scripts/zip-writer.js'
import { readInChild } from './child.js'
import { rawFile } from './files.js'
import { HOSTILE_OBJECTS, series } from './hostile-pickles.js'
import { op, pickleOf, push, times } from './pickles.js'
import { archive, legacy, storage, view } from './torch-files.js'

/** As the bad fixtures ask. */
const MEMORY_LIMIT = 256e6

async function expectRefused(bytes: Uint8Array): Promise<string> {
  const { grownBytes, message = '', ...outcome } = await readInChild('info', rawFile(bytes, 'made.pt'))
  expect(outcome).toEqual({ code: 'WEIGHTS' })
  expect(grownBytes).toBeLessThan(MEMORY_LIMIT)
  return message
}

test.each(Object.entries(HOSTILE_OBJECTS))('%s', async (_, make) => {
  await expectRefused(archive(make()))
})

test.each<[string, () => Buffer, RegExp]>([
  ['objects', () => times(2 ** 17 + 1, Buffer.concat([op.EMPTY_DICT, op.POP])), /over 131072 objects/],
  ['values on the stack', () => times(2 ** 20 + 1, op.NONE), /stacks over 1048576 values/],
  ['marks', () => times(2 ** 20 + 1, op.MARK), /over 1048576 marks/],
  [
    'values remembered',
    () => Buffer.concat([op.NONE, times(2 ** 20 + 1, op.MEMOIZE)]),
    /remembers over 1048576/,
  ],
  ['opcodes', () => times(2 ** 21 + 1, Buffer.concat([op.NONE, op.POP])), /over 2097152 opcodes/],
  [
    'bytes',
    () => op.BINBYTES(new Uint8Array(2 ** 24)),
    /"archive\/data\.pkl" of 167772\d\d bytes is longer than 16777216/,
  ],
])('too many %s', async (_, make, reason) => {
  expect(await expectRefused(archive(make()))).toMatch(reason)
})

test('a million and a half keys of storages', async () => {
  const text = (index: number) => op.SHORT_BINUNICODE(index.toString(36))
  const some = (from: number) => [op.MARK, series(500_000, (index) => text(from + index)), op.APPENDS]
  const keys = pickleOf(op.EMPTY_LIST, ...[50_000, 550_000, 1_050_000].flatMap(some))
  expect(await expectRefused(legacy({ keys }))).toContain('it has over 65536 storages')
})

test('a directory of 8 MB', async () => {
  const names = Array.from({ length: 85_000 }, (_, index) => [`a/${index.toString(36)}`, ''])
  const bytes = zipOf(Object.fromEntries(names), { deflate: false, zip64: true })
  expect(await expectRefused(bytes)).toContain('a zip archive without a data.pkl')
})

test('the tensors of a file of 10 MB, each two values far apart, do not have it read twenty thousand times', async () => {
  const elements = 2 ** 21
  const far = view(op.BINGET(0), 0, [2], [elements - 1])
  const memo = Buffer.concat([storage('0', elements), op.BINPUT(0), op.POP])
  const tensors = series(20_000, (i) => Buffer.concat([push(`t${i}`), far]))
  const object = Buffer.concat([memo, op.EMPTY_DICT, op.MARK, tensors, op.SETITEMS])
  const path = rawFile(archive(object, { 0: new Uint8Array(4 * elements) }), 'made.pt')
  const { ended, grownBytes } = await readInChild('read', path)
  expect(ended).toBeUndefined()
  expect(grownBytes).toBeLessThan(MEMORY_LIMIT)
})
