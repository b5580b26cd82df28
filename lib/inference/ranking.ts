// Asks a network for rows of probabilities, and turns rows into names.

import { type ForwardOutput, type NativeModel, type NativePixelPack, nativeCall } from '../native/index.js'

/** An identity that a photograph may show. */
export interface Candidate {
  readonly identity: string
  /** In [0, 1]; those of all identities add up to 1. */
  readonly probability: number
}

/** Probabilities of each record, (indices.length, classes); `flip`: the mean over the record and its mirror image. */
export async function probabilitiesOf(
  model: NativeModel,
  { pixels, indices }: { pixels: NativePixelPack; indices: Int32Array },
  flip: boolean,
): Promise<ForwardOutput> {
  const batch = { kind: 'pack', pack: pixels, indices, samples: null } as const
  const [output] = await nativeCall(model.forward({ batch, outputs: ['probabilities'], flip }))
  return output as ForwardOutput
}

/** The `top` most probable identities of one record, most probable first; probabilities are (classes). */
export function candidates(
  probabilities: ArrayLike<number>,
  classes: readonly string[],
  top: number,
): Candidate[] {
  return highest(probabilities, top).map((label) => ({
    identity: classes[label] as string,
    probability: probabilities[label] as number,
  }))
}

/** The labels with the highest values, the lower label first at a tie. One pass: n insertions into a list of `count`. */
function highest(values: ArrayLike<number>, count: number): number[] {
  const labels: number[] = []
  for (let label = 0; label < values.length; label++) {
    const value = values[label] as number
    let place = labels.length
    while (place > 0 && (values[labels[place - 1] as number] as number) < value) place--
    if (place >= count) continue
    labels.splice(place, 0, label)
    if (labels.length > count) labels.pop()
  }
  return labels
}
