// Where hair meets the forehead, by the style's kind of line.

import type { Point } from './face.js'
import type { HairStyle } from './hair-styles.js'

/**
 * From right to left, the part on the left: x as a share of half the head's width, y in head units. `height` is how far above
 * the middle of the face the forehead ends.
 */
export function hairlinePoints(kind: HairStyle['line'], height: number): Point[] {
  const y = (below: number): number => -height + below
  if (kind === 'horseshoe') return []
  if (kind === 'sweep') {
    return [
      [0.86, -0.25],
      [0.66, y(0.24)],
      [0, y(0.06)],
      [-0.45, y(-0.16)],
      [-0.72, y(0.04)],
      [-0.88, -0.3],
    ]
  }
  const { right, middle } = symmetric(kind, y)
  return [...right, [0, middle], ...right.map(([x, y]): Point => [-x, y]).reverse()]
}

function symmetric(
  kind: Exclude<HairStyle['line'], 'sweep' | 'horseshoe'>,
  y: (below: number) => number,
): { right: Point[]; middle: number } {
  if (kind === 'straight')
    return {
      right: [
        [0.84, -0.34],
        [0.68, y(0)],
      ],
      middle: y(-0.05),
    }
  if (kind === 'round')
    return {
      right: [
        [0.86, -0.3],
        [0.62, y(0.02)],
      ],
      middle: y(-0.08),
    }
  if (kind === 'fringe')
    return {
      right: [
        [0.8, -0.26],
        [0.5, -0.3],
      ],
      middle: -0.27,
    }
  if (kind === 'curtain') {
    return {
      right: [
        [0.88, -0.05],
        [0.66, y(0.22)],
        [0.22, y(-0.08)],
      ],
      middle: y(-0.22),
    }
  }
  return {
    right: [
      [0.9, -0.3],
      [0.74, y(0.02)],
      [0.46, y(-0.26)],
    ],
    middle: y(-0.06),
  }
}
