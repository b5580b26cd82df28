import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { type NamedTensor, readWeights, type TensorDType, writeSafetensors } from '../../lib/weights/index.js'
import { temporaryFolder } from '../files/temporary-folder.js'

function tensor(name: string, dtype: TensorDType, shape: number[], bytes: number): NamedTensor {
  return { name, dtype, shape, data: Uint8Array.from({ length: bytes }, (_, index) => index + name.length) }
}

const good = tensor('a', 'float32', [2], 8)

function newPath(): string {
  return join(temporaryFolder(), 'model.safetensors')
}

test('refuses arguments of the wrong type or range and saves nothing', async () => {
  const path = newPath()
  const wrong: [unknown, unknown, string][] = [
    [null, {}, 'Expected an array of tensors for tensors'],
    [[{ ...good, name: '' }], {}, 'for tensors[0].name'],
    [[{ ...good, name: '__metadata__' }], {}, 'a name other than __metadata__'],
    [[{ ...good, dtype: 'float8' }], {}, 'for tensors[0].dtype'],
    [[{ ...good, shape: 2 }], {}, 'Expected an array of sizes for tensors[0].shape'],
    [[{ ...good, shape: [-2] }], {}, 'for tensors[0].shape[0]'],
    [[{ ...good, shape: [2.5] }], {}, 'for tensors[0].shape[0]'],
    [[{ ...good, data: [1, 2] }], {}, 'Expected a Uint8Array for tensors[0].data'],
    [
      [{ ...good, shape: [3] }],
      {},
      'Expected 12 bytes of float32 [3] for tensors[0].data ("a") but received 8 bytes',
    ],
    [[{ ...good, shape: [2 ** 50, 2 ** 50] }], {}, 'Expected a safe number of bytes'],
    [[good, good], {}, 'Expected one tensor a name but "a" stands twice'],
    [[good], null, 'Expected an object of strings for metadata'],
    [[good], { epoch: 3 }, 'Expected a string for metadata.epoch but received 3 of type number'],
    [[good], { long: 'x'.repeat(2 ** 24) }, 'Expected a header of at most 16777216 bytes'],
  ]
  for (const [tensors, metadata, message] of wrong) {
    await expect(writeSafetensors(path, tensors as never, metadata as never)).rejects.toThrow(message)
  }
  await expect(writeSafetensors('', [good], {})).rejects.toThrow(TypeError)
  await expect(writeSafetensors(join(dirname(path), 'no', 'a'), [good], {})).rejects.toMatchObject({
    code: 'FILE',
  })
  expect(readdirSync(dirname(path))).toEqual([])
})

test('what is written is read again, of every dtype and shape', async () => {
  const path = newPath()
  const tensors = [
    tensor('float64', 'float64', [2, 2], 32),
    tensor('int64', 'int64', [], 8),
    tensor('float32', 'float32', [3, 1, 2], 24),
    tensor('int32', 'int32', [1], 4),
    tensor('float16', 'float16', [3], 6),
    tensor('bfloat16', 'bfloat16', [2], 4),
    tensor('int16', 'int16', [1], 2),
    tensor('int8', 'int8', [5], 5),
    tensor('uint8', 'uint8', [0, 4], 0),
    tensor('bool "\\\u001b\u{1f600}', 'bool', [1], 1),
  ]
  const metadata = { format: 'pt', facecls: '{"classes":["\u4e2d", "\\"]}', empty: '' }
  await writeSafetensors(path, tensors, metadata)
  expect(await readWeights(path)).toEqual({ format: 'safetensors', tensors, metadata })
  expect(readdirSync(dirname(path))).toEqual(['model.safetensors'])
})

test('every tensor lies at a multiple of its element, in the order given among its like', async () => {
  const path = newPath()
  const tensors = [
    tensor('bn.weight', 'float32', [3], 12),
    tensor('bn.num_batches_tracked', 'int64', [], 8),
    tensor('flag', 'bool', [1], 1),
    tensor('bn.bias', 'float32', [3], 12),
  ]
  await writeSafetensors(path, tensors, {})
  const bytes = readFileSync(path)
  const length = Number(bytes.readBigUInt64LE())
  expect((8 + length) % 8).toBe(0)
  const header = JSON.parse(bytes.toString('utf8', 8, 8 + length))
  const offsets = Object.entries<{ data_offsets: number[] }>(header).map(([name, entry]) => [
    name,
    entry.data_offsets,
  ])
  expect(offsets).toEqual([
    ['bn.num_batches_tracked', [0, 8]],
    ['bn.weight', [8, 20]],
    ['bn.bias', [20, 32]],
    ['flag', [32, 33]],
  ])
  expect(bytes.byteLength).toBe(8 + length + 33)
})

test('no tensor and no metadata make the smallest file', async () => {
  const path = newPath()
  await writeSafetensors(path, [], {})
  expect(readFileSync(path, 'latin1')).toBe('\b\0\0\0\0\0\0\0{}      ')
})
