import { expect, test } from 'vitest'
import { type Flag, placeFlags } from '../../lib/pictures/flags.js'

const LEFT = 76
const RIGHT = 896

/** The labels as boxes; the pole of each goes from its row down. */
function boxes(flags: readonly Flag[]) {
  return placeFlags(flags, LEFT, RIGHT).flatMap((place, index) => {
    const { x, width } = flags[index] as Flag
    if (place === null) return []
    return [
      {
        ...place,
        x,
        from: place.side === 'right' ? x : x - width,
        to: place.side === 'right' ? x + width : x,
      },
    ]
  })
}

test('labels hang to the right, in the lowest row', () => {
  const flags = [
    { x: 100, width: 90 },
    { x: 300, width: 200 },
    { x: 600, width: 100 },
  ]
  expect(placeFlags(flags, LEFT, RIGHT)).toEqual(flags.map(() => ({ row: 0, side: 'right' })))
})

test('a label that reaches over the next mark goes above it', () => {
  const flags = [
    { x: 100, width: 150 },
    { x: 120, width: 150 },
    { x: 140, width: 150 },
  ]
  expect(placeFlags(flags, LEFT, RIGHT).map((place) => place?.row)).toEqual([2, 1, 0])
})

test('at the right edge labels hang to the left, the last one above', () => {
  const flags = [
    { x: 850, width: 100 },
    { x: 870, width: 100 },
  ]
  expect(placeFlags(flags, LEFT, RIGHT)).toEqual([
    { row: 0, side: 'left' },
    { row: 1, side: 'left' },
  ])
})

test('a label without room is left out', () => {
  expect(placeFlags([{ x: 400, width: 900 }], LEFT, RIGHT)).toEqual([null])
  expect(placeFlags([], LEFT, RIGHT)).toEqual([])
})

test('no label covers another one or the line of another mark, wherever the marks are', () => {
  let state = 1
  const random = () => {
    state = (state * 48271) % 2147483647
    return state / 2147483647
  }
  let placed = 0
  for (let round = 0; round < 300; round++) {
    const count = 1 + Math.floor(random() * 8)
    const flags = Array.from({ length: count }, () => ({
      x: LEFT + random() * 790,
      width: 40 + random() * 200,
    }))
    const drawn = boxes(flags)
    placed += drawn.length / count / 300
    for (const a of drawn) {
      expect(a.from).toBeGreaterThanOrEqual(LEFT)
      expect(a.to).toBeLessThanOrEqual(RIGHT)
      for (const b of drawn) {
        if (a === b) continue
        if (a.row === b.row) expect(a.from >= b.to || b.from >= a.to).toBe(true)
        if (a.row > b.row) expect(a.x <= b.from || a.x >= b.to).toBe(true)
      }
    }
  }
  expect(placed).toBeGreaterThan(0.9)
})
