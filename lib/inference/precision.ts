// Chooses what a network computes in, and says why.

import { TorchError } from '../errors.js'
import type { ComputeInfo } from '../native/index.js'
import type { DeviceChoice } from './device.js'

export const PRECISIONS = ['auto', 'float32', 'bfloat16', 'float64'] as const

/**
 * What a person asks for. 'bfloat16' computes in 16 bits with the range of float32, and keeps the parameters, the sums of
 * batch norms and the loss in float32; it needs AVX-512 BF16 or a GPU of compute capability 8.0. 'float64' is for comparisons.
 * 'auto' takes bfloat16 where the device has instructions for it, and float32 otherwise.
 */
export type Precision = (typeof PRECISIONS)[number]

export const INFERENCE_PRECISIONS = ['auto', 'float32', 'bfloat16'] as const

/** What a predictor may be asked to compute in. */
export type InferencePrecision = (typeof INFERENCE_PRECISIONS)[number]

/** What is computed in. */
export interface PrecisionChoice<Name extends Exclude<Precision, 'auto'> = Exclude<Precision, 'auto'>> {
  readonly name: Name
  /** Why, in a few words. */
  readonly reason: string
}

/** @throws TorchError PRECISION where bfloat16 is asked for and the device has no instructions for it. */
export function choosePrecision<Asked extends Precision>(
  asked: Asked,
  device: Pick<DeviceChoice, 'name'>,
  { bfloat16 }: Pick<ComputeInfo, 'bfloat16'>,
): PrecisionChoice<Exclude<Asked, 'auto'> | 'bfloat16' | 'float32'> {
  const [there, owner] =
    device.name === 'cpu' ? [bfloat16.cpu, 'this processor'] : [bfloat16.cuda, 'this GPU']
  if (asked === 'bfloat16' && !there) {
    throw new TorchError(
      'PRECISION',
      `bfloat16 was asked for, but ${owner} has no instructions for it and would be some hundred times slower than in ` +
        "float32. Use the precision 'auto' or 'float32'.",
    )
  }
  if (asked !== 'auto') return { name: asked as Exclude<Asked, 'auto'>, reason: 'asked for' }
  if (there)
    return { name: 'bfloat16', reason: `${owner} has instructions for it, float32 is kept where it matters` }
  return { name: 'float32', reason: `${owner} has no instructions for bfloat16` }
}
