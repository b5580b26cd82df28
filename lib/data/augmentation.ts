// Says how photographs and batches are varied while training: ranges only; the drawing and the pixels are native.

import * as check from '../check.js'
import type { AugmentationSpec, ErasingFill, MixingSpec } from '../native/index.js'
import { type PreviewOptions, type PreviewPhotographs, previewAugmentation } from './preview.js'
import type { WrittenSheet } from './written-sheet.js'

/** The spec that does nothing. */
const NOTHING: Readonly<AugmentationSpec> = Object.freeze({
  flip: 0,
  rotation: null,
  brightness: 0,
  contrast: 0,
  saturation: 0,
  crop: null,
  erasing: null,
  mixup: null,
  cutmix: null,
})

/** Of `Augmentation.rotation()`. */
export interface RotationOptions {
  /** How pixels between pixels are read. torchvision's default is 'nearest'; ours looks better. Defaults to 'bilinear'. */
  interpolation?: 'bilinear' | 'nearest'
}

/** Of `Augmentation.randomResizedCrop()`. */
export interface CropOptions {
  /** Share of the photograph's area that is kept, [low, high] within [0.001, 1]. Defaults to [0.08, 1]. */
  scale?: readonly [number, number]
  /** Width divided by height of what is kept, [low, high] within [0.01, 100]. Defaults to [3/4, 4/3]. */
  ratio?: readonly [number, number]
}

/** Of `Augmentation.randomErasing()`. */
export interface ErasingOptions {
  /** Of a photograph, in [0, 1]; 0 erases nothing. Defaults to 0.5. */
  probability?: number
  /** Share of the photograph's area that is erased, [low, high] within [0.001, 1]. Defaults to [0.02, 0.33]. */
  scale?: readonly [number, number]
  /** Height divided by width of what is erased, [low, high] within [0.01, 100]. Defaults to [0.3, 3.3]. */
  ratio?: readonly [number, number]
  /**
   * 'mean': the colour that normalises to 0, as torchvision's value of 0 does after its Normalize; 'black'; or 'noise': each
   * value from N(0, 1) after normalisation. Defaults to 'mean'.
   */
  fill?: ErasingFill
}

/** Of `Augmentation.mixup()` and `.cutmix()`. */
export interface MixingOptions {
  /**
   * Lambda is from Beta(alpha, alpha), alpha in [0.01, 100]: near 0 or 1 for a small alpha, anywhere in [0, 1] for 1, near a
   * half for a large one.
   */
  alpha?: number
  /** Of a batch, in [0, 1]; 0 mixes nothing. Defaults to 1. */
  probability?: number
}

/**
 * An immutable list of random variations, with torchvision's distributions: of single photographs, drawn anew for each
 * photograph and epoch, and of whole batches (mixup and CutMix), drawn anew for each. Only training sees them. Each method
 * returns a new object; the order in which they are called plays no part. Every draw is a function of the training's seed and
 * of the photograph and epoch, or of the batch; a method that is not called changes no other's draws.
 *
 * Each method throws a TypeError or RangeError for an argument of another type or outside its range.
 *
 * @example Augmentation.none().horizontalFlip().rotation(15).randomResizedCrop({ scale: [0.6, 1] })
 * @example Augmentation.standard().saturation().randomErasing({ fill: 'noise' }).mixup().cutmix()
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

  /**
   * Blends each pixel with its own grey value by a factor from U(1 - strength, 1 + strength), `strength` in [0, 1]: 0 is
   * grey, 1 as it is. Brightness, contrast and saturation come in a random order, as in torchvision's ColorJitter.
   * Defaults to 0.2.
   */
  saturation(strength = 0.2): Augmentation {
    return this.#with({ saturation: check.number('strength', strength, 0, 1) })
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
   * Fills a box of random area, form and place, after all else was done to the photograph (torchvision's RandomErasing). Where
   * ten draws make no box that fits inside the photograph, nothing is erased.
   *
   * @see Zhong et al., "Random erasing data augmentation", 2017, arXiv:1708.04896
   */
  randomErasing(options?: ErasingOptions): Augmentation {
    const {
      probability = 0.5,
      scale = [0.02, 0.33],
      ratio = [0.3, 3.3],
      fill = 'mean',
    } = check.options('options', options, ['probability', 'scale', 'ratio', 'fill'])
    const erasing = {
      probability: check.number('probability', probability, 0, 1),
      scale: [...check.interval('scale', scale, 0.001, 1)],
      ratio: [...check.interval('ratio', ratio, 0.01, 100)],
      fill: check.oneOf('fill', fill, ['mean', 'black', 'noise']),
    }
    return this.#with({ erasing: probability === 0 ? null : erasing })
  }

  /**
   * Blends each photograph of a batch with the one before it (the first with the last): lambda of it and 1 - lambda of the
   * other, with one lambda a batch. The loss is lambda times that of its own label and 1 - lambda times that of the other's;
   * the training's top-1 counts the label with the larger share, so it is lower than without. `alpha` defaults to 0.2. With
   * {@link cutmix} too, each batch takes one of the two by even chance. A batch of one photograph stays as it is.
   *
   * @see Zhang et al., "mixup: beyond empirical risk minimization", 2018, arXiv:1710.09412
   */
  mixup(options?: MixingOptions): Augmentation {
    return this.#with({ mixup: mixing(options, 0.2) })
  }

  /**
   * Pastes a box of the photograph before it into each photograph of a batch, the same box for all: its area is 1 - lambda of
   * the photograph's, its centre anywhere, and what lies outside is cut off, after which lambda is the share that is left.
   * Labels, loss and top-1 are as with {@link mixup}. `alpha` defaults to 1.
   *
   * @see Yun et al., "CutMix: regularization strategy to train strong classifiers with localizable features", 2019,
   *   arXiv:1905.04899
   */
  cutmix(options?: MixingOptions): Augmentation {
    return this.#with({ cutmix: mixing(options, 1) })
  }

  /**
   * Writes a contact sheet: a row a photograph, with what a training makes of it in one epoch after the other. Of a
   * dataset six are shown, evenly spread. A photograph is drawn for by its place in the list or dataset; as a training
   * counts over all its parts, what it sees is what a preview of the undivided dataset shows. Batches are not mixed.
   *
   * @param photographs A path, a Buffer, at most 16 of these, or a FaceDataset.
   * @throws TorchError IMAGE or FILE: a photograph cannot be read, or the sheet not written. ABORTED: the signal ended it.
   * @example await Augmentation.standard().preview(train, { output: 'augmentation.png' })
   */
  preview(photographs: PreviewPhotographs, options: PreviewOptions): Promise<WrittenSheet> {
    return previewAugmentation(this.spec, photographs, options)
  }

  /** @internal What a spec says. */
  static restored(spec: AugmentationSpec): Augmentation {
    return new Augmentation(structuredClone(spec))
  }

  /** All of it resolved, as it crosses the border; a copy. */
  get spec(): AugmentationSpec {
    return structuredClone(this.#spec)
  }

  #with(changed: Partial<AugmentationSpec>): Augmentation {
    return new Augmentation({ ...this.#spec, ...changed })
  }
}

function mixing(options: MixingOptions | undefined, defaultAlpha: number): MixingSpec | null {
  const { alpha = defaultAlpha, probability = 1 } = check.options('options', options, [
    'alpha',
    'probability',
  ])
  check.number('alpha', alpha, 0.01, 100)
  check.number('probability', probability, 0, 1)
  return probability === 0 ? null : { alpha, probability }
}
