// Whether this machine is one that the native addon runs on.

import { isAtLeast } from '../../libtorch/index.js'
import { type Check, ok, problem } from './check.js'
import type { Host } from './host.js'

const OLDEST_NODE = '20.19'
/** That of LibTorch's official builds. */
const OLDEST_GLIBC = '2.28'

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
