// A photograph and its mirror image together.
import { describe, expect, it } from 'vitest'
import type { BatchSpec, ForwardOutput, HeadSpec, NativeModel, Precision } from '../../lib/native/index.js'
import { native } from '../../lib/native/index.js'
import { noise } from './models.js'
import { CLASSES, NETWORKS, sizeOf, specOf, wavesBatch } from './networks.js'

type Tensor = Extract<BatchSpec, { kind: 'tensor' }>
const head: HeadSpec = { kind: 'cosine', classes: CLASSES, dropout: 0, scale: 30, embedding: null }

/** Rows of `width` values of anything, last first. */
function mirrored<Values extends Float32Array | Float64Array>(values: Values, width: number): Values {
  return values.map((_, i) => values[i - (i % width) + (width - 1 - (i % width))] as number) as Values
}

async function forward(model: NativeModel, batch: BatchSpec, flip: boolean) {
  const outputs = ['logits', 'probabilities', 'embedding', 'probabilities']
  return (await model.forward({ batch, outputs, flip })) as [ForwardOutput, ForwardOutput, ForwardOutput]
}

const { bfloat16 } = native().computeInfo()
if (!bfloat16.cpu) console.log('Not run: flip in bfloat16, since this processor has no instructions for it.')
const precisions: [Precision, number][] = [
  ['float64', 12],
  ['float32', 5],
  ...(bfloat16.cpu ? [['bfloat16', 2] as [Precision, number]] : []),
]

describe.each(NETWORKS)('%s', (architecture) => {
  const size = sizeOf[architecture]

  it.each(precisions)('gives the mean of both, in %s', async (precision, digits) => {
    const model = await native().createModel(specOf(architecture, { precision, head }))
    const batch = wavesBatch(2, size) as Tensor
    const other: Tensor = { ...batch, data: mirrored(batch.data, size) }
    const [one, two, both] = [
      await forward(model, batch, false),
      await forward(model, other, false),
      await forward(model, batch, true),
    ]
    expect(both.map(({ name, shape }) => [name, shape])).toEqual(one.map(({ name, shape }) => [name, shape]))
    expect(both[3 as 1]).toEqual(both[1])
    for (const [i, probability] of both[1].data.entries()) {
      expect(probability).toBeCloseTo(((one[1].data[i] as number) + (two[1].data[i] as number)) / 2, digits)
      expect(Math.exp(both[0].data[i] as number)).toBeCloseTo(probability, digits)
    }
    expect(one[1].data).not.toEqual(two[1].data)
    const width = both[2].shape[1] as number
    for (let sample = 0; sample < 2; sample++) {
      const row = (output: ForwardOutput) => [...output.data.slice(sample * width, (sample + 1) * width)]
      const [a, b, own] = [row(one[2]), row(two[2]), row(both[2])]
      expect(Math.hypot(...own)).toBeCloseTo(1, Math.min(digits, 5))
      // Between both: raw features of nearly one length, so nearly the direction of their sum.
      const sum = a.map((value, i) => value + (b[i] as number))
      const dot = own.reduce((total, value, i) => total + value * (sum[i] as number), 0)
      expect(dot / Math.hypot(...sum)).toBeGreaterThan(0.999)
    }
    model.close()
  })
})

describe('a mirror image', () => {
  const size = 32

  it('of a symmetric photograph changes nothing', async () => {
    const model = await native().createModel(specOf('mobilenetV2'))
    const waves = wavesBatch(2, size) as Tensor
    const data = waves.data.map(
      (value, i) => value + (mirrored(waves.data, size)[i] as number),
    ) as Float32Array
    const batch = { ...waves, data } as Tensor
    const [alone, both] = [await forward(model, batch, false), await forward(model, batch, true)]
    expect(both[1].data).toEqual(alone[1].data)
    for (const [i, value] of both[2].data.entries()) expect(value).toBeCloseTo(alone[2].data[i] as number, 6)
    model.close()
  })

  it('leaves the embedding of the mean of the features, not of their directions', async () => {
    const model = await native().createModel(specOf('mobilenetV2', { precision: 'float64' }))
    const batch = wavesBatch(1, size) as Tensor
    const features = async (data: Tensor['data']) => {
      const [output] = await model.forward({ batch: { ...batch, data }, outputs: ['avgpool'], flip: false })
      return output?.data as Float64Array
    }
    const [one, other] = [await features(batch.data), await features(mirrored(batch.data, size))]
    const sum = one.map((value, i) => value + (other[i] as number))
    const length = Math.hypot(...sum)
    const [, , embedding] = await forward(model, batch, true)
    for (const [i, value] of embedding.data.entries())
      expect(value).toBeCloseTo((sum[i] as number) / length, 12)
    model.close()
  })

  it('is one of bytes and of records of a pack too, in their order', async () => {
    const model = await native().createModel(specOf('mobilenetV2', { precision: 'float64' }))
    const bytes = noise(3, size)
    const each = size * size * 3
    const pack = native().createPack({ count: 3, height: size, width: size, file: null })
    for (let record = 0; record < 3; record++)
      await pack.write(record, bytes.slice(record * each, (record + 1) * each), size, size)
    const records = { kind: 'pack', pack, indices: Int32Array.of(2, 0), samples: null } as const
    const data = Buffer.concat([bytes.subarray(2 * each), bytes.subarray(0, each)])
    const pixels = { kind: 'pixels', data, count: 2, height: size, width: size } as const
    const [ofPack, ofPixels] = [await forward(model, records, true), await forward(model, pixels, true)]
    expect(ofPack[1].data).toEqual(ofPixels[1].data)
    pack.close()
    model.close()
  })

  it('has no mean with a photograph in the outputs of modules', async () => {
    const model = await native().createModel(specOf('mobilenetV2'))
    const refused = model.forward({ batch: wavesBatch(1, size), outputs: ['avgpool'], flip: true })
    await expect(refused).rejects.toMatchObject({
      code: 'NETWORK',
      message: expect.stringContaining('avgpool'),
    })
    model.close()
  })
})
