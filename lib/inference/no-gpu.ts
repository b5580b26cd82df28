// Says why LibTorch sees no GPU, and what would make it see one.

import { isAtLeast, type LibTorch, nvidiaDriver, oldestDriver } from '../libtorch/index.js'
import { libtorchInUse, type UsableLibTorch } from '../native/index.js'

export interface GpuSurroundings {
  readonly libtorch: Pick<LibTorch, 'version' | 'variant'>
  readonly refused: UsableLibTorch['refused']
  /** That of NVIDIA, such as '580.65.06'; null where there is none. */
  readonly driver: string | null
  /** The oldest one that this LibTorch computes with, such as '580'; null where that is not known. */
  readonly oldestDriver: string | null
  /** What CUDA_VISIBLE_DEVICES leaves; undefined where it is not set. */
  readonly visible: string | undefined
}

export function gpuSurroundings(): GpuSurroundings {
  const { libtorch, refused } = libtorchInUse()
  return {
    libtorch,
    refused,
    driver: nvidiaDriver(),
    oldestDriver: oldestDriver(libtorch),
    visible: process.env.CUDA_VISIBLE_DEVICES,
  }
}

/** Both without a full stop. */
export interface NoGpu {
  readonly reason: string
  readonly advice: string
}

/** For a LibTorch that sees no device. */
export function whyNoGpu({ libtorch, refused, driver, oldestDriver, visible }: GpuSurroundings): NoGpu {
  const { version, variant } = libtorch
  if (refused !== null)
    return {
      reason: `the LibTorch for CUDA from ${refused.libtorch.origin} cannot be loaded: ${refused.reason}`,
      advice: 'See what to do with: npx facecls-torch doctor',
    }
  if (variant === 'cpu')
    return {
      reason: `this LibTorch ${version} is built for the processor alone`,
      advice: `Fetch the one for CUDA with: npx facecls-torch setup --cuda${driver === null ? ', and install the driver of NVIDIA' : ''}`,
    }
  if (driver === null)
    return {
      reason: 'there is no driver of NVIDIA on this machine',
      advice: `Install the driver${oldestDriver === null ? '' : ` ${oldestDriver} or later`}, or give the container its GPUs`,
    }
  if (oldestDriver !== null && /^\d/.test(driver) && !isAtLeast(driver, oldestDriver))
    return {
      reason: `the driver ${driver} of NVIDIA is too old for this LibTorch ${version}, which needs ${oldestDriver} or later`,
      advice: `Update the driver to ${oldestDriver} or later`,
    }
  if (visible !== undefined && !/^\s*(?:\d|GPU-|MIG-)/.test(visible))
    return {
      reason: `CUDA_VISIBLE_DEVICES=${JSON.stringify(visible)} hides all GPUs`,
      advice: 'Unset CUDA_VISIBLE_DEVICES',
    }
  return {
    reason: `LibTorch ${version} sees no CUDA device, though there is the driver ${driver} of NVIDIA`,
    advice: 'Look at what nvidia-smi says, and at the devices that the container is given',
  }
}
