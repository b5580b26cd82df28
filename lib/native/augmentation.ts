// The part of the native surface that tells how photographs and batches are varied: ranges to draw from, and what was drawn.

/** Ranges to draw from. A null operation is not done. */
export interface AugmentationSpec {
  flip: number // probability of a horizontal flip
  rotation: { degrees: number; interpolation: 'bilinear' | 'nearest' } | null // angle from U(-degrees, degrees)
  brightness: number // factor from U(max(0, 1 - v), 1 + v); 0: none
  contrast: number
  saturation: number
  crop: { scale: readonly number[]; ratio: readonly number[] } | null // torchvision's RandomResizedCrop back to the input size
  erasing: ErasingSpec | null
  /** Of whole batches; where both are given, each batch takes one of them by even chance. */
  mixup: MixingSpec | null
  cutmix: MixingSpec | null
}

/** torchvision's RandomErasing. */
export interface ErasingSpec {
  probability: number
  scale: readonly number[] // of the area
  ratio: readonly number[] // height over width
  fill: ErasingFill
}

/** 'mean' normalises to 0; 'noise' is standard normal after normalisation, each value for itself. */
export type ErasingFill = 'black' | 'mean' | 'noise'

/** How two photographs of a batch are mixed. */
export interface MixingSpec {
  alpha: number // lambda is from Beta(alpha, alpha)
  probability: number // of a batch
}

/** A rectangle of pixels. */
export interface Box {
  top: number
  left: number
  height: number
  width: number
}

/** One drawn augmentation. The box is what is kept of the source photograph. */
export interface AugmentationDraw extends Box {
  flip: boolean
  angle: number // degrees, counter-clockwise
  interpolation: 'bilinear' | 'nearest'
  brightness: number // factor
  contrast: number // factor
  saturation: number // factor
  order: readonly ColourOperation[] // each once
  erased: ErasedDraw | null
}

export type ColourOperation = 'brightness' | 'contrast' | 'saturation'

/** A box of the output. */
export interface ErasedDraw extends Box {
  fill: ErasingFill
  noiseKey: number // a value of the noise is a function of it and of its place in the box
}

/** What is drawn for one batch: how much of each sample stays its own; the rest is its neighbour's, the sample before it. */
export type MixingDraw =
  | { kind: 'mixup'; lambda: number }
  /** The box, which may be empty, holds the neighbour's pixels. */
  | ({ kind: 'cutmix'; lambda: number } & Box)
