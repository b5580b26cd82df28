import { statSync, truncateSync } from 'node:fs'
import { basename } from 'node:path'
import { describe, expect, test } from 'vitest'
import { TorchError } from '../../lib/errors.js'
import { type NamedTensor, readSafetensors, readSafetensorsMetadata } from '../../lib/weights/index.js'
import { expectedOf, fileOf, fixtures, rawFile } from './files.js'

async function refusal(path: string): Promise<string> {
  const [whole, header] = await Promise.allSettled([readSafetensors(path), readSafetensorsMetadata(path)])
  const { reason } = whole as PromiseRejectedResult
  expect(reason).toBeInstanceOf(TorchError)
  expect((header as PromiseRejectedResult).reason.message).toBe(reason.message)
  expect(reason.code).toBe('WEIGHTS')
  expect(reason.message).toContain(`Cannot load "${path}": `)
  return reason.message.split('": ').slice(1).join('": ')
}

const F32 = (offsets: string, shape = '[1]') => `{"dtype":"F32","shape":${shape},"data_offsets":${offsets}}`

test('refuses arguments of the wrong type, and names a file that is not there', async () => {
  for (const read of [readSafetensors, readSafetensorsMetadata]) {
    await expect(read('')).rejects.toThrow(TypeError)
    await expect(read(undefined as never)).rejects.toThrow('for path but received undefined')
    await expect(read('/no/such.safetensors')).rejects.toMatchObject({
      code: 'FILE',
      message: 'Cannot read "/no/such.safetensors": it does not exist. Check the path.',
    })
  }
})

describe('bad files', () => {
  const reasons: Record<string, string> = {
    'duplicate_key.safetensors': 'its header has the name "a" twice',
    'header_longer_than_file.safetensors': 'its header reaches past its end',
    'header_zero.safetensors': 'its header is empty',
    'hole.safetensors': 'no tensor owns its last 24 bytes',
    'huge_shape.safetensors':
      'its tensor "a" of shape [2147483648, 2147483648, 2147483648] has too many elements',
    'negative_offset.safetensors': 'its header has "-8" where a size or an offset stands',
    'not_json.safetensors': 'its header ends at character 5 where "{" should stand',
    'overlap.safetensors': 'its tensor "b" overlaps another one',
    'past_end.safetensors': 'its tensor "b" reaches past its end',
    'shape_mismatch.safetensors': 'its tensor "a" of shape [2, 4] takes 32 bytes, not those from 0 to 24',
    'unknown_dtype.safetensors': 'its tensor "a" has the unknown dtype "F12"',
  }

  test('every fixture has its reason', () => {
    expect(Object.keys(reasons).sort()).toEqual(
      fixtures('bad', '.safetensors')
        .map((path) => basename(path))
        .sort(),
    )
  })

  test.each(fixtures('bad', '.safetensors'))('%s', async (path) => {
    expect(await refusal(path)).toBe(
      `${reasons[basename(path)]}. The file is damaged: save or fetch it again.`,
    )
  })

  test.each([...fixtures('bad', '.pt'), ...fixtures('good', '.pt')])('%s', async (path) => {
    const reason = await refusal(path)
    if (basename(path) === 'empty.pt') expect(reason).toContain('it is empty')
    else if (basename(path) === 'text.pt') expect(reason).toContain('it is no .safetensors file')
    else expect(reason).toMatch(/it is a PyTorch (zip|pickle) file .* save_file\(torch\.load\(/)
  })

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
    expect(await refusal(rawFile('abc'))).toMatch(/it is no \.safetensors file/)
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
  type Expected = Record<string, { dtype: string; shape: number[]; values: number[] }>
  const expected = expectedOf<Expected>('good')

  function valuesOf({ dtype, data }: NamedTensor): number[] {
    if (dtype === 'int64') return [...new BigInt64Array(data.buffer as ArrayBuffer)].map(Number)
    return [...new Float32Array(data.buffer as ArrayBuffer)]
  }

  test.each(fixtures('good', '.safetensors'))('%s, value for value', async (path) => {
    const { tensors, metadata } = await readSafetensors(path)
    const read = tensors.map((tensor) => {
      return [tensor.name, { dtype: tensor.dtype, shape: tensor.shape, values: valuesOf(tensor) }]
    })
    expect(Object.fromEntries(read)).toEqual(expected[basename(path)])
    expect(metadata).toEqual({ format: 'pt' })
    const summary = await readSafetensorsMetadata(path)
    expect(summary.tensors).toEqual(tensors.map(({ name, dtype, shape }) => ({ name, dtype, shape })))
    expect(summary.metadata).toEqual(metadata)
  })

  test('tensors in any order in the header, empty ones, scalars, and no tensor at all', async () => {
    const header = `{"late":${F32('[4,8]')},"empty":${F32('[4,4]', '[0,3]')},"scalar":${F32('[0,4]', '[]')} } \n`
    const { tensors } = await readSafetensors(fileOf(header, Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8)))
    expect(tensors.map(({ name, shape, data }) => [name, shape, [...data]])).toEqual([
      ['scalar', [], [1, 2, 3, 4]],
      ['empty', [0, 3], []],
      ['late', [1], [5, 6, 7, 8]],
    ])
    expect(await readSafetensors(fileOf('{}'))).toEqual({ tensors: [], metadata: {} })
  })

  test('the metadata of a file of 64 GB, most of which is a hole, are read without the rest', async () => {
    const size = 2 ** 36
    const path = fileOf(
      `{"__metadata__":{"a":"b"},"large":{"dtype":"U8","shape":[${size}],"data_offsets":[0,${size}]}}`,
    )
    truncateSync(path, statSync(path).size + size)
    expect(await readSafetensorsMetadata(path)).toEqual({
      tensors: [{ name: 'large', dtype: 'uint8', shape: [size] }],
      metadata: { a: 'b' },
    })
    await expect(readSafetensors(path)).rejects.toMatchObject({ code: 'FILE' })
  })

  test('names that mean something to JavaScript are names', async () => {
    const header = `{"__metadata__":{"__proto__":"x","constructor":"y"},"__proto__":${F32('[0,4]')}}`
    const { tensors, metadata } = await readSafetensorsMetadata(fileOf(header, 4))
    expect(tensors.map(({ name }) => name)).toEqual(['__proto__'])
    expect(Object.entries(metadata)).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ])
    expect(Object.getPrototypeOf(metadata)).toBe(Object.prototype)
  })
})
