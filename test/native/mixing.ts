// Mixed samples, made by hand.
import type { AugmentationSpec, MixingDraw } from '../../lib/native/index.js'

export type Mixings = Pick<AugmentationSpec, 'mixup' | 'cutmix'>

/** An augmentation that does nothing else. */
export const mixing = (given: Partial<Mixings>): AugmentationSpec => ({
  ...{ flip: 0, rotation: null, brightness: 0, contrast: 0, saturation: 0, crop: null },
  ...{ erasing: null, mixup: null, cutmix: null },
  ...given,
})

export const always = (alpha: number) => ({ alpha, probability: 1 })

/** Samples of 3 x size x size values each. */
export function mixedValues(values: Float64Array, size: number, draw: MixingDraw | null): Float64Array {
  const each = 3 * size * size
  const count = values.length / each
  if (draw === null || count === 1) return values
  return values.map((own, i) => {
    const other = values[(i + (count - 1) * each) % values.length] as number
    if (draw.kind === 'mixup') return draw.lambda * own + (1 - draw.lambda) * other
    const [y, x] = [Math.floor(i / size) % size, i % size]
    const pasted = y >= draw.top && y < draw.top + draw.height && x >= draw.left && x < draw.left + draw.width
    return pasted ? other : own
  })
}

/** Of each sample the shares of the classes. */
export function mixedTargets(labels: Int32Array, classes: number, draw: MixingDraw | null): number[][] {
  const lambda = draw !== null && labels.length > 1 ? draw.lambda : 1
  return Array.from(labels, (label, i) => {
    const other = labels[(i + labels.length - 1) % labels.length]
    return Array.from(
      { length: classes },
      (_, c) => (c === label ? lambda : 0) + (c === other ? 1 - lambda : 0),
    )
  })
}
