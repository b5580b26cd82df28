import { expect, it } from 'vitest'
import { epochBatches } from '../../lib/training/sampler.js'

const base = { count: 103, batchSize: 10, seed: 7, epoch: 0, dropSingle: false }
const order = (spec: typeof base) => epochBatches(spec).batches.flatMap((batch) => [...batch])

it('shows every sample once an epoch and keeps the last partial batch', () => {
  const { batches, dropped } = epochBatches(base)
  expect(batches.map((batch) => batch.length)).toEqual([...Array(10).fill(10), 3])
  expect(order(base).sort((a, b) => a - b)).toEqual(Array.from({ length: 103 }, (_, index) => index))
  expect(dropped).toBe(0)
})

it('is a function of seed and epoch', () => {
  expect(order(base)).toEqual(order({ ...base }))
  expect(order({ ...base, epoch: 1 })).not.toEqual(order(base))
  expect(order({ ...base, seed: 8 })).not.toEqual(order(base))
  expect(order({ ...base, seed: 7 + 2 ** 32 })).not.toEqual(order(base))
  expect(order({ ...base, seed: 8, epoch: 0 })).not.toEqual(order({ ...base, seed: 7, epoch: 1 }))
})

it('does not depend on the batch size', () => {
  expect(order({ ...base, batchSize: 32 })).toEqual(order(base))
})

it('drops a last batch of a single sample only where asked', () => {
  const spec = { ...base, count: 101, dropSingle: true }
  const { batches, dropped } = epochBatches(spec)
  expect(batches.map((batch) => batch.length)).toEqual(Array(10).fill(10))
  expect(dropped).toBe(1)
  expect(epochBatches({ ...spec, dropSingle: false }).batches.at(-1)).toHaveLength(1)
  expect(epochBatches({ ...base, dropSingle: true }).dropped).toBe(0)
})

it('favours no place: over many epochs each sample stands about equally often in each quarter', () => {
  const counts = Array.from({ length: 8 }, () => [0, 0, 0, 0])
  for (let epoch = 0; epoch < 4000; epoch++) {
    for (const [place, sample] of order({ ...base, count: 8, epoch }).entries()) {
      const own = counts[sample] as number[]
      const quarter = Math.floor(place / 2)
      own[quarter] = (own[quarter] as number) + 1
    }
  }
  // 1,000 expected, standard deviation 27: five of them.
  for (const count of counts.flat()) expect(Math.abs(count - 1000)).toBeLessThan(137)
})
