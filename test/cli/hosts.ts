// Machines that the doctor is asked about.

import type { Host } from '../../lib/cli/doctor/host.js'

/** One without a GPU, where nothing is wrong. */
export const GOOD_HOST: Host = {
  node: '20.19.0',
  platform: 'linux',
  arch: 'x64',
  glibc: '2.36',
  processor: 'A processor',
  cores: 8,
  gpu: null,
}
