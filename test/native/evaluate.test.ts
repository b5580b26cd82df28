// What a model says of each sample: against its own logits, at ties, and where they are no numbers.
import { expect, it } from 'vitest'
import type { ForwardOutput, NativeModel } from '../../lib/native/index.js'
import { native } from '../../lib/native/index.js'
import { CLASSES, cyclingLabels, noiseBatch, specOf } from './networks.js'

const size = 48
const loss = { kind: 'cross_entropy', labelSmoothing: 0, classWeights: null } as const
const head = { kind: 'mlp', classes: CLASSES, hidden: [8], activation: 'relu', dropout: 0 } as const

function newModel(): Promise<NativeModel> {
  return native().createModel(specOf('mobilenetV2', { precision: 'float64', head }))
}

/** Gives these logits to every photograph. */
async function withLogits(logits: readonly number[]): Promise<NativeModel> {
  const model = await newModel()
  const state = await model.state()
  await model.load(
    state.map((tensor) => {
      if (tensor.name === 'head.3.weight') return { ...tensor, data: new Uint8Array(tensor.data.length) }
      if (tensor.name !== 'head.3.bias') return tensor
      return { ...tensor, data: new Uint8Array(Float64Array.from(logits).buffer) }
    }),
  )
  return model
}

it('refuses other numbers of labels than samples, and labels that no class has', async () => {
  const model = await newModel()
  const batch = noiseBatch(2, size)
  for (const labels of [Int32Array.of(0), Int32Array.of(0, CLASSES), Int32Array.of(0, -1)])
    await expect(model.evaluate({ batch, labels, loss, flip: false })).rejects.toMatchObject({
      code: 'NETWORK',
    })
  model.close()
})

it('agrees with the logits of the same photographs', async () => {
  const model = await newModel()
  const batch = noiseBatch(7, size)
  const labels = cyclingLabels(7)
  const [output] = await model.forward({ batch, outputs: ['logits'], flip: false })
  const logits = Array.from({ length: 7 }, (_, i) =>
    Array.from((output as ForwardOutput).data.subarray(i * CLASSES, (i + 1) * CLASSES)),
  )
  const result = await model.evaluate({ batch, labels, loss, flip: false })
  expect(Object.keys(result).sort()).toEqual([
    'loss',
    'predicted',
    'probability',
    'rank',
    'topProbability',
    'weight',
  ])
  expect(result.weight).toBe(7)
  for (const [i, row] of logits.entries()) {
    const label = labels[i] as number
    const own = row[label] as number
    const sum = row.reduce((total, logit) => total + Math.exp(logit), 0)
    const best = Math.max(...row)
    expect(result.predicted[i]).toBe(row.indexOf(best))
    expect(result.rank[i]).toBe(row.filter((logit) => logit > own).length)
    expect(result.probability[i]).toBeCloseTo(Math.exp(own) / sum, 12)
    expect(result.topProbability[i]).toBeCloseTo(Math.exp(best) / sum, 12)
    expect(result.loss[i]).toBeCloseTo(Math.log(sum) - own, 12)
  }
  model.close()
})

it('puts lower labels first at a tie, so that equal logits name one identity and not all', async () => {
  const model = await withLogits([1, 3, 3, 0])
  const labels = Int32Array.of(0, 1, 2, 3)
  const tied = await model.evaluate({ batch: noiseBatch(4, size), labels, loss, flip: false })
  expect([...tied.rank]).toEqual([2, 0, 1, 3])
  expect([...tied.predicted]).toEqual([1, 1, 1, 1])
  model.close()
})

it('gets nothing right where logits are no numbers', async () => {
  const labels = Int32Array.of(0, 1, 2, 3)
  for (const logits of [[Number.NaN, 1, 2, 3], Array(4).fill(Number.NaN)]) {
    const model = await withLogits(logits)
    const { rank, loss: losses } = await model.evaluate({
      batch: noiseBatch(4, size),
      labels,
      loss,
      flip: false,
    })
    expect(Math.min(...rank)).toBeGreaterThan(0)
    expect(losses.every((one) => Number.isNaN(one))).toBe(true)
    model.close()
  }
})

it('keeps far unlikely identities apart in float64', async () => {
  const model = await withLogits([0, 700, 0, -100])
  const labels = Int32Array.of(3)
  const result = await model.evaluate({ batch: noiseBatch(1, size), labels, loss, flip: false })
  expect(result.loss[0]).toBe(800)
  expect(result.probability[0]).toBeCloseTo(Math.exp(-800), 300)
  expect(result.topProbability[0]).toBe(1)
  model.close()
})
