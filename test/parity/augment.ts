// Single image operations with given parameters, and the distribution of the boxes of drawn crops.
import * as check from '../../lib/check.js'
import { Augmentation } from '../../lib/data/index.js'
import { type AugmentationDraw, native, nativeNow } from '../../lib/native/index.js'
import { type Check, within, worst, worstDifference } from './check.js'
import { type Fields, fields, integers, list, numbers } from './read.js'

interface Case {
  readonly name: string
  /** What it does to a photograph of this size. */
  readonly draw: AugmentationDraw
  readonly size: readonly [height: number, width: number]
  readonly exact: boolean
  /** Pixels at each side that are not compared: what comes in from outside is nobody's business. */
  readonly margin: number
  readonly out: Uint8Array
}

interface Quantiles {
  readonly side: number // pixels
  readonly quantiles: number[]
  readonly measured: Readonly<Record<Measure, number[]>>
}

export interface AugmentGolden {
  readonly pixels: Uint8Array
  readonly height: number
  readonly width: number
  readonly cases: Case[]
  readonly crops: Quantiles[]
}

type Measure = keyof typeof measures

const measures = {
  area: { of: (d: AugmentationDraw, side: number) => (d.height * d.width) / side ** 2, tolerance: 0.01 },
  logAspect: { of: (d: AugmentationDraw) => Math.log(d.width / d.height), tolerance: 0.005 },
  top: { of: (d: AugmentationDraw) => d.top, tolerance: 1 },
  left: { of: (d: AugmentationDraw) => d.left, tolerance: 1 },
}

const MEASURES = Object.keys(measures) as Measure[]
const CROPS = /^randomResizedCrop(\d+)$/
const SEED = 11 // of our own draws, which are compared by their distribution
/** Of our own: ten times the reference's 40,000, so that luck plays no part on this side of the comparison. */
const DRAWS = 400_000

export function readAugment(value: unknown): AugmentGolden {
  const golden = fields('golden', value)
  const image = fields('image', golden.image)
  const [channels = 0, height = 0, width = 0] = integers('image.shape', image.shape, 1, 3)
  if (channels !== 3) throw new RangeError(check.expected('3 channels', 'image.shape[0]', channels))
  const crops = Object.entries(golden).filter(([key]) => CROPS.test(key))
  if (crops.length === 0)
    throw new RangeError('Expected quantiles of drawn crops, such as randomResizedCrop160')
  return {
    pixels: interleaved('image.values', image.values, height, width),
    height,
    width,
    cases: list('cases', golden.cases, (name, one) => readCase(name, one, height, width)),
    crops: crops.map(([key, one]) => readQuantiles(key, one)),
  }
}

/** The goldens are channel by channel, the addon's pixels pixel by pixel. */
function interleaved(name: string, value: unknown, height: number, width: number): Uint8Array {
  const planes = integers(name, value, 0, 3 * height * width)
  const size = height * width
  return Uint8Array.from({ length: planes.length }, (_, i) =>
    check.integer(name, planes[(i % 3) * size + Math.floor(i / 3)], 0, 255),
  )
}

function readCase(name: string, value: unknown, height: number, width: number): Case {
  const golden = fields(name, value)
  refuseOthers(name, golden)
  const op = check.oneOf(`${name}.op`, golden.op, [
    'hflip',
    'rotate',
    'brightness',
    'contrast',
    'resized_crop',
  ])
  const number = (key: string) => check.number(`${name}.${key}`, golden[key])
  const integer = (key: string, least: number) => check.integer(`${name}.${key}`, golden[key], least)
  const unchanged: AugmentationDraw = {
    ...{ flip: false, angle: 0, interpolation: 'bilinear' },
    ...{ brightness: 1, contrast: 1, saturation: 1, order: ['brightness', 'contrast', 'saturation'] },
    ...{ top: 0, left: 0, height, width, erased: null },
  }
  const draws = {
    hflip: () => ({ flip: true }),
    rotate: () => ({
      angle: number('degrees'),
      interpolation: check.oneOf(`${name}.interpolation`, golden.interpolation, ['bilinear', 'nearest']),
    }),
    brightness: () => ({ brightness: number('factor') }),
    contrast: () => ({ contrast: number('factor') }),
    resized_crop: () => ({
      ...{ top: integer('top', 0), left: integer('left', 0) },
      ...{ height: integer('height', 1), width: integer('width', 1) },
    }),
  }
  const [outHeight = 0, outWidth = 0] =
    op === 'resized_crop' ? integers(`${name}.size`, golden.size, 1, 2) : [height, width]
  const { out, ...parameters } = golden
  return {
    name: Object.values(parameters).flat().join(' '),
    draw: { ...unchanged, ...draws[op]() },
    size: [outHeight, outWidth],
    exact: op === 'hflip',
    margin: op === 'rotate' || op === 'resized_crop' ? 2 : 0,
    out: interleaved(`${name}.out`, out, outHeight, outWidth),
  }
}

/** What these operations can be asked for and this project does not do. */
function refuseOthers(name: string, { op, fill, interpolation }: Fields): void {
  if (fill !== undefined && fill !== 0) throw new RangeError(check.expected('0', `${name}.fill`, fill))
  if (op === 'resized_crop') check.oneOf(`${name}.interpolation`, interpolation, ['bilinear'])
}

function readQuantiles(name: string, value: unknown): Quantiles {
  const golden = fields(name, value)
  const quantiles = numbers(`${name}.quantiles`, golden.quantiles).map((one, i) =>
    check.number(`${name}.quantiles[${i}]`, one, 0, 1),
  )
  const measured = MEASURES.map((key) => [key, numbers(`${name}.${key}`, golden[key], quantiles.length)])
  check.integer(`${name}.draws`, golden.draws, 1)
  return {
    side: Number(CROPS.exec(name)?.[1]),
    quantiles,
    measured: Object.fromEntries(measured) as Record<Measure, number[]>,
  }
}

export function checkAugment(golden: AugmentGolden): Check[] {
  return [...golden.cases.flatMap((one) => checkCase(golden, one)), ...golden.crops.flatMap(checkCrops)]
}

function checkCase({ pixels, height, width }: AugmentGolden, one: Case): Check[] {
  const { name, draw, size, margin, exact, out } = one
  const [outputHeight, outputWidth] = size
  const own = nativeNow(() =>
    native('training').augmentPixels({
      ...{ pixels, height, width, outputHeight, outputWidth, draw },
      normalisation: { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] },
    }),
  )
  const off = differences(own, out, size, margin)
  const largest = within(name, null, worst(off), exact ? 0 : 1, 'of 255')
  if (exact) return [largest]
  const mean = off.reduce((sum, value) => sum + value, 0) / off.length
  return [largest, within(`${name}, mean`, null, mean, 0.5, 'of 255')]
}

/** Absolute differences inside the margin. */
function differences(
  own: Uint8Array,
  reference: Uint8Array,
  [height, width]: Case['size'],
  margin: number,
): number[] {
  return Array.from(reference, (value, i) => Math.abs((own[i] ?? Number.NaN) - value)).filter((_, i) => {
    const row = Math.floor(i / 3 / width)
    const column = Math.floor(i / 3) % width
    return Math.min(row, column, height - 1 - row, width - 1 - column) >= margin
  })
}

/** Quantiles of draws of our own, with torchvision's default scale and ratio. */
function checkCrops({ side, quantiles, measured }: Quantiles): Check[] {
  const draws = nativeNow(() =>
    native('training').drawAugmentations({
      augmentation: Augmentation.none().randomResizedCrop().spec,
      seed: SEED,
      epoch: 0,
      samples: Int32Array.from({ length: DRAWS }, (_, i) => i),
      height: side,
      width: side,
    }),
  )
  return MEASURES.map((key) => {
    const { of, tolerance } = measures[key]
    const sorted = draws.map((draw) => of(draw, side)).sort((a, b) => a - b)
    const own = quantiles.map((quantile) => sorted[Math.round(quantile * (sorted.length - 1))] ?? Number.NaN)
    return within(
      `crops of ${side}, ${key}`,
      null,
      worstDifference(own, measured[key]),
      tolerance,
      `${DRAWS} draws`,
    )
  })
}
