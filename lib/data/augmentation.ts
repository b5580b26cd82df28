// Says how photographs are varied while training: ranges only; the drawing and the pixels are native.

import * as check from '../check.js'
import type { AugmentationSpec } from '../native/index.js'
import { type PreviewOptions, type PreviewPhotographs, previewAugmentation } from './preview.js'
import type { WrittenSheet } from './written-sheet.js'

/** The spec that does nothing. */
const NOTHING: Readonly<AugmentationSpec> = Object.freeze({
  flip: 0,
  rotation: null,
  brightness: 0,
  contrast: 0,
  crop: null,
})

export interface RotationOptions {
  /** How pixels between pixels are read. torchvision's default is 'nearest'; ours looks better. Defaults to 'bilinear'. */
  interpolation?: 'bilinear' | 'nearest'
}

export interface CropOptions {
  /** Share of the photograph's area that is kept, [low, high] within [0.001, 1]. Defaults to [0.08, 1]. */
  scale?: readonly [number, number]
  /** Width divided by height of what is kept, [low, high] within [0.01, 100]. Defaults to [3/4, 4/3]. */
  ratio?: readonly [number, number]
}

/**
 * An immutable list of random variations, drawn anew for each photograph and epoch with torchvision's
 * distributions. Each method returns a new object; the order in which they are called plays no part.
 *
 * @example Augmentation.none().horizontalFlip().rotation(15).randomResizedCrop({ scale: [0.6, 1] })
 */
export class Augmentation {
  readonly #spec: Readonly<AugmentationSpec>

  private constructor(spec: Readonly<AugmentationSpec>) {
    this.#spec = spec
  }

  /** No variation; where an augmentation of one's own begins. */
  static none(): Augmentation {
    return new Augmentation(NOTHING)
  }

  /** Flip 0.5, rotation 10 degrees, brightness and contrast 0.2, random resized crop: each with its defaults. */
  static standard(): Augmentation {
    return Augmentation.none().horizontalFlip().rotation().brightness().contrast().randomResizedCrop()
  }

  /** Mirrors left and right with this probability, in [0, 1]. Defaults to 0.5. */
  horizontalFlip(probability = 0.5): Augmentation {
    return this.#with({ flip: check.number('probability', probability, 0, 1) })
  }

  /**
   * Turns about the centre by an angle from U(-degrees, degrees), `degrees` in [0, 180]; what comes in is black.
   * Defaults to 10; 0 turns nothing.
   */
  rotation(degrees = 10, options?: RotationOptions): Augmentation {
    check.number('degrees', degrees, 0, 180)
    const { interpolation = 'bilinear' } = check.options('options', options, ['interpolation'])
    check.oneOf('interpolation', interpolation, ['bilinear', 'nearest'])
    return this.#with({ rotation: degrees === 0 ? null : { degrees, interpolation } })
  }

  /** Multiplies the pixels by a factor from U(1 - strength, 1 + strength), `strength` in [0, 1]. Defaults to 0.2. */
  brightness(strength = 0.2): Augmentation {
    return this.#with({ brightness: check.number('strength', strength, 0, 1) })
  }

  /**
   * Blends with the mean of the grey photograph by a factor from U(1 - strength, 1 + strength), `strength` in
   * [0, 1]. Defaults to 0.2.
   */
  contrast(strength = 0.2): Augmentation {
    return this.#with({ contrast: check.number('strength', strength, 0, 1) })
  }

  /** Keeps a box of random area and form, resized back to the whole (torchvision's RandomResizedCrop). */
  randomResizedCrop(options?: CropOptions): Augmentation {
    const { scale = [0.08, 1], ratio = [3 / 4, 4 / 3] } = check.options('options', options, [
      'scale',
      'ratio',
    ])
    return this.#with({
      crop: {
        scale: [...check.interval('scale', scale, 0.001, 1)],
        ratio: [...check.interval('ratio', ratio, 0.01, 100)],
      },
    })
  }

  /**
   * Writes a contact sheet: a row a photograph, with what a training makes of it in one epoch after the other. Of a
   * dataset six are shown, evenly spread. A photograph is drawn for by its place in the list or dataset; as a training
   * counts over all its parts, what it sees is what a preview of the undivided dataset shows.
   *
   * @param photographs A path, a Buffer, at most 16 of these, or a FaceDataset.
   * @throws TorchError IMAGE or FILE: a photograph cannot be read, or the sheet not written. ABORTED: the signal ended it.
   * @example await Augmentation.standard().preview(train, { output: 'augmentation.png' })
   */
  preview(photographs: PreviewPhotographs, options: PreviewOptions): Promise<WrittenSheet> {
    return previewAugmentation(this.spec, photographs, options)
  }

  /** All of it resolved, as it crosses the border; a copy. */
  get spec(): AugmentationSpec {
    return structuredClone(this.#spec)
  }

  #with(changed: Partial<AugmentationSpec>): Augmentation {
    return new Augmentation({ ...this.#spec, ...changed })
  }
}
