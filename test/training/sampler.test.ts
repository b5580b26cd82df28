import { describe, expect, it } from 'vitest'
import { epochBatches, type Sampling } from '../../lib/training/sampler.js'

const unlabelled = (count: number) => new Int32Array(count)
const base = {
  labels: unlabelled(103),
  batchSize: 10,
  sampling: 'uniform' as Sampling,
  seed: 7,
  epoch: 0,
  dropSingle: false,
}
const order = (spec: typeof base) => epochBatches(spec).batches.flatMap(({ samples }) => [...samples])

it('shows every sample once an epoch and keeps the last partial batch', () => {
  const { batches, dropped } = epochBatches(base)
  expect(batches.map(({ samples }) => samples.length)).toEqual([...Array(10).fill(10), 3])
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
  const spec = { ...base, labels: unlabelled(101), dropSingle: true }
  const { batches, dropped } = epochBatches(spec)
  expect(batches.map(({ samples }) => samples.length)).toEqual(Array(10).fill(10))
  expect(dropped).toBe(1)
  expect(epochBatches({ ...spec, dropSingle: false }).batches.at(-1)?.samples).toHaveLength(1)
  expect(epochBatches({ ...base, dropSingle: true }).dropped).toBe(0)
})

it('favours no place: over many epochs each sample stands about equally often in each quarter', () => {
  const counts = Array.from({ length: 8 }, () => [0, 0, 0, 0])
  for (let epoch = 0; epoch < 4000; epoch++) {
    for (const [place, sample] of order({ ...base, labels: unlabelled(8), epoch }).entries()) {
      const own = counts[sample] as number[]
      const quarter = Math.floor(place / 2)
      own[quarter] = (own[quarter] as number) + 1
    }
  }
  // 1,000 expected, standard deviation 27: five of them.
  for (const count of counts.flat()) expect(Math.abs(count - 1000)).toBeLessThan(137)
})

describe('balanced', () => {
  // 2, 10 and 90 samples of three identities; a fourth has none.
  const labels = Int32Array.from({ length: 102 }, (_, sample) => (sample < 2 ? 0 : sample < 12 ? 1 : 3))
  const spec = { ...base, labels, sampling: 'balanced' as const }
  const taken = (epoch: number, seed = 7) =>
    epochBatches({ ...spec, epoch, seed }).batches.flatMap(({ samples, turns }) =>
      Array.from(samples, (sample, i) => ({ sample, turn: turns?.[i] as number })),
    )

  it('takes as many samples as there are, the same number of each identity', () => {
    for (const epoch of [0, 1, 5]) {
      const counts = [0, 0, 0, 0]
      for (const { sample } of taken(epoch)) (counts[labels[sample] as number] as number)++
      expect(counts).toEqual([34, 34, 0, 34])
    }
  })

  it('takes every sample of an identity before it takes one again, over the epochs too', () => {
    const times = new Map<number, number>()
    for (let epoch = 0; epoch < 9; epoch++) {
      for (const { sample } of taken(epoch)) times.set(sample, (times.get(sample) ?? 0) + 1)
      for (let sample = 0; sample < 102; sample++) {
        const own = labels[sample] === 0 ? 2 : labels[sample] === 1 ? 10 : 90
        expect(Math.abs((times.get(sample) ?? 0) - ((epoch + 1) * 34) / own)).toBeLessThan(1)
      }
    }
  })

  it('of a dataset that is balanced takes each sample once an epoch', () => {
    const even = Int32Array.from({ length: 10 }, (_, sample) => sample % 2)
    for (let epoch = 0; epoch < 5; epoch++) {
      const { batches } = epochBatches({ ...spec, labels: even, epoch })
      expect(batches.flatMap(({ samples }) => [...samples]).sort()).toEqual([...even.keys()])
      expect(batches.flatMap(({ turns }) => [...(turns as Int32Array)])).toEqual(Array(10).fill(0))
    }
  })

  it('varies a sample anew each time that an epoch takes it', () => {
    for (const epoch of [0, 1, 2]) {
      const keys = taken(epoch).map(({ sample, turn }) => `${sample} ${turn}`)
      expect(new Set(keys).size).toBe(keys.length)
    }
  })

  it('is a function of seed and epoch', () => {
    expect(taken(3)).toEqual(taken(3))
    expect(taken(3)).not.toEqual(taken(4))
    expect(taken(3)).not.toEqual(taken(3, 8))
  })

  it('deals what is left over to identities that change from epoch to epoch', () => {
    const uneven = Int32Array.from({ length: 11 }, (_, sample) => sample % 4)
    const favoured = new Set<string>()
    for (let epoch = 0; epoch < 20; epoch++) {
      const counts = [0, 0, 0, 0]
      for (const { samples } of epochBatches({ ...spec, labels: uneven, epoch }).batches) {
        for (const sample of samples) (counts[uneven[sample] as number] as number)++
      }
      expect([...counts].sort()).toEqual([2, 3, 3, 3])
      favoured.add(counts.join())
    }
    expect(favoured.size).toBe(4)
  })
})
