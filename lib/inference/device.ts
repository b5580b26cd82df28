// Chooses where to compute, and says why there.

import { TorchError } from '../errors.js'
import type { ComputeInfo } from '../native/index.js'
import { type GpuSurroundings, gpuSurroundings, whyNoGpu } from './no-gpu.js'

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
  surroundings: () => GpuSurroundings = gpuSurroundings,
): DeviceChoice {
  if (asked === 'cpu') return { name: 'cpu', reason: 'asked for' }
  if (cudaDevices > 0) {
    const reason = asked === 'cuda' ? 'asked for' : `LibTorch ${torchVersion} sees a CUDA device`
    return { name: 'cuda:0', reason }
  }
  const { reason, advice } = whyNoGpu(surroundings())
  if (asked === 'auto') return { name: 'cpu', reason }
  throw new TorchError(
    'DEVICE',
    `CUDA was asked for, but ${reason}. ${advice}, or use the device 'cpu' or 'auto'.`,
  )
}
