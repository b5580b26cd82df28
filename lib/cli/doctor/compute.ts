// What a LibTorch that could be loaded computes with.

import { quoted } from '../../files/index.js'
import type { ComputeInfo } from '../../native/index.js'
import { type Check, note, ok } from './check.js'
import type { Host } from './host.js'
import type { Loaded } from './probe.js'

/** Whether the LibTorch that goes first is the one that was loaded. */
export function checkTrial({ libtorch, refused, info }: Loaded): Check {
  const name = 'loading'
  if (refused === null) return ok(name, `LibTorch ${info.torchVersion} loads`)
  const { root, origin } = refused.libtorch
  const found =
    `the LibTorch for CUDA, ${quoted(root)}, cannot be loaded: ${refused.reason}; the one for the processor ` +
    `takes its place, ${quoted(libtorch.root)}`
  const otherwise =
    origin === 'LIBTORCH'
      ? 'set LIBTORCH to another one; to stay with the processor, unset it and run: npx facecls-torch setup --cpu'
      : 'fetch it anew: npx facecls-torch cache clear libtorch && npx facecls-torch setup --cuda; ' +
        'to stay with the processor: npx facecls-torch setup --cpu'
  return note(name, found, `Install what the reason names, or ${otherwise}`)
}

export function checkCompute({ threads, bfloat16, cudaDevices }: ComputeInfo, host: Host): Check[] {
  const has = (there: boolean): string => (there ? 'has' : 'has no')
  const gpu = cudaDevices > 0 ? `; the GPU ${has(bfloat16.cuda)} them` : ''
  return [
    ok(
      'threads',
      `${threads} of LibTorch, on ${host.cores} ${host.cores === 1 ? 'processor' : 'processors'} (${host.processor})`,
    ),
    ok('bfloat16', `the processor ${has(bfloat16.cpu)} instructions for it${gpu}`),
  ]
}
