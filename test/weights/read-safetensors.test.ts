import { statSync, truncateSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { readWeights, readWeightsInfo } from '../../lib/weights/index.js'
import { fileOf, rawFile, refusal } from './files.js'

const F32 = (offsets: string, shape = '[1]') => `{"dtype":"F32","shape":${shape},"data_offsets":${offsets}}`

test('refuses arguments of the wrong type, and names a file that is not there', async () => {
  for (const read of [readWeights, readWeightsInfo]) {
    await expect(read('')).rejects.toThrow(TypeError)
    await expect(read(undefined as never)).rejects.toThrow('for path but received undefined')
    await expect(read('/no/such.safetensors')).rejects.toMatchObject({
      code: 'FILE',
      message: 'Cannot read "/no/such.safetensors": it does not exist. Check the path.',
    })
  }
})

describe('damaged headers', () => {
  test.each<[string, string, number, RegExp]>([
    [
      'a hole before a tensor',
      `{"a":${F32('[4,8]')}}`,
      8,
      /no tensor owns the 4 bytes before its tensor "a"/,
    ],
    ['offsets in reverse', `{"a":${F32('[4,0]')}}`, 4, /takes 4 bytes, not those from 4 to 0/],
    ['three offsets', `{"a":${F32('[0,4,8]')}}`, 4, /array of more than 2 numbers/],
    ['one offset', `{"a":${F32('[0]')}}`, 4, /not those from 0 to undefined/],
    [
      'an offset past all integers',
      `{"a":${F32('[0,99999999999999999999]')}}`,
      4,
      /"9{20}" where a size or an offset/,
    ],
    [
      'a fraction',
      `{"a":${F32('[0,4]', '[1.0]')}}`,
      4,
      /has "\.0\],.*" at character \d+ where "\]" should stand/,
    ],
    ['an exponent', `{"a":${F32('[0,4e0]')}}`, 4, /where "\]" should stand/],
    ['a leading zero', `{"a":${F32('[0,04]')}}`, 4, /has "04" where a size/],
    [
      'a missing dtype',
      '{"a":{"shape":[1],"data_offsets":[0,4]}}',
      4,
      /lacks its dtype, shape or data_offsets/,
    ],
    ['an unknown key', '{"a":{"dtype":"F32","x":1}}', 4, /the unknown key "x"/],
    ['a key twice', '{"a":{"dtype":"F32","dtype":"F32"}}', 4, /the name "dtype" twice/],
    [
      'a name twice, once escaped',
      `{"a":${F32('[0,4]')},"\\u0061":${F32('[4,8]')}}`,
      8,
      /the name "a" twice/,
    ],
    ['metadata that is no string', '{"__metadata__":{"a":1}}', 0, /where a string should stand/],
    ['metadata that is no object', '{"__metadata__":"a"}', 0, /where "\{" should stand/],
    ['metadata twice', '{"__metadata__":{},"__metadata__":{}}', 0, /the name "__metadata__" twice/],
    ['text after the header', '{} {}', 0, /where the end should stand/],
    ['a comma too many', `{"a":${F32('[0,4]')},}`, 4, /where a string should stand/],
    ['a malformed escape', '{"\\x":1}', 0, /the malformed string/],
    ['a control character', '{"a\nb":1}', 0, /the malformed string/],
    ['an open string', '{"a\\"', 0, /ends inside a string/],
    [
      '65 dimensions',
      `{"a":${F32('[0,4]', `[${Array(65).fill(1)}]`)}}`,
      4,
      /an array of more than 64 numbers/,
    ],
    [
      'too many bytes before an empty dimension',
      `{"a":${F32('[0,0]', '[4294967296,4294967296,0]')}}`,
      0,
      /too many/,
    ],
    ['ten thousand nested lists', '{"a":'.padEnd(10_000, '['), 0, /where "\{" should stand/],
    ['ten thousand nested objects', '{"a":'.repeat(10_000), 0, /the unknown key "a"/],
    [
      'a name that a terminal would obey',
      '{"\\u001b[2J":{"dtype":"\\u009b"}}',
      0,
      /^its tensor "\\u001b\[2J" lacks/,
    ],
  ])('%s', async (_, header, data, reason) => {
    expect(await refusal(fileOf(header, data))).toMatch(reason)
  })

  test('a header that is not UTF-8', async () => {
    expect(await refusal(fileOf(Buffer.from('{"\xff":{}}', 'latin1')))).toMatch(/not UTF-8/)
  })

  test('a file shorter than its length, and lengths past all integers', async () => {
    expect(await refusal(rawFile('abc'))).toMatch(
      /it is neither a \.safetensors file nor one that torch\.save wrote/,
    )
    expect(await refusal(fileOf('{}', 0, 2n ** 64n - 1n))).toMatch(/its header reaches past its end/)
    expect(await refusal(fileOf('{}', 2 ** 24, 2 ** 24 + 1))).toMatch(/longer than 16777216/)
  })

  test('a message cites no more of the file than fits in one', async () => {
    const long = 'x'.repeat(100_000)
    expect((await refusal(fileOf(`{"${long}":{"dtype":"${long}"}}`))).length).toBeLessThan(1000)
    expect((await refusal(fileOf(`{"a":${F32(`[${'9'.repeat(100_000)}]`)}}`))).length).toBeLessThan(1000)
  })
})

describe('good files', () => {
  test('tensors in any order in the header, empty ones, scalars, and no tensor at all', async () => {
    const header = `{"late":${F32('[4,8]')},"empty":${F32('[4,4]', '[0,3]')},"scalar":${F32('[0,4]', '[]')} } \n`
    const { tensors } = await readWeights(fileOf(header, Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8)))
    expect(tensors.map(({ name, shape, data }) => [name, shape, [...data]])).toEqual([
      ['scalar', [], [1, 2, 3, 4]],
      ['empty', [0, 3], []],
      ['late', [1], [5, 6, 7, 8]],
    ])
    expect(await readWeights(fileOf('{}'))).toEqual({
      format: 'safetensors',
      tensors: [],
      metadata: {},
    })
  })

  test('the metadata of a file of 64 GB, most of which is a hole, are read without the rest', async () => {
    const size = 2 ** 36
    const path = fileOf(
      `{"__metadata__":{"a":"b"},"large":{"dtype":"U8","shape":[${size}],"data_offsets":[0,${size}]}}`,
    )
    truncateSync(path, statSync(path).size + size)
    expect(await readWeightsInfo(path)).toEqual({
      format: 'safetensors',
      tensors: [{ name: 'large', dtype: 'uint8', shape: [size] }],
      metadata: { a: 'b' },
    })
    await expect(readWeights(path)).rejects.toMatchObject({ code: 'FILE' })
  })

  test('a header whose length spells the beginning of a zip archive', async () => {
    const length = Buffer.from('PK').readUInt16LE()
    const path = fileOf(`{"a":${F32('[0,4]')}}`.padEnd(length), 4)
    expect((await readWeightsInfo(path)).tensors).toEqual([{ name: 'a', dtype: 'float32', shape: [1] }])
  })

  test('names that mean something to JavaScript are names', async () => {
    const header = `{"__metadata__":{"__proto__":"x","constructor":"y"},"__proto__":${F32('[0,4]')}}`
    const { tensors, metadata } = await readWeightsInfo(fileOf(header, 4))
    expect(tensors.map(({ name }) => name)).toEqual(['__proto__'])
    expect(Object.entries(metadata)).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ])
    expect(Object.getPrototypeOf(metadata)).toBe(Object.prototype)
  })
})
