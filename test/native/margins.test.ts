// ArcFace and CosFace: that the loss of a step is the papers', its gradients are those of finite differences and stay
// finite, and that what is not training knows no margin.
import { describe, expect, it } from 'vitest'
import type {
  AugmentationSpec,
  LossSpec,
  MixingDraw,
  NativeModel,
  StateTensor,
  StepSpec,
} from '../../lib/native/index.js'
import { native } from '../../lib/native/index.js'
import { always, mixedValues, mixing } from './mixing.js'
import { CLASSES, floatsOf, specOf, trainer, wavesBatch } from './networks.js'

const size = 32
const SCALE = 16
const head = { kind: 'cosine', classes: CLASSES, dropout: 0, scale: SCALE, embedding: 8 } as const
const plain = { kind: 'cross_entropy', labelSmoothing: 0, classWeights: null } as const
const arcFace: LossSpec = { ...plain, kind: 'arc_face', margin: 0.5 }
const cosFace: LossSpec = { ...plain, kind: 'cos_face', margin: 0.35 }
const full = { labelSmoothing: 0.1, classWeights: [1, 2, 0.5, 4] }
const labels = Int32Array.of(0, 1, 3, 2, 1)
const COUNT = labels.length
const waves = Float64Array.from((wavesBatch(COUNT, size) as { data: Float32Array }).data)

const batchOf = (data: Float64Array<ArrayBuffer>) =>
  ({ kind: 'tensor', data, shape: [data.length / (3 * size * size), 3, size, size] }) as const
const stepOf = (learningRate: number): StepSpec => ({
  batches: [{ batch: batchOf(waves), labels }],
  ...{ epoch: 0, step: 3, learningRate },
})

const newModel = (precision: 'float64' | 'float32' = 'float64') =>
  native('training').createModel(specOf('resnet50', { precision, head }))

async function learning(
  model: NativeModel,
  layers: readonly string[],
  given: { loss: LossSpec; augmentation?: AugmentationSpec },
) {
  const training = await trainer(model, given)
  const groups = [{ layers, rateFactor: 1 }]
  await training.setStage({ groups, frozenBatchNorm: 'stored', imageSize: size, batchSize: COUNT })
  return training
}

function rowsOf(flat: Float64Array | Float32Array, width: number): number[][] {
  return Array.from({ length: flat.length / width }, (_, i) => [...flat.slice(i * width, (i + 1) * width)])
}

const tensorOf = async (model: NativeModel, name: string) =>
  (await model.state()).find((tensor) => tensor.name === name) as StateTensor

const load = (model: NativeModel, tensor: StateTensor, values: Float64Array) =>
  model.load([{ ...tensor, dtype: 'float64', data: new Uint8Array(values.slice().buffer) }])

const dot = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, x, i) => sum + x * (b[i] as number), 0)

/** By sample and class, from the embedding of the network and its weights. */
async function cosinesOf(model: NativeModel, data: Float64Array<ArrayBuffer>): Promise<number[][]> {
  const [embedding] = await model.forward({ batch: batchOf(data), outputs: ['embedding'], flip: false })
  const width = head.embedding
  const weights = rowsOf(floatsOf(await tensorOf(model, 'logits.weight')), width)
  const embeddings = rowsOf(embedding?.data as Float64Array, width)
  return embeddings.map((e) => weights.map((w) => dot(e, w) / Math.sqrt(dot(e, e) * dot(w, w))))
}

/** The papers' formulas on angles. */
function marginal(cosine: number, loss: LossSpec): number {
  if (loss.kind === 'cross_entropy') return cosine
  if (loss.kind === 'cos_face') return cosine - loss.margin
  const angle = Math.acos(Math.min(Math.max(cosine, -1), 1)) + loss.margin
  return angle < Math.PI ? Math.cos(angle) : cosine - loss.margin * Math.sin(loss.margin)
}

/** The loss of one sample: cross-entropy with smoothing and class weights as PyTorch defines them. */
function lossOf(cosines: readonly number[], label: number, loss: LossSpec): number {
  const logits = cosines.map((cosine, c) => SCALE * (c === label ? marginal(cosine, loss) : cosine))
  const highest = Math.max(...logits)
  const log = highest + Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - highest), 0))
  const weight = (c: number) => loss.classWeights?.[c] ?? 1
  const smoothed = logits.reduce((sum, logit, c) => sum + (weight(c) * (log - logit)) / CLASSES, 0)
  const own = weight(label) * (log - (logits[label] as number))
  return (1 - loss.labelSmoothing) * own + loss.labelSmoothing * smoothed
}

const totalWeight = ({ classWeights }: LossSpec) =>
  labels.reduce((sum, label) => sum + (classWeights?.[label] ?? 1), 0)

/** Of a batch as a draw mixes it: the mean by the shares of both labels, the margin of each in its own loss. */
function byHand(cosines: readonly number[][], loss: LossSpec, draw: MixingDraw | null): number {
  const lambda = draw?.lambda ?? 1
  const sum = cosines.reduce((sum, row, i) => {
    const [own, other] = [labels[i] as number, labels[(i + COUNT - 1) % COUNT] as number]
    return sum + lambda * lossOf(row, own, loss) + (1 - lambda) * lossOf(row, other, loss)
  }, 0)
  return sum / totalWeight(loss)
}

const drawOf = (augmentation: AugmentationSpec): MixingDraw | null =>
  native().drawMixings({
    augmentation,
    seed: 1,
    steps: Int32Array.of(3),
    batch: 0,
    height: size,
    width: size,
  })[0] ?? null

const losses: [string, LossSpec][] = [
  ['ArcFace', arcFace],
  ['ArcFace of a large margin', { ...arcFace, margin: 1.5 }],
  ['CosFace', cosFace],
  ['ArcFace, smoothed and weighted', { ...arcFace, ...full }],
  ['CosFace, smoothed and weighted', { ...cosFace, ...full }],
]
const mixings: [string, AugmentationSpec][] = [
  ['as they are', mixing({})],
  ['in mixup', mixing({ mixup: always(1) })],
  ['in CutMix', mixing({ cutmix: always(1) })],
]

describe('what is refused', () => {
  it('a margin without a cosine head, and one out of its range', async () => {
    const model = await native().createModel(specOf('mobilenetV2'))
    for (const loss of [arcFace, cosFace]) {
      const refused = trainer(model, { loss })
      await expect(refused).rejects.toMatchObject({
        code: 'NETWORK',
        message: expect.stringContaining('cosine'),
      })
    }
    await expect(trainer(model, { loss: { ...arcFace, margin: 1.6 } })).rejects.toThrow(/loss\.margin/)
    await expect(trainer(model, { loss: { ...cosFace, margin: 1.1 } })).rejects.toThrow(RangeError)
    await expect(trainer(model, { loss: { ...plain, margin: 0 } as never })).rejects.toThrow(/margin/)
    model.close()
  })
})

describe.each(losses)('%s', (_, loss) => {
  it.each(mixings)('is the formula on photographs %s', async (_, augmentation) => {
    const model = await newModel()
    const training = await learning(model, ['logits'], { loss, augmentation })
    const draw = drawOf(augmentation)
    const expected = byHand(
      await cosinesOf(model, mixedValues(waves, size, draw) as Float64Array<ArrayBuffer>),
      loss,
      draw,
    )
    const result = await training.step(stepOf(0))
    expect(result.loss).toBeCloseTo(expected, 9)
    expect(result.weight).toBe(totalWeight(loss))
    training.close()
    model.close()
  })

  it('is measured without its margin, and counts without it too', async () => {
    const model = await newModel()
    const labelled = { batch: batchOf(waves), labels }
    const { labelSmoothing, classWeights } = loss
    const unmarginal: LossSpec = { ...plain, labelSmoothing, classWeights }
    expect(await model.evaluate({ ...labelled, loss, flip: false })).toEqual(
      await model.evaluate({ ...labelled, loss: unmarginal, flip: false }),
    )
    const cosines = await cosinesOf(model, waves)
    const training = await learning(model, ['logits'], { loss })
    const step = await training.step(stepOf(0))
    expect(step.correct).toBe(cosines.filter((row, i) => row.indexOf(Math.max(...row)) === labels[i]).length)
    expect(step.loss).toBeGreaterThan(byHand(cosines, unmarginal, null))
    training.close()
    model.close()
  })
})

it.each<[string, LossSpec, AugmentationSpec]>([
  ['ArcFace', arcFace, mixing({})],
  ['ArcFace of a large margin', { ...arcFace, margin: 1.5 }, mixing({})],
  ['ArcFace in mixup, smoothed and weighted', { ...arcFace, ...full }, mixing({ mixup: always(1) })],
  ['CosFace in CutMix, smoothed and weighted', { ...cosFace, ...full }, mixing({ cutmix: always(1) })],
])('the gradients of %s are those of finite differences', async (_, loss, augmentation) => {
  const model = await newModel()
  const layers = ['layer4.2.conv3', 'embedding.0', 'embedding.1', 'logits']
  const training = await learning(model, layers, { loss, augmentation })
  const start = await model.state()
  await training.step(stepOf(1))
  const after = await model.state()
  await model.load(start)
  for (const layer of layers) {
    const tensor = start.find(({ name }) => name === `${layer}.weight`) as StateTensor
    const own = floatsOf(tensor)
    const moved = floatsOf(after.find(({ name }) => name === tensor.name) as StateTensor)
    const gradient = own.map((value, i) => value - (moved[i] as number))
    const along = gradient.reduce((sum, g) => sum + Math.abs(g), 0)
    const lossAt = async (distance: number) => {
      await load(
        model,
        tensor,
        own.map((value, i) => value + distance * Math.sign(gradient[i] as number)),
      )
      return (await training.step(stepOf(0))).loss
    }
    const h = 1e-6 / along
    const difference = ((await lossAt(h)) - (await lossAt(-h))) / (2 * h)
    expect(Math.abs(difference / along - 1), `${layer}: ${difference} and ${along}`).toBeLessThan(1e-5)
    await load(model, tensor, own)
  }
  training.close()
  model.close()
})

/** A weight at this angle to a unit vector, in the plane of the two longest axes. */
function turned(unit: readonly number[], angle: number): number[] {
  const [first = 0, second = 0] = unit
  const across = unit.map((_, i) => (i === 0 ? -second : i === 1 ? first : 0))
  const length = Math.sqrt(dot(across, across))
  return unit.map((x, i) => Math.cos(angle) * x + (Math.sin(angle) * (across[i] as number)) / length)
}

describe.each(['float64', 'float32'] as const)('at angles of 0 and pi, in %s', (precision) => {
  const angles = [0, 1e-8, 1e-4, 1e-3, 0.01, 1, 2, 3, Math.PI - 1e-3, Math.PI - 1e-4, Math.PI]

  it.each([
    ['ArcFace', arcFace],
    ['CosFace', cosFace],
  ])('%s falls with the angle, and its slope is bounded by the scale', async (_, loss) => {
    const model = await newModel(precision)
    const tensor = await tensorOf(model, 'logits.weight')
    const width = head.embedding
    const data = waves.slice(0, 3 * size * size)
    const [embedding] = await model.forward({ batch: batchOf(data), outputs: ['embedding'], flip: false })
    const unit = [...(embedding?.data ?? [])]
    const training = await learning(model, ['logits'], { loss })
    const step = { ...stepOf(1), batches: [{ batch: batchOf(data), labels: Int32Array.of(0) }] }
    const values = floatsOf(tensor)
    const seen: number[] = []
    for (const angle of angles) {
      values.set(turned(unit, angle))
      await load(model, tensor, values)
      seen.push((await training.step(step)).loss)
      const moved = floatsOf(await tensorOf(model, tensor.name)).subarray(0, width)
      const slope = Math.hypot(...moved.map((value, i) => value - (values[i] as number)))
      expect(slope, `at ${angle}`).toBeLessThan(1.001 * SCALE)
      expect((await cosinesOf(model, data)).flat().every(Number.isFinite)).toBe(true)
      // Within a rounding of float32 the sine is taken as that of 0.0003.
      await load(model, tensor, values)
      const exact = lossOf((await cosinesOf(model, data))[0] as number[], 0, loss)
      expect(Math.abs((seen.at(-1) as number) - exact), `at ${angle}`).toBeLessThan(SCALE * 4e-4)
    }
    expect(seen).toEqual([...seen].sort((a, b) => a - b))
    training.close()
    model.close()
  })
})
