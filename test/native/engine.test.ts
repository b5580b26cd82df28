// A model made ready to serve: folded, fused, packed, and compared with the plain network.
import { describe, expect, it } from 'vitest'
import type { ArchitectureName, BatchSpec, ForwardOutput, NativeModel } from '../../lib/native/index.js'
import { native } from '../../lib/native/index.js'
import { CLASSES, NETWORKS, sizeOf, specOf, wavesBatch } from './networks.js'

const { bfloat16 } = native().computeInfo()
/** Alone, several batches of their own sizes, one with an empty place, and more than the largest. */
const COUNTS = [1, 3, 7, 66]
const OUTPUTS = ['embedding', 'logits', 'probabilities'] as const

type Outputs = [ForwardOutput, ForwardOutput, ForwardOutput]

/** Two models of the same weights: one for an engine, one to compare with. */
async function twins(architecture: ArchitectureName): Promise<[NativeModel, NativeModel]> {
  const spec = specOf(architecture)
  return [await native().createModel(spec), await native().createModel(spec)]
}

function outputsOf(model: NativeModel, batch: BatchSpec, flip = false): Promise<Outputs> {
  return model.forward({ batch, outputs: OUTPUTS, flip }) as Promise<Outputs>
}

function largestDifference(one: ForwardOutput, other: ForwardOutput): number {
  expect(one.shape).toEqual(other.shape)
  return Array.from(one.data).reduce(
    (most, value, i) => Math.max(most, Math.abs(value - (other.data[i] as number))),
    0,
  )
}

/** Cosines of the angles between the rows of two embeddings of unit length. */
function cosines(one: ForwardOutput, other: ForwardOutput): number[] {
  const [count, width] = one.shape as [number, number]
  return Array.from({ length: count }, (_, row) => {
    let sum = 0
    for (let at = row * width; at < (row + 1) * width; at++)
      sum += (one.data[at] as number) * (other.data[at] as number)
    return sum
  })
}

describe.each(NETWORKS)('%s', (architecture) => {
  const imageSize = sizeOf[architecture]

  it('tells the same of batches of any size, in float32', async () => {
    const [model, plain] = await twins(architecture)
    const engine = await model.optimizeForInference({ precision: 'float32', imageSize, maxBatch: 2 })
    expect(engine).toEqual({ network: 'folded', precision: 'float32', reason: '' })
    for (const count of COUNTS) {
      const batch = wavesBatch(count, imageSize)
      const [one, other] = [await outputsOf(model, batch), await outputsOf(plain, batch)]
      expect(largestDifference(one[0], other[0])).toBeLessThan(1e-5)
      expect(largestDifference(one[1], other[1])).toBeLessThan(1e-4)
      expect(largestDifference(one[2], other[2])).toBeLessThan(1e-4)
    }
    const batch = wavesBatch(5, imageSize)
    const [one, other] = [await outputsOf(model, batch, true), await outputsOf(plain, batch, true)]
    expect(largestDifference(one[2], other[2])).toBeLessThan(1e-4)
    for (const each of [model, plain]) each.close()
  })

  it('keeps the direction of embeddings in bfloat16', async ({ skip }) => {
    skip(!bfloat16.cpu, 'this processor has no instructions for bfloat16')
    const [model, plain] = await twins(architecture)
    const engine = await model.optimizeForInference({ precision: 'bfloat16', imageSize, maxBatch: 8 })
    expect(engine).toEqual({ network: 'folded', precision: 'bfloat16', reason: '' })
    for (const count of COUNTS) {
      const batch = wavesBatch(count, imageSize)
      const [one, other] = [await outputsOf(model, batch), await outputsOf(plain, batch)]
      expect(Math.min(...cosines(one[0], other[0]))).toBeGreaterThan(0.998)
      expect(one[0].data).not.toEqual(other[0].data)
    }
    for (const each of [model, plain]) each.close()
  })
})

const architecture = 'mobilenetV2'
const imageSize = sizeOf[architecture]
const asked = { precision: 'float32', imageSize, maxBatch: 1 } as const

it('measures as the plain network does', async () => {
  const model = await native().createModel(specOf(architecture))
  const labels = Int32Array.from({ length: 9 }, (_, i) => i % CLASSES)
  const loss = { kind: 'cross_entropy', labelSmoothing: 0, classWeights: null } as const
  const spec = { batch: wavesBatch(9, imageSize), labels, loss, flip: false }
  const plain = await model.evaluate(spec)
  await model.optimizeForInference(asked)
  const folded = await model.evaluate(spec)
  expect(folded.predicted).toEqual(plain.predicted)
  for (const [i, value] of plain.loss.entries()) expect(folded.loss[i]).toBeCloseTo(value, 4)
  model.close()
})

it('leaves modules and photographs of another size to the plain network', async () => {
  const [model, plain] = await twins(architecture)
  await model.optimizeForInference(asked)
  const other = wavesBatch(2, imageSize + 32)
  expect(await outputsOf(model, other)).toEqual(await outputsOf(plain, other))
  const module = { batch: wavesBatch(2, imageSize), outputs: ['features.3'], flip: false }
  expect(await model.forward(module)).toEqual(await plain.forward(module))
  for (const each of [model, plain]) each.close()
})

it('forgets weights that are replaced', async () => {
  const [model, plain] = [
    await native().createModel(specOf(architecture)),
    await native().createModel({ ...specOf(architecture), seed: 99 }),
  ]
  const batch = wavesBatch(2, imageSize)
  await model.optimizeForInference(asked)
  const before = await outputsOf(model, batch)
  await model.load(await plain.state())
  const after = await outputsOf(model, batch)
  expect(after).toEqual(await outputsOf(plain, batch))
  expect(after[0].data).not.toEqual(before[0].data)
  for (const each of [model, plain]) each.close()
})

it('leaves a network whose folding shows to the plain network, and says so', async () => {
  const model = await native().createModel(specOf(architecture))
  const state = await model.state()
  const weight = state.find(({ name }) => name === 'features.0.0.weight')
  new Float32Array(weight?.data.buffer as ArrayBuffer, weight?.data.byteOffset, 1)[0] = Number.NaN
  await model.load(state)
  const engine = await model.optimizeForInference(asked)
  expect(engine).toEqual({
    network: 'plain',
    precision: 'float32',
    reason: 'folded, its values are not finite in a batch of 1',
  })
  model.close()
})

it('is refused in a precision that the processor lacks', async ({ skip }) => {
  skip(bfloat16.cpu, 'this processor has instructions for bfloat16')
  const model = await native().createModel(specOf(architecture))
  await expect(model.optimizeForInference({ ...asked, precision: 'bfloat16' })).rejects.toMatchObject({
    code: 'PRECISION',
  })
  model.close()
})

it('leaves a float64 network as it is', async () => {
  const model = await native().createModel(specOf(architecture, { precision: 'float64' }))
  expect(await model.optimizeForInference(asked)).toEqual({
    network: 'plain',
    precision: 'float64',
    reason: 'oneDNN has no float64',
  })
  model.close()
})
