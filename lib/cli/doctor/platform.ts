// Whether this machine is one that the native addon runs on.

import { type Check, note, ok, problem } from './check.js'
import type { Host } from './host.js'

const OLDEST_NODE = '20.19'
/** That of LibTorch's official builds. */
const OLDEST_GLIBC = '2.28'
/** CUDA 13 needs it. */
const OLDEST_DRIVER = '580'

export function checkPlatform({ node, platform, arch, glibc }: Host): Check[] {
  const isOurs = platform === 'linux' && arch === 'x64'
  return [
    isAtLeast(node, OLDEST_NODE)
      ? ok('Node.js', node)
      : problem('Node.js', node, `Use Node.js ${OLDEST_NODE} or later: https://nodejs.org`),
    isOurs
      ? ok('platform', `${platform} ${arch}`)
      : problem(
          'platform',
          `${platform} ${arch}`,
          'Run it on Linux x64 with glibc, such as in the container node:24-bookworm',
        ),
    ...(isOurs ? [checkGlibc(glibc)] : []),
  ]
}

function checkGlibc(glibc: string | null): Check {
  const advice = `Use a system with glibc ${OLDEST_GLIBC} or later, such as the container node:24-bookworm`
  if (glibc === null) return problem('glibc', 'not the C library of this system (is it musl?)', advice)
  return isAtLeast(glibc, OLDEST_GLIBC) ? ok('glibc', glibc) : problem('glibc', glibc, advice)
}

/** `variant` is that of the LibTorch at hand, `devices` what it sees; null where that is not known. */
export function checkGpu({ gpu }: Host, variant: 'cpu' | 'cuda' | null, devices: number | null): Check {
  if (gpu === null) {
    if (variant !== 'cuda') return ok('GPU', 'none of NVIDIA was found (nvidia-smi, /proc/driver/nvidia)')
    return note(
      'GPU',
      'LibTorch is built for CUDA, but no driver of NVIDIA was found: it computes on the processor',
    )
  }
  const names = gpu.names.length > 0 ? gpu.names.join(', ') : 'a GPU of NVIDIA'
  const found = `${names}, driver ${gpu.driver ?? 'of unknown version'}`
  if (variant === 'cpu')
    return note(
      'GPU',
      `${found}; LibTorch is built for the processor alone`,
      'To use it: npx facecls-torch setup --cuda',
    )
  if (variant === null || devices === null || devices > 0) return ok('GPU', found)
  const isOld = gpu.driver !== null && !isAtLeast(gpu.driver, OLDEST_DRIVER)
  return problem(
    'GPU',
    `${found}; LibTorch sees no device`,
    isOld
      ? `Update the driver to ${OLDEST_DRIVER} or later, which CUDA 13 needs`
      : 'Look at CUDA_VISIBLE_DEVICES, at the devices that the container is given, and at what nvidia-smi says',
  )
}

/** Compares the numbers of two versions as far as `wanted` has any. */
export function isAtLeast(version: string, wanted: string): boolean {
  const numbers = version.split('.').map(Number)
  for (const [index, least] of wanted.split('.').map(Number).entries()) {
    const number = numbers[index] ?? 0
    if (number !== least) return number > least
  }
  return true
}
