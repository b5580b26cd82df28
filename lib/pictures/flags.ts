// Places the labels of vertical marks above a chart, in rows, so that no label covers another one or another
// mark's line.

/** A label on a pole: the pole goes from the label's row down through the chart. */
export interface Flag {
  /** Pixels from the left. */
  readonly x: number
  /** Pixels. */
  readonly width: number
}

export interface PlacedFlag {
  /** 0 is the row next to the chart. */
  readonly row: number
  /** The side of the pole where the label is. */
  readonly side: 'left' | 'right'
}

interface Hung extends Flag {
  readonly side: 'left' | 'right'
  readonly from: number
  readonly to: number
}

/** A label further up than this is left out, its line stays. */
const ROWS_LIMIT = 8

/**
 * A place for each flag between `left` and `right` pixels, or null where there is none. What a mark says
 * holds from its pole on, so labels hang to the right as long as they fit.
 */
export function placeFlags(flags: readonly Flag[], left: number, right: number): (PlacedFlag | null)[] {
  const hung = hangAll(flags, right)
  const waiting = new Set(hung.filter(({ from }) => from >= left))
  const rows = new Map<Hung, number>()
  // A label goes above every pole that it reaches over; where poles and labels form a circle, the rest has no
  // place.
  for (;;) {
    const next = [...waiting].find((flag) => ![...waiting].some((other) => reachesOver(flag, other)))
    if (next === undefined) break
    waiting.delete(next)
    const row = lowestRow(next, rows)
    if (row < ROWS_LIMIT) rows.set(next, row)
  }
  return hung.map((flag) => {
    const row = rows.get(flag)
    return row === undefined ? null : { row, side: flag.side }
  })
}

function hangAll(flags: readonly Flag[], right: number): Hung[] {
  const hung = new Map<Flag, Hung>()
  const fromTheRight = [...flags].sort((a, b) => b.x - a.x)
  for (const flag of fromTheRight) {
    const rightwards = hang(flag, 'right')
    const crossed = [...hung.values()].some(
      (other) => reachesOver(rightwards, other) && reachesOver(other, rightwards),
    )
    hung.set(flag, rightwards.to > right || crossed ? hang(flag, 'left') : rightwards)
  }
  return flags.map((flag) => hung.get(flag) as Hung)
}

function hang({ x, width }: Flag, side: 'left' | 'right'): Hung {
  const from = side === 'right' ? x : x - width
  return { x, width, side, from, to: from + width }
}

/** Whether the label of one flag is where the pole of another one would pass. */
function reachesOver(flag: Hung, other: Hung): boolean {
  return flag !== other && other.x > flag.from && other.x < flag.to
}

function lowestRow(flag: Hung, rows: ReadonlyMap<Hung, number>): number {
  const placed = [...rows]
  let row = Math.max(0, ...placed.map(([other, at]) => (reachesOver(flag, other) ? at + 1 : 0)))
  const overlaps = ([other, at]: [Hung, number]) => at === row && other.from < flag.to && flag.from < other.to
  while (placed.some(overlaps)) row++
  return row
}
