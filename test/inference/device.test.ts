import { expect, it } from 'vitest'
import { chooseDevice } from '../../lib/inference/index.js'

const without = { torchVersion: '2.13.0', threads: 2, cudaDevices: 0 }
const withOne = { ...without, cudaDevices: 1 }

it('refuses CUDA where there is none, with the remedy', () => {
  const refused = expect.objectContaining({
    code: 'DEVICE',
    message: expect.stringContaining("'cpu' or 'auto'"),
  })
  expect(() => chooseDevice('cuda', without)).toThrow(refused)
})

it('takes what is asked for', () => {
  expect(chooseDevice('cpu', withOne)).toEqual({ name: 'cpu', reason: 'asked for' })
  expect(chooseDevice('cuda', withOne)).toEqual({ name: 'cuda:0', reason: 'asked for' })
})

it("says why 'auto' chose as it did", () => {
  expect(chooseDevice('auto', withOne)).toEqual({
    name: 'cuda:0',
    reason: 'LibTorch 2.13.0 sees a CUDA device',
  })
  expect(chooseDevice('auto', without)).toEqual({
    name: 'cpu',
    reason: 'LibTorch 2.13.0 sees no CUDA device',
  })
})
