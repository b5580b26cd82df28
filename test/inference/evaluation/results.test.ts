// Every number of a report against a straightforward computation on drawn probabilities.

import { describe, expect, it } from 'vitest'
import { wilsonInterval } from '../../../lib/inference/evaluation/accuracy.js'
import { resultsOf } from '../../../lib/inference/evaluation/results.js'
import { drawnMeasures, measuresOf } from './drawn-measures.js'

const CLASSES = 9
const classes = Array.from({ length: CLASSES + 1 }, (_, label) => `p${label}`) // p9 has no photograph
const limits = { confusedPairs: 50, worst: 20 }
const { measures, labels, probabilities, files } = drawnMeasures(600, CLASSES)
const groupOf = files.map((_, i) => (i % 7 === 0 ? null : i % 3 === 0 ? 'b' : 'a'))
const groupings = [{ column: 'gender', groupOf }]
const results = resultsOf({ measures, classes, groupings, skipped: [], limits })

interface Named {
  readonly label: number
  readonly predicted: number
  readonly inTop5: boolean
  readonly own: number
  readonly best: number
}

const named: Named[] = probabilities.map((row, i) => {
  const label = labels[i] as number
  const order = [...row.keys()].sort((a, b) => (row[b] as number) - (row[a] as number))
  const predicted = order[0] as number
  const own = row[label] as number
  return { label, predicted, inTop5: order.slice(0, 5).includes(label), own, best: row[predicted] as number }
})
const share = (items: readonly Named[], holds: (item: Named) => boolean) =>
  items.filter(holds).length / items.length
const right = ({ label, predicted }: Named) => label === predicted
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

describe('the interval of a share', () => {
  it.each([
    [0, 10],
    [10, 10],
    [1, 1],
    [8, 10],
    [263, 1000],
    [34_999, 35_000],
  ])('of %d of %d ends where the share would lie 1.96 deviations away', (correct, count) => {
    const ends = wilsonInterval(correct, count)
    for (const end of ends) {
      expect(end).toBeGreaterThanOrEqual(0)
      expect(end).toBeLessThanOrEqual(1)
      const distance = Math.abs(correct / count - end)
      expect(distance).toBeCloseTo(1.959963984540054 * Math.sqrt((end * (1 - end)) / count), 12)
    }
    expect(ends[0]).toBeLessThanOrEqual(correct / count)
    expect(ends[1]).toBeGreaterThanOrEqual(correct / count)
    expect(ends[0]).toBeLessThan(ends[1])
  })
})

describe('all photographs', () => {
  it('give loss, top-1 and top-5 with their intervals', () => {
    expect(results.count).toBe(600)
    expect(results.loss).toBeCloseTo(mean(named.map(({ own }) => -Math.log(own))), 10)
    expect(results.top1).toBe(share(named, right))
    expect(results.top5).toBe(share(named, ({ inTop5 }) => inTop5))
    expect(results.top1Interval).toEqual(wilsonInterval(results.top1 * 600, 600))
  })

  it('give the calibration error of 15 bins, open below and closed above', () => {
    let error = 0
    for (const [m, bin] of results.calibration.entries()) {
      const inside = named.filter(({ best }) => best > m / 15 && best <= (m + 1) / 15)
      expect(bin.count).toBe(inside.length)
      if (inside.length === 0) {
        expect(bin).toMatchObject({ accuracy: null, confidence: null })
        continue
      }
      const confidence = mean(inside.map(({ best }) => best))
      expect(bin.accuracy).toBeCloseTo(share(inside, right), 12)
      expect(bin.confidence).toBeCloseTo(confidence, 12)
      error += (inside.length / named.length) * Math.abs(share(inside, right) - confidence)
    }
    expect(results.calibration).toHaveLength(15)
    expect(results.expectedCalibrationError).toBeCloseTo(error, 12)
    expect(results.expectedCalibrationError).toBeGreaterThan(0.01)
  })
})

describe('each identity', () => {
  it('has its recall, precision, top-5, mean probability and most frequent mistake', () => {
    expect(results.perClass.map(({ identity }) => identity)).toEqual(classes)
    for (const [label, result] of results.perClass.slice(0, CLASSES).entries()) {
      const own = named.filter((one) => one.label === label)
      expect(result).toMatchObject({
        count: own.length,
        correct: own.filter(right).length,
        recall: share(own, right),
        precision: share(
          named.filter(({ predicted }) => predicted === label),
          right,
        ),
        top5: share(own, ({ inTop5 }) => inTop5),
      })
      expect(result.meanProbability).toBeCloseTo(mean(own.map((one) => one.own)), 12)
      const taken = classes.map(
        (_, other) => own.filter(({ predicted }) => predicted === other && other !== label).length,
      )
      expect(result.mistakenFor).toBe(classes[taken.indexOf(Math.max(...taken))])
    }
  })

  it('without photographs has null where there is nothing to share, and counts no NaN into anything', () => {
    expect(results.perClass[CLASSES]).toEqual({
      identity: 'p9',
      count: 0,
      correct: 0,
      recall: null,
      precision: null,
      top5: null,
      meanProbability: null,
      mistakenFor: null,
    })
    expect(JSON.stringify(results)).not.toContain('NaN')
  })
})

describe('the most confused pairs', () => {
  it('are counted, shared by the photographs of the true identity, and sorted', () => {
    const counts = new Map<string, number>()
    for (const { label, predicted } of named) {
      if (label !== predicted)
        counts.set(`p${label}>p${predicted}`, (counts.get(`p${label}>p${predicted}`) ?? 0) + 1)
    }
    expect(results.confusedPairs).toHaveLength(Math.min(50, counts.size))
    expect(results.confusedPairs[0]?.count).toBe(Math.max(...counts.values()))
    for (const [i, { identity, predicted, count, share }] of results.confusedPairs.entries()) {
      expect(count).toBe(counts.get(`${identity}>${predicted}`))
      expect(share).toBe(count / named.filter(({ label }) => `p${label}` === identity).length)
      expect(count).toBeLessThanOrEqual(results.confusedPairs[i - 1]?.count ?? Infinity)
    }
  })

  it('and the worst photographs are as many as were asked for', () => {
    const few = resultsOf({
      measures,
      classes,
      groupings: [],
      skipped: [],
      limits: { confusedPairs: 2, worst: 0 },
    })
    expect(few.confusedPairs).toEqual(results.confusedPairs.slice(0, 2))
    expect(few.worst).toEqual([])
  })
})

it('the worst photographs have the highest losses', () => {
  const order = [...named.keys()]
    .sort((a, b) => (named[a] as Named).own - (named[b] as Named).own)
    .slice(0, 20)
  expect(results.worst.map(({ file }) => file)).toEqual(order.map((i) => files[i]))
  const [first] = order as [number]
  const { label, predicted, own, best } = named[first] as Named
  expect(results.worst[0]).toEqual({
    file: files[first],
    identity: classes[label],
    predicted: classes[predicted],
    probability: own,
    predictedProbability: best,
    loss: -Math.log(own),
  })
})

describe('groups', () => {
  it('have their counts, accuracy, interval and loss, those without a group last, and the gap', () => {
    const [{ column, groups, gap }] = results.groups as [(typeof results.groups)[0]]
    expect(column).toBe('gender')
    expect(groups.map(({ group }) => group)).toEqual(['a', 'b', null])
    for (const result of groups) {
      const own = named.filter((_, i) => groupOf[i] === result.group)
      expect(result).toMatchObject({
        count: own.length,
        correct: own.filter(right).length,
        top1: share(own, right),
        top1Interval: wilsonInterval(own.filter(right).length, own.length),
        top5: share(own, ({ inTop5 }) => inTop5),
      })
      expect(result.loss).toBeCloseTo(mean(own.map((one) => -Math.log(one.own))), 12)
    }
    const [a, b] = groups.map(({ top1 }) => top1 as number) as [number, number]
    expect(gap?.top1).toBe(Math.abs(a - b))
    expect([gap?.highest, gap?.lowest]).toEqual(a > b ? ['a', 'b'] : ['b', 'a'])
  })

  /** The accuracy of two identities that are always 'first', by groups. */
  function grouped(labels: readonly number[], groupOf: readonly (string | null)[]) {
    const rows = labels.map(() => [0.9, 0.1])
    const measures = measuresOf(
      rows,
      labels,
      labels.map((_, i) => `/${i}.jpg`),
    )
    const groupings = [{ column: 'group', groupOf }]
    const { groups } = resultsOf({ measures, classes: ['first', 'second'], groupings, skipped: [], limits })
    return groups[0]
  }

  it('of one member have a wide interval, and the gap says that it may be chance', () => {
    const result = grouped([0, 1], ['x', 'y'])
    expect(result?.groups[0]).toMatchObject({ group: 'x', count: 1, top1: 1 })
    expect(result?.groups[0]?.top1Interval?.[0]).toBeCloseTo(0.2065, 4)
    expect(result?.gap).toEqual({ top1: 1, highest: 'x', lowest: 'y', intervalsOverlap: true })
  })

  it('that many photographs tell apart do not overlap', () => {
    const labels = Array.from({ length: 200 }, (_, i) => (i < 100 ? 0 : 1))
    const result = grouped(
      labels,
      labels.map((label) => `g${label}`),
    )
    expect(result?.gap).toEqual({ top1: 1, highest: 'g0', lowest: 'g1', intervalsOverlap: false })
  })

  it('as good as each other have a gap of 0, named by code point', () => {
    const result = grouped([0, 0, 0], ['z', 'y', 'x'])
    expect(result?.gap).toEqual({ top1: 0, highest: 'x', lowest: 'x', intervalsOverlap: true })
  })

  it('are fewer than two: there is no gap, whatever photographs have no group', () => {
    expect(grouped([0, 1, 1], ['x', null, null])?.gap).toBeNull()
    expect(grouped([0, 1], [null, null])?.groups.map(({ group, count }) => [group, count])).toEqual([
      [null, 2],
    ])
  })

  it('whose photographs are all unreadable count none and measure null', () => {
    const measures = measuresOf([[0.9, 0.1]], [0], ['/0.jpg', '/1.jpg'])
    const groupings = [{ column: 'group', groupOf: ['x', 'y'] }]
    const skipped = [{ file: '/1.jpg', reason: 'damaged' }]
    const { groups } = resultsOf({ measures, classes: ['first', 'second'], groupings, skipped, limits })
    expect(groups[0]?.groups[1]).toEqual({
      group: 'y',
      count: 0,
      correct: 0,
      top1: null,
      top1Interval: null,
      top5: null,
      loss: null,
    })
    expect(groups[0]?.gap).toBeNull()
  })
})

it('a model that gives no number is refused, with the photograph', () => {
  expect(() => measuresOf([[0.5, Number.NaN]], [1], ['/a.jpg'])).toThrow(
    /"\/a.jpg": some of its weights are NaN/,
  )
})

it('nothing of the results can be changed', () => {
  const frozen = (value: unknown): boolean =>
    typeof value !== 'object' ||
    value === null ||
    (Object.isFrozen(value) && Object.values(value).every(frozen))
  expect(Object.values(results).every(frozen)).toBe(true)
})
