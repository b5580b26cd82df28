// Whether a GPU of NVIDIA is there, and whether LibTorch uses it.

import { type GpuSurroundings, whyNoGpu } from '../../inference/index.js'
import {
  DRIVER_OF_SETUP,
  isAtLeast,
  type LibTorch,
  oldestDriver,
  PLATFORM_PACKAGE,
  platformPackageFolder,
} from '../../libtorch/index.js'
import { type Check, note, ok, problem } from './check.js'
import type { Host } from './host.js'
import type { Loaded, Probed } from './probe.js'

/** `libtorch` is the one that was found and `probed` what came of loading it; null where there was nothing to load. */
export function checkGpu({ gpu }: Host, libtorch: LibTorch | null, probed: Probed | null): Check {
  const name = 'GPU'
  const loaded = probed !== null && 'info' in probed ? probed : null
  const forCuda = libtorch?.variant === 'cuda'
  if (gpu === null) {
    const found = 'none of NVIDIA was found (nvidia-smi, /proc/driver/nvidia)'
    if (!forCuda || loaded === null || loaded.refused !== null) return ok(name, found)
    const { advice } = whyNoGpu(surroundings(null, loaded))
    return note(
      name,
      `${found}; LibTorch for CUDA computes on the processor`,
      `${advice}; to leave it at the processor: npx facecls-torch setup --cpu`,
    )
  }
  const names = gpu.names.length > 0 ? gpu.names.join(', ') : 'a GPU of NVIDIA'
  const found = `${names}, driver ${gpu.driver ?? 'of unknown version'}`
  if (!forCuda) {
    const what = libtorch === null ? found : `${found}; LibTorch is built for the processor alone`
    return note(name, what, `To use it: ${toUse(gpu.driver, libtorch)}`)
  }
  if (loaded === null || loaded.info.cudaDevices > 0) return ok(name, found)
  // What is refused has a line of its own.
  if (loaded.refused !== null) return note(name, `${found}; it is not used`)
  const { reason, advice } = whyNoGpu(surroundings(gpu, loaded))
  return problem(name, `${found}; ${reason}`, advice)
}

function toUse(driver: string | null, libtorch: LibTorch | null): string {
  const isOld = driver !== null && !isAtLeast(driver, DRIVER_OF_SETUP)
  const steps = [
    ...(isOld ? [`update the driver to ${DRIVER_OF_SETUP} or later`] : []),
    ...inTheWay(libtorch?.origin === 'LIBTORCH'),
  ]
  const setup = 'npx facecls-torch setup --cuda'
  return steps.length === 0 ? setup : `${steps.join(', ')}, then: ${setup}`
}

/** What goes before the one that setup brings into the cache. */
function inTheWay(isSet: boolean): string[] {
  return [
    ...(isSet ? ['unset LIBTORCH'] : []),
    ...(platformPackageFolder() === null ? [] : [`uninstall ${PLATFORM_PACKAGE}`]),
  ]
}

function surroundings(gpu: Host['gpu'], { libtorch, refused }: Loaded): GpuSurroundings {
  return {
    libtorch,
    refused,
    driver: gpu?.driver ?? (gpu === null ? null : 'of unknown version'),
    oldestDriver: oldestDriver(libtorch),
    visible: process.env.CUDA_VISIBLE_DEVICES,
  }
}
