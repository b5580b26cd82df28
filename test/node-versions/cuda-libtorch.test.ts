import { expect, test } from 'vitest'
import { temporaryFolder } from '../files/temporary-folder.js'
import { drawnFaces, newOutput } from '../training/small-training.js'
import { checkNode } from './versions.js'

const libtorch = process.env.FACECLS_CUDA_LIBTORCH

test('the build for the CPU LibTorch trains under the CUDA LibTorch, and says why it took which device', async (context) => {
  if (!libtorch)
    return context.skip(
      'FACECLS_CUDA_LIBTORCH names no LibTorch for CUDA, such as one of npx facecls-torch setup --cuda',
    )
  const photographs = temporaryFolder()
  await drawnFaces(['anna', 'ben'], 6, photographs)
  const { outcome, findings } = checkNode(process.execPath, photographs, newOutput(), libtorch)
  expect(findings).toEqual([])
  // Tests see no GPU: CUDA_VISIBLE_DEVICES is empty.
  expect(outcome?.device).toMatchObject({
    name: 'cpu',
    reason: expect.stringMatching(
      /^(?:there is no driver of NVIDIA|the driver .* is too old|CUDA_VISIBLE_DEVICES="" hides)/,
    ),
  })
})
