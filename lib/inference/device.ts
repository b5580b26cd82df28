// Chooses where to compute, and says why there.

import { TorchError } from '../errors.js'
import type { ComputeInfo } from '../native/index.js'

export const DEVICES = ['auto', 'cpu', 'cuda'] as const

/** What a person asks for: 'auto' takes CUDA where it is there, and the CPU otherwise. */
export type Device = (typeof DEVICES)[number]

/** Where it computes. */
export interface DeviceChoice {
  /** 'cpu' or 'cuda:0'. */
  readonly name: string
  /** Why there, in a few words. */
  readonly reason: string
}

/** @throws TorchError DEVICE where CUDA is asked for and not there. */
export function chooseDevice(
  asked: Device,
  { torchVersion, cudaDevices }: Pick<ComputeInfo, 'torchVersion' | 'cudaDevices'>,
): DeviceChoice {
  if (asked === 'cpu') return { name: 'cpu', reason: 'asked for' }
  if (asked === 'cuda') {
    if (cudaDevices > 0) return { name: 'cuda:0', reason: 'asked for' }
    throw new TorchError(
      'DEVICE',
      `CUDA was asked for, but LibTorch ${torchVersion} sees no CUDA device. Use the device 'cpu' or 'auto', ` +
        'or install a CUDA build of LibTorch and the driver of the GPU.',
    )
  }
  if (cudaDevices > 0) return { name: 'cuda:0', reason: `LibTorch ${torchVersion} sees a CUDA device` }
  return { name: 'cpu', reason: `LibTorch ${torchVersion} sees no CUDA device` }
}
