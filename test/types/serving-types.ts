// What a service asks of a predictor and gets: read by the type checker alone, never run.

import sharp from 'sharp'
import { expectTypeOf } from 'vitest'
import {
  type Calibration,
  type Candidate,
  type FaceDataset,
  type Identification,
  OverloadedError,
  type Photograph,
  Predictor,
  type PredictorStats,
  type TorchError,
  type Verification,
} from '../../lib/index.js'

export async function serving(path: string, val: FaceDataset, image: ImageLike): Promise<void> {
  const predictor = await Predictor.open(path, { maxBatch: 16, maxDelayMs: 2, maxQueue: 64 })
  const { signal } = new AbortController()
  expectTypeOf(predictor.classify(path, { signal, deadlineMs: 200 })).resolves.toEqualTypeOf<Candidate[]>()
  expectTypeOf(predictor.classify([path])).resolves.toEqualTypeOf<Candidate[][]>()
  expectTypeOf(predictor.embed(path)).resolves.toEqualTypeOf<Float32Array>()
  expectTypeOf(predictor.embed([path, path])).resolves.toEqualTypeOf<Float32Array[]>()
  expectTypeOf(predictor.verify(path, path, { threshold: 0.4 })).resolves.toEqualTypeOf<Verification>()
  expectTypeOf(predictor.identify(path)).resolves.toEqualTypeOf<Identification>()
  expectTypeOf(predictor.identify([path])).resolves.toEqualTypeOf<Identification[]>()
  expectTypeOf(predictor.stats()).toEqualTypeOf<PredictorStats>()
  const calibration = await predictor.calibrate(val, { falseAcceptanceRate: 0.001, strangers: val })
  expectTypeOf(calibration).toEqualTypeOf<Calibration>()
  await Predictor.open(path, { calibration })

  expectTypeOf(sharp(path)).toExtend<Photograph>()
  expectTypeOf(sharp(path).autoOrient().resize(80)).toExtend<Photograph>()
  expectTypeOf<{ data: Uint8Array; width: number; height: number; channels: 3 }>().toExtend<Photograph>()
  expectTypeOf(image).toExtend<Photograph>()
  expectTypeOf(new OverloadedError(1, 2)).toExtend<TorchError>()
  expectTypeOf(new OverloadedError(1, 2).retryAfterMs).toEqualTypeOf<number>()

  // @ts-expect-error A list of photographs has a list of answers.
  const one: Candidate[] = await predictor.classify([path])
  // @ts-expect-error Two photographs are compared.
  await predictor.verify(path)
  // @ts-expect-error An embedding has no top.
  await predictor.embed(path, { top: 5, one })
  // @ts-expect-error Pixels have one, three or four channels.
  await predictor.classify({ data: new Uint8Array(2), width: 1, height: 1, channels: 2 })
}

/** A canvas's ImageData. */
interface ImageLike {
  readonly data: Uint8ClampedArray
  readonly width: number
  readonly height: number
  readonly colorSpace: string
}
