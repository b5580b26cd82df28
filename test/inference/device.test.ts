import { describe, expect, it, test } from 'vitest'
import { chooseDevice, type GpuSurroundings } from '../../lib/inference/index.js'

const without = { torchVersion: '2.13.0', threads: 2, cudaDevices: 0 }
const withOne = { ...without, cudaDevices: 1 }
const unasked = (): never => {
  throw new Error('Nobody wants to know why there is no GPU')
}

it('takes what is asked for', () => {
  expect(chooseDevice('cpu', withOne, unasked)).toEqual({ name: 'cpu', reason: 'asked for' })
  expect(chooseDevice('cpu', without, unasked)).toEqual({ name: 'cpu', reason: 'asked for' })
  expect(chooseDevice('cuda', withOne, unasked)).toEqual({ name: 'cuda:0', reason: 'asked for' })
})

test("'auto' takes a GPU that LibTorch sees, and says so", () => {
  const choice = { name: 'cuda:0', reason: 'LibTorch 2.13.0 sees a CUDA device' }
  expect(chooseDevice('auto', withOne, unasked)).toEqual(choice)
})

const cuda: GpuSurroundings = {
  libtorch: { version: '2.13.0', variant: 'cuda' },
  refused: null,
  driver: '580.65.06',
  oldestDriver: '580',
  visible: undefined,
}
const cpu: GpuSurroundings = { ...cuda, libtorch: { version: '2.13.0', variant: 'cpu' }, oldestDriver: null }
const refused = {
  libtorch: { root: '/a', version: '2.13.0', variant: 'cuda', origin: 'LIBTORCH' },
  reason: 'Cannot load x',
} as const
const SETUP = 'npx facecls-torch setup --cuda'

describe("without a GPU 'auto' says why it took the CPU, and 'cuda' is an error that says what to do", () => {
  test.each<[string, GpuSurroundings, string, string]>([
    ['the build for the processor', cpu, 'this LibTorch 2.13.0 is built for the processor alone', SETUP],
    [
      'the build for the processor and no driver',
      { ...cpu, driver: null },
      'this LibTorch 2.13.0 is built for the processor alone',
      `${SETUP}, and install the driver of NVIDIA`,
    ],
    [
      'one for CUDA that cannot be loaded',
      { ...cpu, refused },
      'the LibTorch for CUDA from LIBTORCH cannot be loaded: Cannot load x',
      'npx facecls-torch doctor',
    ],
    [
      'no driver',
      { ...cuda, driver: null },
      'there is no driver of NVIDIA on this machine',
      'Install the driver 580 or later',
    ],
    [
      'no driver, for an unknown CUDA',
      { ...cuda, driver: null, oldestDriver: null },
      'there is no driver of NVIDIA on this machine',
      'Install the driver, or',
    ],
    [
      'an old driver',
      { ...cuda, driver: '535.183.01' },
      'the driver 535.183.01 of NVIDIA is too old for this LibTorch 2.13.0, which needs 580 or later',
      'Update the driver to 580 or later',
    ],
    ...['', '-1', 'none'].map((visible): [string, GpuSurroundings, string, string] => [
      `CUDA_VISIBLE_DEVICES=${visible}`,
      { ...cuda, visible },
      `CUDA_VISIBLE_DEVICES="${visible}" hides all GPUs`,
      'Unset CUDA_VISIBLE_DEVICES',
    ]),
    ...['0', 'GPU-1a2b', 'MIG-1a2b', undefined].map((visible): [string, GpuSurroundings, string, string] => [
      `a driver, and CUDA_VISIBLE_DEVICES=${visible}`,
      { ...cuda, visible },
      'LibTorch 2.13.0 sees no CUDA device, though there is the driver 580.65.06 of NVIDIA',
      'nvidia-smi',
    ]),
    [
      'a driver of unknown version',
      { ...cuda, driver: 'of unknown version' },
      'LibTorch 2.13.0 sees no CUDA device, though there is the driver of unknown version of NVIDIA',
      'nvidia-smi',
    ],
  ])('%s', (_what, surroundings, reason, advice) => {
    expect(chooseDevice('auto', without, () => surroundings)).toEqual({ name: 'cpu', reason })
    const error = expect.objectContaining({ code: 'DEVICE', message: expect.stringContaining(advice) })
    expect(() => chooseDevice('cuda', without, () => surroundings)).toThrow(error)
    expect(() => chooseDevice('cuda', without, () => surroundings)).toThrow(
      `CUDA was asked for, but ${reason}. `,
    )
    expect(() => chooseDevice('cuda', without, () => surroundings)).toThrow(
      /, or use the device 'cpu' or 'auto'\.$/,
    )
  })
})
