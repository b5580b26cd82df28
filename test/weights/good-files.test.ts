// Every good fixture, value for value: read whole, and asked about itself.

import { basename } from 'node:path'
import { expect, test } from 'vitest'
import { readWeights, readWeightsInfo } from '../../lib/weights/index.js'
import { expectedOf, fixtures, numbersOf } from './files.js'

type Expected = Record<string, { dtype: string; shape: number[]; values: number[] }>

const expected = expectedOf<Expected>('good')
const files = ['.pt', '.safetensors'].flatMap((extension) => fixtures('good', extension))

function formatOf(name: string): string {
  if (name.endsWith('.safetensors')) return 'safetensors'
  return name.includes('legacy') ? 'torch-legacy' : 'torch-zip'
}

test('every fixture has its values', () => {
  expect(files.map((path) => basename(path)).sort()).toEqual(Object.keys(expected).sort())
})

test.each(files)('%s', async (path) => {
  const name = basename(path)
  const { format, tensors, metadata } = await readWeights(path)
  const read = tensors.map((tensor) => {
    return [tensor.name, { dtype: tensor.dtype, shape: tensor.shape, values: numbersOf(tensor) }]
  })
  expect(Object.fromEntries(read)).toEqual(expected[name])
  expect(tensors.map((tensor) => tensor.name)).toEqual(Object.keys(expected[name] as Expected))
  expect(format).toBe(formatOf(name))
  expect(metadata).toEqual(format === 'safetensors' ? { format: 'pt' } : {})
  const info = tensors.map(({ name, dtype, shape }) => ({ name, dtype, shape }))
  expect(await readWeightsInfo(path)).toEqual({ format, tensors: info, metadata })
})
