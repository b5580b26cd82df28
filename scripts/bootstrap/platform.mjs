// Refuses, before anything is fetched, a machine that the native addon does not run on.

import { existsSync } from 'node:fs'
import { SetupError } from './terminal.mjs'

const OLDEST_NODE = [20, 19]

/** @param {{ versions: { node: string }, platform: string, arch: string }} host process, or a test's stand-in */
export function checkPlatform(host = process) {
  const [major, minor] = host.versions.node.split('.').map(Number)
  if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])) {
    throw new SetupError(
      `Node.js ${OLDEST_NODE.join('.')} or later is needed, but this is ${host.versions.node}. Get one: https://nodejs.org`,
    )
  }
  const musl = host.platform === 'linux' && existsSync('/etc/alpine-release')
  if (host.platform !== 'linux' || host.arch !== 'x64' || musl) {
    const libc = musl ? ' with musl' : ''
    throw new SetupError(
      `The native addon runs on Linux x64 with glibc, but this is ${host.platform} ${host.arch}${libc}. ` +
        'Use a container: docker run -it -v "$PWD":/app -w /app node:24-bookworm npm start',
    )
  }
}
