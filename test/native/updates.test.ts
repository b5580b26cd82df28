// What an update is made of: the loss by its class weights, several batches as one, clipped gradients, rates by layer.
import { describe, expect, it } from 'vitest'
import type { LossSpec, NativeModel, StageSpec, StateTensor, TrainerSpec } from '../../lib/native/index.js'
import { native } from '../../lib/native/index.js'
import { CLASSES, cyclingLabels, floatsOf, noiseBatch, specOf, trainer } from './networks.js'

const size = 48
const loss = { kind: 'cross_entropy', labelSmoothing: 0, classWeights: null } as const
const head = { kind: 'mlp', classes: CLASSES, hidden: [8], activation: 'relu', dropout: 0 } as const

function newModel(): Promise<NativeModel> {
  return native('training').createModel(specOf('mobilenetV2', { precision: 'float64', head }))
}

function stageOf(groups: StageSpec['groups']): StageSpec {
  return { groups, frozenBatchNorm: 'stored', imageSize: size, batchSize: 4 }
}

const headLayers = ['head.0', 'head.3']

/** What one step of plain gradient descent at this rate moves, tensor by tensor, and what the step tells. */
async function stepOf(
  batches: { count: number; from?: number }[],
  { spec = {}, groups = [{ layers: headLayers, rateFactor: 1 }] }: Given = {},
) {
  const model = await newModel()
  const training = await trainer(model, spec)
  await training.setStage(stageOf(groups))
  const before = await model.state()
  const all = noiseBatch(4, size)
  const labelled = batches.map(({ count, from = 0 }) => {
    const values = 3 * size * size
    const data = (all as { data: Float32Array }).data.slice(from * values, (from + count) * values)
    const batch = { kind: 'tensor', data, shape: [count, 3, size, size] } as const
    return { batch, labels: cyclingLabels(4).slice(from, from + count) }
  })
  const result = await training.step({ batches: labelled, epoch: 0, step: 0, learningRate: 1 })
  const after = await model.state()
  training.close()
  model.close()
  const moves = new Map<string, Float64Array>()
  for (const [i, tensor] of before.entries()) {
    const to = floatsOf(after[i] as StateTensor)
    moves.set(
      tensor.name,
      floatsOf(tensor).map((value, k) => value - (to[k] as number)),
    )
  }
  return { result, moves }
}

interface Given {
  spec?: Partial<TrainerSpec>
  groups?: StageSpec['groups']
}

function farthest(
  one: ReadonlyMap<string, Float64Array>,
  other: ReadonlyMap<string, Float64Array>,
  factor = 1,
) {
  let worst = 0
  for (const [name, values] of one) {
    const others = other.get(name) as Float64Array
    values.forEach((value, i) => {
      worst = Math.max(worst, Math.abs(value - factor * (others[i] as number)))
    })
  }
  return worst
}

const normOf = (moves: ReadonlyMap<string, Float64Array>) =>
  Math.sqrt([...moves.values()].reduce((sum, values) => sum + values.reduce((s, x) => s + x * x, 0), 0))

describe('the loss', () => {
  // torch.nn.functional.cross_entropy(logits, labels, weight=..., label_smoothing=...) in float64
  const weights = [1, 2, 0.5, 4]
  it.each([
    [0, null, 1.6192789984482534],
    [0, weights, 2.1817789984482534],
    [0.1, null, 1.6505289984482534],
    [0.1, weights, 2.233438481234083],
  ])(
    "is PyTorch's with label smoothing %d and class weights %j",
    async (labelSmoothing, classWeights, value) => {
      const model = await newModel()
      const state = await model.state()
      const logits = Float64Array.of(0.5, -1, 2, 0.25)
      const fixed = state.map((tensor) => {
        if (tensor.name === 'head.3.weight') return { ...tensor, data: new Uint8Array(tensor.data.length) }
        return tensor.name === 'head.3.bias' ? { ...tensor, data: new Uint8Array(logits.buffer) } : tensor
      })
      await model.load(fixed)
      const given: LossSpec = { kind: 'cross_entropy', labelSmoothing, classWeights }
      const labelled = { batch: noiseBatch(5, size), labels: Int32Array.of(0, 1, 2, 2, 3) }
      const evaluated = await model.evaluate({ ...labelled, loss: given, flip: false })
      const lossSum = evaluated.loss.reduce((sum, one) => sum + one, 0)
      expect(lossSum / evaluated.weight).toBeCloseTo(value, 12)
      expect(evaluated.weight).toBe(classWeights === null ? 5 : 8)
      const training = await trainer(model, { loss: given })
      await training.setStage(stageOf([{ layers: headLayers, rateFactor: 1 }]))
      const step = await training.step({ batches: [labelled], epoch: 0, step: 0, learningRate: 0 })
      expect(step.loss).toBeCloseTo(value, 12)
      expect(step.weight).toBe(evaluated.weight)
      training.close()
      model.close()
    },
  )

  it('refuses another number of class weights than classes', async () => {
    const model = await newModel()
    const wrong = { ...loss, classWeights: [1, 2] }
    await expect(trainer(model, { loss: wrong })).rejects.toThrow('Expected 4 class weights but received 2')
    const labelled = { batch: noiseBatch(1, size), labels: Int32Array.of(0) }
    await expect(model.evaluate({ ...labelled, loss: wrong, flip: false })).rejects.toMatchObject({
      code: 'NETWORK',
    })
    model.close()
  })
})

describe('an update of several batches', () => {
  it.each([
    ['', null],
    [', by class weights', [1, 2, 0.5, 4]],
  ])('is that of all their samples as one batch%s', async (_, classWeights) => {
    const spec = { loss: { ...loss, classWeights } }
    const whole = await stepOf([{ count: 4 }], { spec })
    const parts = await stepOf([{ count: 3 }, { count: 1, from: 3 }], { spec })
    expect(parts.result.loss).toBeCloseTo(whole.result.loss, 12)
    expect(parts.result).toMatchObject({
      count: 4,
      correct: whole.result.correct,
      weight: whole.result.weight,
    })
    expect(farthest(parts.moves, whole.moves)).toBeLessThan(1e-12)
    expect(normOf(whole.moves)).toBeGreaterThan(1e-5)
  })
})

describe('clipping', () => {
  it('scales all gradients to the limit where their norm is above it, and tells the norm', async () => {
    const free = await stepOf([{ count: 4 }])
    const norm = normOf(free.moves)
    expect(free.result.gradientNorm).toBe(null)
    const above = await stepOf([{ count: 4 }], { spec: { clipNorm: norm / 4 } })
    expect(above.result.gradientNorm).toBeCloseTo(norm, 10)
    expect(farthest(above.moves, free.moves, norm / 4 / (norm + 1e-6))).toBeLessThan(1e-12)
    const below = await stepOf([{ count: 4 }], { spec: { clipNorm: norm * 4 } })
    expect(farthest(below.moves, free.moves)).toBe(0)
  })
})

describe('a rate factor', () => {
  it("multiplies the step's rate for its layers alone", async () => {
    const plain = await stepOf([{ count: 4 }])
    const groups = [
      { layers: ['head.0'], rateFactor: 0.25 },
      { layers: ['head.3'], rateFactor: 1 },
    ]
    const { moves } = await stepOf([{ count: 4 }], { groups })
    const pick = (all: ReadonlyMap<string, Float64Array>, layer: string) =>
      new Map([...all].filter(([name]) => name.startsWith(`${layer}.`)))
    expect(farthest(pick(moves, 'head.0'), pick(plain.moves, 'head.0'), 0.25)).toBeLessThan(1e-15)
    expect(farthest(pick(moves, 'head.3'), pick(plain.moves, 'head.3'))).toBe(0)
  })
})
