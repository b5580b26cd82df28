// Where tests compute: FACECLS_TEST_DEVICE=cuda:0 takes those of native/ and of trainings to a GPU.
import { native } from '../../lib/native/index.js'

export const device = process.env.FACECLS_TEST_DEVICE ?? 'cpu'

export const onCpu = device === 'cpu'

/** Whether the device has instructions for bfloat16; where it has none, says what is not run for that. */
export function hasBfloat16(what: string): boolean {
  const { bfloat16 } = native('training').computeInfo()
  const there = onCpu ? bfloat16.cpu : bfloat16.cuda
  if (!there) console.log(`Not run: ${what} in bfloat16, since ${device} has no instructions for it.`)
  return there
}

/** How a network's frozen layers run: folded by oneDNN, which computes on the processor alone. */
export const frozenPrefix = onCpu
  ? { prefix: 'folded', reason: '' }
  : { prefix: 'plain', reason: 'oneDNN computes on the CPU alone' }
