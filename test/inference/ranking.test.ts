import { expect, it } from 'vitest'
import { candidates } from '../../lib/inference/ranking.js'

const classes = ['anna', 'ben', 'carl', 'dora']

function ranked(probabilities: number[], top: number) {
  return candidates(probabilities, classes, top).map(({ identity, probability }) => [identity, probability])
}

it('names the most probable first', () => {
  expect(ranked([0.1, 0.2, 0.3, 0.4], 2)).toEqual([
    ['dora', 0.4],
    ['carl', 0.3],
  ])
  expect(ranked([0.5, 0.1, 0.3, 0.1], 1)).toEqual([['anna', 0.5]])
})

it('takes the lower label first at a tie', () => {
  expect(ranked([0.25, 0.25, 0.25, 0.25], 3).map(([identity]) => identity)).toEqual(['anna', 'ben', 'carl'])
})

it('sorts all where all are asked for', () => {
  const row = ranked([0.3, 0.1, 0.4, 0.2], 4)
  expect(row.map(([identity]) => identity)).toEqual(['carl', 'anna', 'dora', 'ben'])
})
