// What a service does with a predictor: other kinds of photographs, people, many callers.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { beforeAll, describe, expect, it } from 'vitest'
import type { FaceDataset } from '../../lib/data/index.js'
import { type OpenOptions, Predictor } from '../../lib/inference/index.js'
import { fileFolder } from '../files/temporary-folder.js'
import { drawnFaces } from '../training/small-training.js'
import { saveRandomBundle } from './random-bundle.js'

const shared = fileFolder()
const bundle = join(shared, 'random.safetensors')
let faces: FaceDataset
let strangers: FaceDataset
let photograph: string

beforeAll(async () => {
  await saveRandomBundle(bundle, ['anna', 'ben', 'carl'])
  faces = await drawnFaces(['anna', 'ben', 'carl'], 6, join(shared, 'faces'))
  strangers = await drawnFaces(['dora', 'emil'], 10, join(shared, 'strangers'))
  photograph = faces.at(0).file
})

async function withPredictor(
  work: (predictor: Predictor) => Promise<void>,
  options?: OpenOptions,
): Promise<void> {
  const predictor = await Predictor.open(bundle, options)
  try {
    await work(predictor)
  } finally {
    await predictor.close()
  }
}

describe('options of the queue', () => {
  it('are refused where they are none', async () => {
    await expect(Predictor.open(bundle, { maxBatch: 0 })).rejects.toThrow(RangeError)
    await expect(Predictor.open(bundle, { maxQueue: 1.5 })).rejects.toThrow(TypeError)
    await expect(Predictor.open(bundle, { maxDelayMs: -1 })).rejects.toThrow(RangeError)
    await expect(Predictor.open(bundle, { calibration: {} as never })).rejects.toThrow(/calibration.model/)
    await withPredictor(async (predictor) => {
      await expect(predictor.classify(photograph, { deadlineMs: 0 })).rejects.toThrow(RangeError)
      await expect(predictor.embed(photograph, { top: 3 } as never)).rejects.toThrow(/top/)
    })
  })
})

describe('photographs', () => {
  it('that are no photographs are refused by name', () =>
    withPredictor(async (predictor) => {
      const data = new Uint8Array(12)
      for (const [wrong, message] of [
        [{ data, width: 2, height: 3 }, /6 or 18 or 24 bytes for photograph.data but received 12/],
        [{ data, width: 2, height: 2, channels: 4 }, /16 bytes for photograph.data/],
        [{ data, width: 2, height: 2, channels: 2 }, /1, 3 or 4 for photograph.channels/],
        [{ data: [1, 2, 3], width: 1, height: 1 }, /a Uint8Array for photograph.data/],
        [{ data, width: 0, height: 2 }, /photograph.width/],
        [{ data, width: 2 }, /photograph.height/],
        [{ width: 2 }, /raw pixels or an instance of sharp for photograph/],
        [null, /for photograph/],
      ] as const)
        await expect(predictor.classify(wrong as never)).rejects.toThrow(message)
    }))

  it('are the same as a file, raw pixels and an instance of sharp, which stays as it is', () =>
    withPredictor(async (predictor) => {
      const named = await predictor.classify(photograph)
      const { data, info } = await sharp(photograph).raw().toBuffer({ resolveWithObject: true })
      const { width, height } = info
      const before = Buffer.from(data)
      expect(await predictor.classify({ data, width, height })).toEqual(named)
      expect(data).toEqual(before)
      const alpha = await sharp(photograph).ensureAlpha().raw().toBuffer()
      expect(await predictor.classify({ data: new Uint8ClampedArray(alpha), width, height })).toEqual(named)
      const pipeline = sharp(photograph)
      expect(await predictor.classify(pipeline)).toEqual(named)
      expect((await pipeline.png().toBuffer()).length).toBeGreaterThan(0)
      expect(await predictor.classify(sharp(data, { raw: { width, height, channels: 3 } }))).toEqual(named)
      const stream = sharp()
      const streamed = predictor.classify(stream)
      stream.end(readFileSync(photograph))
      expect(await streamed).toEqual(named)
      const grey = { data: new Uint8Array(80 * 80).fill(90), width: 80, height: 80, channels: 1 } as const
      const coloured = { ...grey, data: new Uint8Array(80 * 80 * 3).fill(90), channels: 3 } as const
      expect(await predictor.classify(grey)).toEqual(await predictor.classify(coloured))
    }))

  it('of a pipeline are given up with it', () =>
    withPredictor(async (predictor) => {
      const missing = predictor.classify(sharp('nowhere.png'))
      await expect(missing).rejects.toMatchObject({
        code: 'FILE',
        message: expect.stringContaining('nowhere.png'),
      })
      const grown = sharp(photograph).resize(20_000, 1, { fit: 'fill' })
      await expect(predictor.classify(grown)).rejects.toMatchObject({ code: 'IMAGE' })
    }))
})

describe('embed', () => {
  it('gives unit length, the same alone and in a list', () =>
    withPredictor(async (predictor) => {
      const [one, other] = await predictor.embed([photograph, faces.at(8).file])
      expect(one).toBeInstanceOf(Float32Array)
      expect(Math.hypot(...(one as Float32Array))).toBeCloseTo(1, 5)
      expect(other).not.toEqual(one)
      const alone = await predictor.embed(photograph)
      expect(alone).toHaveLength(one?.length as number)
      for (const [i, value] of alone.entries()) expect(value).toBeCloseTo(one?.[i] as number, 4)
    }))
})

describe('thresholds', () => {
  it('are needed', () =>
    withPredictor(async (predictor) => {
      await expect(predictor.verify(photograph, photograph)).rejects.toThrow(/calibrate\(\)/)
      await expect(predictor.identify(photograph)).rejects.toThrow(/calibrate\(\) with strangers/)
      await expect(predictor.verify(photograph, 7 as never, { threshold: 0 })).rejects.toThrow(/for other/)
      await expect(predictor.verify(photograph, photograph, { threshold: 'x' as never })).rejects.toThrow(
        TypeError,
      )
    }))

  it('of a call decide', () =>
    withPredictor(async (predictor) => {
      const same = await predictor.verify(photograph, photograph, { threshold: 0.99 })
      expect(same).toEqual({ similarity: expect.closeTo(1, 5), threshold: 0.99, same: true })
      const [first] = await predictor.classify(photograph)
      const probability = expect.closeTo(first?.probability as number, 5)
      expect(await predictor.identify(photograph, { threshold: 0 })).toEqual({
        identity: first?.identity,
        probability,
        threshold: 0,
      })
      expect(await predictor.identify([photograph], { threshold: 1.1 })).toEqual([
        { identity: null, probability, threshold: 1.1 },
      ])
    }))
})

describe('calibrate', () => {
  it('refuses what it cannot measure', () =>
    withPredictor(async (predictor) => {
      await expect(predictor.calibrate([] as never)).rejects.toThrow(TypeError)
      await expect(predictor.calibrate(faces, { falseAcceptanceRate: 0 })).rejects.toThrow(RangeError)
      await expect(predictor.calibrate(faces, { strangers: faces })).rejects.toThrow(/"anna"/)
      await expect(predictor.calibrate(faces, { falseAcceptanceRate: 1e-3 })).rejects.toMatchObject({
        code: 'DATASET',
        message: expect.stringContaining('108 pairs'),
      })
      const signal = AbortSignal.abort()
      await expect(predictor.calibrate(faces, { signal })).rejects.toMatchObject({ code: 'ABORTED' })
    }))

  it('gives thresholds that hold, as JSON that a predictor takes', () =>
    withPredictor(async (predictor) => {
      const calibration = await predictor.calibrate(faces, { falseAcceptanceRate: 0.1, strangers })
      const { verification, unknown } = calibration
      expect(verification).toMatchObject({ impostorPairs: 108, genuinePairs: 45 })
      expect(verification.falseAcceptanceRate).toBeLessThanOrEqual(0.1)
      expect(verification.falseRejectionRate).toBeGreaterThanOrEqual(0)
      expect(unknown).toMatchObject({ strangers: 20, known: 18 })
      const files = strangers.samples.map(({ file }) => file)
      const stored = JSON.parse(JSON.stringify(calibration))
      expect(stored).toEqual(calibration)
      await withPredictor(
        async (calibrated) => {
          const found = await calibrated.identify(files)
          const accepted = found.filter(({ identity }) => identity !== null).length
          expect(accepted).toBeLessThanOrEqual(2)
          expect(found[0]?.threshold).toBe(unknown?.threshold)
          const { threshold } = await calibrated.verify(photograph, faces.at(1).file)
          expect(threshold).toBe(verification.threshold)
        },
        { calibration: stored },
      )
      const other = join(shared, 'other.safetensors')
      await saveRandomBundle(other, ['anna', 'ben', 'carl'], 0.5)
      await expect(Predictor.open(other, { calibration: stored })).rejects.toThrow(
        /calibration of this model/,
      )
      await expect(Predictor.open(bundle, { calibration: stored, flip: true })).rejects.toThrow(/flip true/)
      expect(await predictor.calibrate(faces, { falseAcceptanceRate: 0.1 })).toMatchObject({ unknown: null })
      const one = await predictor.calibrate(faces, { falseAcceptanceRate: 0.1, photographs: 7, pairs: 5000 })
      expect(one.verification.impostorPairs).toBeGreaterThanOrEqual(9) // of 3 and 3 at least, though each has 6
      const fewer = await predictor.calibrate(faces, { falseAcceptanceRate: 0.1, photographs: 12, pairs: 30 })
      expect(fewer.verification).toMatchObject({ impostorPairs: 30, genuinePairs: 30 })
    }))
})

describe('many callers', () => {
  it('of two predictors in one process are answered each by its own', async () => {
    const other = await Predictor.open(bundle, { flip: true })
    await withPredictor(async (predictor) => {
      const alone = [await predictor.classify(photograph), await other.classify(photograph)]
      const both = await Promise.all([predictor, other].map((one) => one.classify(photograph)))
      expect(both).toEqual(alone)
      await other.close()
      expect(await predictor.classify(photograph)).toEqual(alone[0])
    })
  })

  it('share batches, are counted, and are refused where there is no room', () =>
    withPredictor(
      async (predictor) => {
        const controller = new AbortController()
        const { signal } = controller
        const work = [
          predictor.classify(photograph),
          predictor.embed(photograph),
          predictor.verify(photograph, faces.at(9).file, { threshold: 0 }),
          predictor.classify('nowhere.png'),
          predictor.classify(photograph, { signal }),
          predictor.classify(faces.samples.map(({ file }) => file)),
        ]
        const settled = Promise.allSettled(work)
        await expect(predictor.classify([photograph, photograph, photograph])).rejects.toMatchObject({
          code: 'OVERLOADED',
          retryAfterMs: expect.any(Number),
        })
        controller.abort()
        const [named, , , missing, aborted, list] = await settled
        expect(named).toMatchObject({ status: 'fulfilled' })
        expect(missing).toMatchObject({ reason: { code: 'FILE' } })
        expect(aborted).toMatchObject({ reason: { code: 'ABORTED' } })
        expect((list as PromiseFulfilledResult<unknown[]>).value).toHaveLength(18)
        const { accepted, answered, refused, failed, waiting } = predictor.stats()
        expect({ accepted, answered, refused, failed, waiting }).toEqual({
          ...{ accepted: 6, answered: 4, refused: 1, failed: 1, waiting: 0 },
        })
      },
      { maxBatch: 4, maxQueue: 8 },
    ))
})

it('a damaged model gives an error, no names and no numbers', async () => {
  const damaged = join(shared, 'damaged.safetensors')
  await saveRandomBundle(damaged, ['anna', 'ben'], Number.NaN)
  const predictor = await Predictor.open(damaged)
  const broken = { code: 'NOT_FINITE' }
  await expect(predictor.classify(photograph)).rejects.toMatchObject(broken)
  await expect(predictor.identify(photograph, { threshold: 0.5 })).rejects.toMatchObject(broken)
  await expect(predictor.calibrate(faces)).rejects.toMatchObject(broken)
  await predictor.close()
})
