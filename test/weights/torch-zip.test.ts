// Zip archives that are no file of PyTorch, and those of many writers that are one.

import { closeSync, openSync, readFileSync, statSync, truncateSync, writeSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { TorchError } from '../../lib/errors.js'
import { readWeights, readWeightsInfo } from '../../lib/weights/index.js'
import { zipOf } from '../scripts/zip-writer.js'
import { rawFile, refusal, tensorsOf } from './files.js'
import { pickleOf, push } from './pickles.js'
import { archive, floats, storage, vector, view } from './torch-files.js'

const PICKLE = pickleOf(push({ a: vector() }))
const VALUES = floats(1, 2)
const GOOD = { 'm/data.pkl': PICKLE, 'm/data/0': VALUES }
const WHOLE = archive({ a: vector() })
const READ = { a: [[2], [1, 2]] }

function stored(files: Record<string, string | Uint8Array>): Buffer {
  return zipOf(files, { deflate: false })
}

function reasonOf(bytes: Uint8Array): Promise<string> {
  return refusal(rawFile(bytes, 'made.pt'))
}

const RESAVE = 'PyTorch stores its files uncompressed: save it again with torch.save.'

describe('archives that are no state_dict', () => {
  test.each<[string, Buffer, string]>([
    ['an empty archive', zipOf({}), 'it is a zip archive without a data.pkl'],
    [
      'other files',
      stored({ 'word/document.xml': '<x/>' }),
      'it is a zip archive without a data.pkl, so no file of',
    ],
    ['a data.pkl without a folder', stored({ 'data.pkl': PICKLE }), 'it is a zip archive without a data.pkl'],
    [
      'a data.pkl two folders deep',
      stored({ 'a/b/data.pkl': PICKLE }),
      'it is a zip archive without a data.pkl',
    ],
    ['two folders', stored({ ...GOOD, 'n/data.pkl': PICKLE }), 'it has 2 folders with a data.pkl'],
    [
      'TorchScript',
      stored({ ...GOOD, 'm/constants.pkl': PICKLE }),
      'it is a TorchScript program, and only a state_dict',
    ],
    [
      'big-endian values',
      stored({ ...GOOD, 'm/byteorder': 'big' }),
      'its values are "big"-endian. Save it on a',
    ],
    [
      'a long byte order',
      stored({ ...GOOD, 'm/byteorder': 'little'.repeat(9) }),
      '"m/byteorder" of 54 bytes is longer',
    ],
    ['an empty byte order', stored({ ...GOOD, 'm/byteorder': '' }), 'its values are ""-endian'],
    ['an empty pickle', stored({ 'm/data.pkl': '' }), 'its pickle ends in the middle'],
    ['compressed entries', zipOf(GOOD), `its zip entry "m/data.pkl" is compressed. ${RESAVE}`],
    [
      'a storage of another folder',
      stored({ 'm/data.pkl': PICKLE, 'n/data/0': VALUES }),
      'it lacks the storage "0"',
    ],
    [
      'a storage that is too short',
      stored({ ...GOOD, 'm/data/0': floats(1) }),
      'has 4 bytes where 2 values of float32',
    ],
    [
      'a storage that is too long',
      stored({ ...GOOD, 'm/data/0': floats(1, 2, 3) }),
      'has 12 bytes where 2 values',
    ],
    [
      'a key that climbs',
      archive({ a: vector(2, '../../data.pkl') }),
      'it lacks the storage "../../data.pkl"',
    ],
    [
      'a zip archive behind other bytes',
      Buffer.concat([Buffer.from('PK\x03\x04'), WHOLE]),
      'its zip directory is damaged',
    ],
  ])('%s', async (_, bytes, reason) => {
    expect(await reasonOf(bytes)).toContain(reason)
  })
})

describe('archives that are read', () => {
  test.each<[string, Buffer]>([
    ['as PyTorch writes them', WHOLE],
    ['Zip64', archive({ a: vector() }, undefined, { zip64: true })],
    ['with a comment', archive({ a: vector() }, undefined, { comment: 'saved by PK\x05\x06'.padEnd(300) })],
    [
      'Zip64 with a comment of 65,535 bytes',
      archive({ a: vector() }, undefined, { zip64: true, comment: 'x'.repeat(65_535) }),
    ],
    [
      'with other files',
      stored({ ...GOOD, 'm/version': '3\n', 'm/byteorder': 'little', 'm/.data/serialization_id': '1' }),
    ],
    ['in a folder of any name', stored({ '\u4e2d/data.pkl': PICKLE, '\u4e2d/data/0': VALUES })],
    ['in any order', stored({ 'm/data/0': VALUES, 'm/data.pkl': PICKLE })],
  ])('%s', async (_, bytes) => {
    expect(await tensorsOf(rawFile(bytes, 'made.pt'))).toEqual(READ)
  })

  test('what a file of 64 GiB says of itself is read without the rest, most of which is a hole', async () => {
    const size = 2 ** 36
    const names = { a: view(storage('0', size, 'ByteStorage'), 0, [2 ** 18, 2 ** 18], [1, 2 ** 18]) }
    const path = rawFile(archive(names, { 0: new Uint8Array(0) }, { zip64: true }), 'made.pt')
    makeHole(path, size)
    const info = {
      format: 'torch-zip',
      tensors: [{ name: 'a', dtype: 'uint8', shape: [2 ** 18, 2 ** 18] }],
      metadata: {},
    }
    expect(await readWeightsInfo(path)).toEqual(info)
    await expect(readWeights(path)).rejects.toBeInstanceOf(TorchError)
  })
})

/** Grows the last entry of a Zip64 archive, which is empty, and moves the directory behind it. */
function makeHole(path: string, size: number): void {
  const bytes = readFileSync(path)
  const central = bytes.indexOf('PK\x01\x02', 0, 'latin1')
  const last = bytes.lastIndexOf('PK\x01\x02', bytes.length, 'latin1')
  const tail = bytes.subarray(central)
  const extra = last - central + 46 + tail.readUInt16LE(last - central + 28) + 13
  for (const at of [extra, extra + 8]) tail.writeBigUInt64LE(BigInt(size), at)
  const end64 = tail.lastIndexOf('PK\x06\x06', tail.length, 'latin1')
  tail.writeBigUInt64LE(BigInt(central + size), end64 + 48)
  tail.writeBigUInt64LE(BigInt(central + size + end64), end64 + 56 + 8)
  truncateSync(path, central)
  truncateSync(path, central + size)
  const file = openSync(path, 'r+')
  writeSync(file, tail, 0, tail.length, central + size)
  closeSync(file)
  expect(statSync(path).size).toBe(bytes.length + size)
}
